public import Cluster
public import LinearAlgebra
internal import Platform
internal import Synchronization

/// Rows drawn or picked from all rows of all workers.
public struct DrawnRows: Sendable {
  /// Their numbers over all workers.
  public let numbers: [Int]
  /// Their features, in the form of the rows.
  public let points: Points
  public var isEmpty: Bool { numbers.isEmpty }
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
  public func add(_ centers: Points, in session: Session) throws {
    let scorer = try NearestScorer<Element>(centers, shift: shift, for: rows)
    let squares = squares
    try rows.forEachBlock(
      "measuring distances", in: session, scratch: { NearestScratch<Element>() }
    ) { block, scratch in
      unsafe scorer.assign(block.rows, best: scratch.best.pointer, scratch: scratch.panel)
      unsafe scorer.squaredDistances(
        block.rows, chosen: scratch.best.pointer, into: scratch.distances.pointer)
      for row in 0..<block.rowCount {
        let place = block.localRow + row
        unsafe squares.pointer[place] = min(squares.pointer[place], scratch.distances[row])
      }
    }
  }

  /// For each candidate the sum of weight times squared distance that would be left with it added.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func potentials(adding candidates: Points, in session: Session) throws -> [Double] {
    let scorer = try NearestScorer<Element>(candidates, shift: shift, for: rows)
    let squares = squares
    return unsafe try rows.sum(
      "weighing candidates", count: candidates.count, in: session,
      scratch: { NearestScratch<Element>() }
    ) { block, scratch, sums in
      for candidate in 0..<candidates.count {
        unsafe scratch.best.pointer.update(
          repeating: Int32(truncatingIfNeeded: candidate), count: block.rowCount)
        unsafe scorer.squaredDistances(
          block.rows, chosen: scratch.best.pointer, into: scratch.distances.pointer)
        for row in 0..<block.rowCount {
          unsafe sums[candidate] +=
            min(scratch.distances[row], squares.pointer[block.localRow + row])
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
  ) throws -> DrawnRows {
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
  public func farthest(_ count: Int, in session: Session) throws -> DrawnRows {
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
    toNearest centers: Points, shift: [Double], in session: Session
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
  ) throws -> DrawnRows {
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
  ) throws -> DrawnRows {
    if count < 1 { return DrawnRows(numbers: [], points: points([], [])) }
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
    return try drawn(all.map(\.row), in: session)
  }

  /// Some rows, wherever they lie; a collective call that gives the same on each worker.
  private func drawn(_ numbers: [Int], in session: Session) throws -> DrawnRows {
    let own = numbers.filter { rows.contains($0) }.map { self.entries(ofRow: $0) }
    let lengths = try session.communicator.allGather(own.map { Int64($0.count) })
    let known = try session.communicator.allGather(
      own.joined().map { DrawnEntry(column: $0.column, value: Double($0.value)) })
    // Owners answered in their order; take each one's next.
    var next = [(row: Int, entry: Int)](repeating: (0, 0), count: known.count)
    var (offsets, entries) = ([0], [DrawnEntry]())
    for number in numbers {
      let owner = placement.ranges.indices.first { rank in
        Self.rows(
          of: placement.ranges[rank], leafCount: placement.leafCount, rowCount: rowCount
        ).contains(number)
      }
      guard let owner else { bug("row \(number) belongs to nobody") }
      let count = Int(lengths[owner][next[owner].row])
      entries += known[owner][next[owner].entry..<next[owner].entry + count]
      next[owner].row += 1
      next[owner].entry += count
      offsets.append(entries.count)
    }
    return DrawnRows(numbers: numbers, points: points(offsets, entries))
  }

  private func points(_ offsets: [Int], _ entries: [DrawnEntry]) -> Points {
    let rows = SparseRows(
      columnCount: columnCount, offsets: Buffer(offsets.isEmpty ? [0] : offsets),
      indices: Buffer(entries.map { Int32(truncatingIfNeeded: $0.column) }),
      values: Buffer(entries.map(\.value)))
    return isSparse ? .sparse(rows) : .dense(rows.matrix)
  }
}

/// A number of a row on its way to other workers.
private struct DrawnEntry: BitwiseCopyable, Sendable {
  let column: Int
  let value: Double
}

/// A row in a race.
private struct RaceEntry: BitwiseCopyable, Comparable, Sendable {
  let key: Double
  let row: Int

  static func < (a: Self, b: Self) -> Bool { (a.key, a.row) < (b.key, b.row) }
}
