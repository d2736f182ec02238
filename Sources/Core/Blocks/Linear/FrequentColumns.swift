public import Cluster
public import LinearAlgebra
internal import Platform

/// The columns that most sparse rows have, and the Hessian among them on a sample of rows.
///
/// A few columns that are in almost every row pull at each other; their own share of the Hessian is
/// small enough to be known whole, where of all columns the diagonal is all that can be.
public struct FrequentColumns<Element: Scalar>: Sendable {
  /// The columns, ascending; the same on all workers.
  public let columns: [Int]
  /// The rows of the sample that this worker holds, counted from its first.
  public let ownRows: [Int]
  /// Their numbers, with a 1 behind where there is an intercept; on rank 0 where there are any.
  public let sample: ClassSample<Element>?
}

extension BlockMatrix {
  /// Draws rows and finds the columns that most of them have; sparse rows only, a collective call.
  /// - Parameters:
  ///   - limit: the most columns.
  ///   - count: the most rows.
  ///   - isHeld: columns that are not asked for.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func frequentColumns(
    limit: Int, count: Int, isHeld: [Bool], hasIntercept: Bool, classWeights: [Double]?,
    random: RandomSource, in session: Session
  ) throws -> FrequentColumns<Element> {
    guard case .sparse(let entries) = storage else { bug("frequent columns of dense rows") }
    let communicator = session.communicator
    let all = try communicator.allGather([entries.entryCount]).reduce(0) { $0 + $1[0] }
    // Rank 0 takes no more than so many entries.
    let entryLimit = 1 << 22
    let most = entryLimit / max(1, all / max(1, rowCount))
    var draw = random.stream()
    let drawn = min(count, max(most, 256))
    let numbers = drawn >= rowCount ? nil : draw.sample(drawn, of: rowCount)
    let own = (numbers?.filter { rows.contains($0) } ?? Array(rows)).map { $0 - rows.lowerBound }
    var (lengths, indices, values) = ([Int](), [Int32](), [Element]())
    for row in own {
      let places = entries.offsets[row]..<entries.offsets[row + 1]
      lengths.append(places.count)
      for place in places {
        indices.append(entries.indices[place])
        values.append(entries.values[place])
      }
    }
    let weights = own.map { local in
      let row = local + rows.lowerBound
      return weight(ofRow: row) * (classWeights?[Int(label(ofRow: row) ?? 0)] ?? 1)
    }
    if communicator.size > 1 {
      lengths = try communicator.gather(lengths, to: 0).flatMap { $0 }
      indices = try communicator.gather(indices, to: 0).flatMap { $0 }
      values = try communicator.gather(values, to: 0).flatMap { $0 }
    }
    let allWeights = try communicator.gather(weights, to: 0).flatMap { $0 }
    let columns = try communicator.decideValues("choosing frequent columns") {
      Self.frequent(indices, rows: lengths.count, isHeld: isHeld, limit: limit)
    }
    guard session.isRoot, columns.count + (hasIntercept ? 1 : 0) > 0 else {
      return FrequentColumns(columns: columns, ownRows: own, sample: nil)
    }
    let width = columns.count + (hasIntercept ? 1 : 0)
    var slots = [Int32](repeating: -1, count: columnCount)
    for (slot, column) in columns.enumerated() { slots[column] = Int32(slot) }
    let spread = Buffer<Element>(count: lengths.count * width)
    var place = 0
    for (row, length) in lengths.enumerated() {
      for entry in place..<place + length {
        let slot = Int(slots[Int(indices[entry])])
        if slot >= 0 { spread[row * width + slot] = values[entry] }
      }
      if hasIntercept { spread[row * width + width - 1] = 1 }
      place += length
    }
    let sample = ClassSample<Element>(
      values: spread, dimension: width, places: [Double](repeating: 0, count: lengths.count),
      weights: allWeights, totalWeight: max(allWeights.reduce(0, +), .leastNormalMagnitude),
      threads: session.threads, level: try KernelLevel.current())
    return FrequentColumns(columns: columns, ownRows: own, sample: sample)
  }

  /// The columns with the most entries, of equals the first, among those that tell something.
  private static func frequent(
    _ indices: [Int32], rows: Int, isHeld: [Bool], limit: Int
  ) -> [Int] {
    var counts = [Int32](repeating: 0, count: isHeld.count)
    for index in indices { counts[Int(index)] += 1 }
    let least = max(1, rows / 512)
    let some = counts.indices.filter { counts[$0] >= least && !isHeld[$0] }
    return some.sorted { (-counts[$0], $0) < (-counts[$1], $1) }.prefix(limit).sorted()
  }
}
