public import Cluster
public import LinearAlgebra
internal import Platform
internal import Synchronization

/// A row drawn or picked from all rows of all workers.
public struct DrawnRow: Sendable, Equatable {
  /// Its number over all workers.
  public let row: Int
  /// Its features.
  public let values: [Double]
}

/// For each row the squared distance to the nearest of some centres, kept while centres are added.
///
/// Each worker holds the distances of its own rows: 8 bytes a row, reserved in the budget.
public final class RowDistances<Element: Scalar> {
  private let rows: BlockMatrix<Element>
  private let shift: [Double]
  private let squares: Buffer<Double>
  private let reservation: MemoryReservation

  init(_ rows: BlockMatrix<Element>, shift: [Double], in session: Session) throws {
    reservation = try session.communicator.agree("measuring distances") {
      try session.memory.reserve(rows.distancesByteCount, for: "the distances of the rows")
    }
    self.rows = rows
    self.shift = shift
    squares = Buffer(count: rows.rows.count)
    squares.withMutableSpan { span in
      for row in 0..<span.count { span[row] = .infinity }
    }
  }

  /// Takes more centres into account.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func add(_ centers: Matrix<Double>, in session: Session) throws {
    let level = try KernelLevel.current()
    let scorer = PanelScorer<Element>(
      centres: centers, shift: shift.map { Element($0) }, level: level)
    let squares = squares
    try rows.forEachBlock(
      "measuring distances", in: session, scratch: { NearestScratch<Element>() }
    ) { block, scratch in
      unsafe scorer.assign(block.kernelRows, best: scratch.best.pointer, scratch: scratch.panel)
      unsafe block.kernelRows.squaredDistances(
        to: centers, chosen: scratch.best.pointer, into: scratch.distances.pointer, level: level)
      for row in 0..<block.rowCount {
        let place = block.localRow + row
        unsafe squares.pointer[place] = min(squares.pointer[place], scratch.distances[row])
      }
    }
  }

  /// For each candidate the sum of weight times squared distance that would be left with it added.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func potentials(
    adding candidates: Matrix<Double>, in session: Session
  ) throws -> [Double] {
    let level = try KernelLevel.current()
    let single = (0..<candidates.rowCount).map { candidate in
      Matrix(
        rowCount: 1, columnCount: candidates.columnCount, elements: candidates.row(candidate))
    }
    let squares = squares
    return unsafe try rows.sum(
      "weighing candidates", count: single.count, in: session,
      scratch: { Buffer<Double>(count: Block<Element>.rowLimit) }
    ) { block, distances, sums in
      for (candidate, center) in single.enumerated() {
        unsafe block.kernelRows.squaredDistances(
          to: center, into: distances.pointer, level: level)
        for row in 0..<block.rowCount {
          unsafe sums[candidate] +=
            min(distances[row], squares.pointer[block.localRow + row])
            * (block.weights?[row] ?? 1)
        }
      }
    }
  }

  /// Up to `count` different rows drawn by weight times squared distance; fewer where fewer lie
  /// away from every centre.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func draw(
    _ count: Int, from source: RandomSource, round: Int, in session: Session
  ) throws -> [DrawnRow] {
    let squares = squares
    return try rows.first(count, in: session) { block, row in
      let share = unsafe squares.pointer[block.localRow + row] * (block.weights?[row] ?? 1)
      guard share > 0 else { return nil }
      var stream = source.stream(round: round, row: block.firstRow + row)
      return stream.exponential(rate: share)
    }
  }

  /// The `count` rows with the greatest squared distance, farthest first, of those with any weight.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func farthest(_ count: Int, in session: Session) throws -> [DrawnRow] {
    let squares = squares
    return try rows.first(count, in: session) { block, row in
      let square = unsafe squares.pointer[block.localRow + row]
      guard square > 0, unsafe (block.weights?[row] ?? 1) > 0 else { return nil }
      return -square
    }
  }
}

extension BlockMatrix {
  /// The memory that the distances of this worker's rows take.
  public var distancesByteCount: Int { rows.count * 8 }

  /// The squared distance of each row to the nearest of some centres.
  public func distances(
    toNearest centers: Matrix<Double>, shift: [Double], in session: Session
  ) throws -> RowDistances<Element> {
    let distances = try RowDistances(self, shift: shift, in: session)
    try distances.add(centers, in: session)
    return distances
  }

  /// Up to `count` different rows drawn by their weights.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func draw(
    _ count: Int, from source: RandomSource, round: Int, in session: Session
  ) throws -> [DrawnRow] {
    try first(count, in: session) { block, row in
      let weight = unsafe block.weights?[row] ?? 1
      guard weight > 0 else { return nil }
      var stream = source.stream(round: round, row: block.firstRow + row)
      return stream.exponential(rate: weight)
    }
  }

  /// The `count` rows with the smallest keys over all workers, smallest first, ties by row number.
  ///
  /// An exponential race: with keys of -log(uniform) / share the winners are a draw by shares, and
  /// since a key depends on nothing but the row, no worker or thread shows in it.
  /// - Parameter key: the key of a row of a block, or nil where the row does not take part.
  func first(
    _ count: Int, in session: Session,
    by key: @escaping @Sendable (Block<Element>, Int) -> Double?
  ) throws -> [DrawnRow] {
    if count < 1 { return [] }
    let runners = Mutex([RaceEntry]())
    let outcome = Result {
      try forEachBlock("drawing rows", in: session, scratch: {}) { block, _ in
        var local: [RaceEntry] = []
        let bar = runners.withLock { $0.count >= count ? $0[count - 1].key : .infinity }
        for row in 0..<block.rowCount {
          guard let key = key(block, row), key <= bar else { continue }
          local.append(RaceEntry(key: key, row: block.firstRow + row))
        }
        if local.isEmpty { return }
        runners.withLock { $0 = Array(($0 + local).sorted().prefix(count)) }
      }
    }
    let mine = try session.communicator.agree("drawing rows") {
      try outcome.get()
      return runners.withLock { $0 }
    }
    let all = try session.communicator.allGather(mine).flatMap { $0 }.sorted().prefix(count)
    let known = try session.communicator.allGather(
      all.filter { rows.contains($0.row) }.flatMap { self.row($0.row).map { Double($0) } })
    // Owners answered in their order of winning; take each one's next.
    var next = [Int](repeating: 0, count: known.count)
    return all.map { entry in
      let owner = placement.ranges.indices.first { rank in
        Self.rows(
          of: placement.ranges[rank], leafCount: placement.leafCount, rowCount: rowCount
        ).contains(entry.row)
      }
      guard let owner else { bug("row \(entry.row) belongs to nobody") }
      let start = next[owner]
      next[owner] += columnCount
      return DrawnRow(row: entry.row, values: Array(known[owner][start..<start + columnCount]))
    }
  }
}

/// A row in a race.
private struct RaceEntry: BitwiseCopyable, Comparable, Sendable {
  let key: Double
  let row: Int

  static func < (a: Self, b: Self) -> Bool { (a.key, a.row) < (b.key, b.row) }
}
