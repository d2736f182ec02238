internal import Cluster
internal import Learning
internal import Platform

/// Collects the different values of each position, while they are few.
struct VectorIndexLearner: Learner {
  let stage: VectorIndexer
  let slots: [VectorSlot]

  struct Tally: Sendable {
    var rowCount: Int64 = 0
    /// For each column, for each position.
    var positions: [[Position]]
  }

  /// The different values of one position.
  struct Position: Sendable {
    /// In rising order, without 0; empty once there are too many.
    var values: [Double] = []
    /// How many values are not 0, NaN among them: the others are 0, written or not.
    var nonZeroCount: Int64 = 0
    var isFull = false

    mutating func add(_ value: Double, limit: Int) {
      nonZeroCount += 1
      if !value.isNaN { insert(value, limit: limit) }
    }

    mutating func insert(_ value: Double, limit: Int) {
      if isFull { return }
      let place = values.firstPlace(notBelow: value)
      if place < values.count, values[place] == value { return }
      guard values.count < limit else {
        isFull = true
        values = []
        return
      }
      values.insert(value, at: place)
    }
  }

  var activity: String { "\(VectorIndexer.name) of \(stage.inputs.joined(separator: ", "))" }

  func start() -> Tally {
    Tally(positions: slots.map { Array(repeating: Position(), count: $0.width) })
  }

  func add(_ batch: RowBatch, to tally: inout Tally) {
    tally.rowCount += Int64(batch.rowCount)
    let limit = stage.maxCategories
    for (column, slot) in slots.enumerated() {
      let cells = batch[slot]
      for row in 0..<batch.rowCount {
        cells.forEachEntry(row) { index, value in
          if value != 0 { tally.positions[column][index].add(value, limit: limit) }
        }
      }
    }
  }

  func merge(_ other: Tally, into tally: inout Tally) {
    tally.rowCount += other.rowCount
    for column in slots.indices {
      for index in other.positions[column].indices {
        let part = other.positions[column][index]
        tally.positions[column][index].nonZeroCount += part.nonZeroCount
        tally.positions[column][index].merge(part, limit: stage.maxCategories)
      }
    }
  }

  func learn(from tally: Tally, in session: Session) throws -> Learned {
    let communicator = session.communicator
    let rowCount = try communicator.allReduce([tally.rowCount], by: .sum)[0]
    var report = FitReport()
    var columns: [[VectorIndexerModel.Categories?]] = []
    for (column, input) in stage.inputs.enumerated() {
      let own = tally.positions[column]
      let nonZero = try communicator.allReduce(own.map(\.nonZeroCount), by: .sum)
      let full = try communicator.allReduce(own.map { $0.isFull ? 1 : 0 }, by: .maximum)
      let counts = try communicator.allGather(own.map { Int64($0.values.count) })
      let values = try communicator.allGather(own.flatMap(\.values))
      var all = own.indices.map { index in
        Position(nonZeroCount: nonZero[index], isFull: full[index] == 1)
      }
      for (counts, values) in zip(counts, values) {
        var first = 0
        for index in all.indices {
          let end = first + Int(counts[index])
          for value in values[first..<end] {
            all[index].insert(value, limit: stage.maxCategories)
          }
          first = end
        }
      }
      let categories = all.map { position -> VectorIndexerModel.Categories? in
        let hasZero = position.nonZeroCount < rowCount
        let count = position.values.count + (hasZero ? 1 : 0)
        guard !position.isFull, count <= stage.maxCategories else { return nil }
        return VectorIndexerModel.Categories(hasZero: hasZero, values: position.values)
      }
      report.counts.append(
        .init("categories among the positions of \(input)", categories.count { $0 != nil }))
      columns.append(categories)
    }
    return Learned(try VectorIndexerModel(stage, columns: columns), report)
  }
}

extension VectorIndexLearner.Position {
  /// Adds the different values of another part of the rows.
  mutating func merge(_ other: Self, limit: Int) {
    if other.isFull {
      isFull = true
      values = []
    }
    for value in other.values { insert(value, limit: limit) }
  }
}

extension [Double] {
  /// The first place of a rising array whose value is not below `value`.
  func firstPlace(notBelow value: Double) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
