internal import Cluster
internal import Datasets
internal import Learning
internal import LinearAlgebra
internal import Platform

/// Pearson's test of independence: whether the values of a feature and a label come together more
/// often than chance lets them.
struct ChiSquaredLearner: Learner {
  let rows: LabelledRows
  let scoring: UnivariateScoring

  var activity: String { scoring.activity }

  /// How often each value of each feature came with each label, by the keys of both; a value of 0
  /// is what is left of a label's rows.
  struct Tally: Sendable {
    var labels = CategoryCounts()
    var features: [PairCounts]
  }

  func start() -> Tally {
    Tally(features: [PairCounts](repeating: PairCounts(), count: rows.names.count))
  }

  func add(_ batch: RowBatch, to tally: inout Tally) throws {
    var label = 0
    try rows.forEach(of: batch) { value in
      guard let place = tally.labels.add(OrderedKey.key(of: value), times: 1) else {
        throw rows.tooMany(rows.labelName)
      }
      label = place
    } _: { feature, value in
      guard tally.features[feature].add(OrderedKey.key(of: value), label, times: 1) else {
        throw rows.tooMany(rows.names[feature])
      }
    }
  }

  func merge(_ other: Tally, into tally: inout Tally) throws {
    var places: [Int] = []
    for (key, count) in zip(other.labels.keys, other.labels.counts) {
      guard let place = tally.labels.add(key, times: count) else {
        throw rows.tooMany(rows.labelName)
      }
      places.append(place)
    }
    for (feature, pairs) in other.features.enumerated() {
      for (value, label, count) in pairs.all {
        guard tally.features[feature].add(value, places[label], times: count) else {
          throw rows.tooMany(rows.names[feature])
        }
      }
    }
  }

  func learn(from tally: Tally, in session: Session) throws -> Learned {
    let tally = try total(of: tally, session.communicator)
    let rowCount = tally.labels.counts.reduce(0, +)
    guard rowCount > 0 else { throw Failure(.data, "there are no rows to learn from") }
    var scores = UnivariateScores(
      test: "chi-squared of independence from \(tally.labels.keys.count) values of "
        + "'\(rows.labelName)'")
    for pairs in tally.features {
      let table = pairs.table(labels: tally.labels)
      let degrees = (table.rowSums.count - 1) * (table.columnSums.count - 1)
      guard degrees > 0 else {
        scores.addConstant()
        continue
      }
      let statistic = table.chiSquared
      scores.add(statistic, ChiSquared(degrees: Double(degrees)).upperTail(statistic))
    }
    return try scoring.learned(scores, rowCount: rowCount)
  }

  /// The counts of all workers, on each.
  private func total(of tally: Tally, _ communicator: Communicator) throws -> Tally {
    if communicator.size == 1 { return tally }
    let labels = try communicator.allGather(
      zip(tally.labels.keys, tally.labels.counts).flatMap { [$0, UInt64($1)] })
    let pairs = try communicator.allGather(
      tally.features.enumerated().flatMap { feature, pairs in
        pairs.all.flatMap { [UInt64(feature), $0.value, UInt64($0.label), UInt64($0.count)] }
      })
    return try communicator.agree(activity) {
      var total = start()
      for (labels, pairs) in zip(labels, pairs) {
        var other = start()
        for place in stride(from: 0, to: labels.count, by: 2) {
          _ = other.labels.add(labels[place], times: Int(labels[place + 1]))
        }
        for place in stride(from: 0, to: pairs.count, by: 4) {
          _ = other.features[Int(pairs[place])].add(
            pairs[place + 1], Int(pairs[place + 2]), times: Int(pairs[place + 3]))
        }
        try merge(other, into: &total)
      }
      return total
    }
  }
}

/// How often each value came, by its key.
struct CategoryCounts: Sendable {
  private var places: [UInt64: Int] = [:]
  private(set) var keys: [UInt64] = []
  private(set) var counts: [Int] = []

  /// The place of the value; nil where it is one too many.
  mutating func add(_ key: UInt64, times: Int) -> Int? {
    if let place = places[key] {
      counts[place] += times
      return place
    }
    guard keys.count < LabelledRows.valueLimit else { return nil }
    places[key] = keys.count
    keys.append(key)
    counts.append(times)
    return keys.count - 1
  }
}

/// How often each value came with each label.
struct PairCounts: Sendable {
  private var values = CategoryCounts()
  /// By the value's place times 2^32 and the label's.
  private var timesOfPair: [UInt64: Int] = [:]

  /// Whether there was room for the value.
  mutating func add(_ key: UInt64, _ label: Int, times: Int) -> Bool {
    guard let place = values.add(key, times: times) else { return false }
    timesOfPair[UInt64(place) << 32 | UInt64(label), default: 0] += times
    return true
  }

  /// Every pair that came.
  var all: [(value: UInt64, label: Int, count: Int)] {
    timesOfPair.sorted { $0.key < $1.key }.map { pair, count in
      (values.keys[Int(pair >> 32)], Int(pair & 0xFFFF_FFFF), count)
    }
  }

  /// The table of counts, a row a value and a column a label, both by rising key, row by row.
  func table(labels: CategoryCounts) -> PairTable {
    let columns = labels.keys.indices.sorted { labels.keys[$0] < labels.keys[$1] }
    var columnOfLabel = [Int](repeating: 0, count: columns.count)
    for (column, label) in columns.enumerated() { columnOfLabel[label] = column }
    let sorted = values.keys.indices.sorted { values.keys[$0] < values.keys[$1] }
    var rowOfPlace = [Int](repeating: 0, count: sorted.count)
    for (row, place) in sorted.enumerated() { rowOfPlace[place] = row }
    var cells = [[PairTable.Cell]](repeating: [], count: sorted.count)
    var rest = columns.map { labels.counts[$0] }
    for (pair, count) in timesOfPair.sorted(by: { $0.key < $1.key }) {
      let column = columnOfLabel[Int(pair & 0xFFFF_FFFF)]
      cells[rowOfPlace[Int(pair >> 32)]].append(PairTable.Cell(column: column, count: count))
      rest[column] -= count
    }
    var table = PairTable(columnSums: columns.map { labels.counts[$0] })
    for row in cells { table.addRow(row) }
    table.addRow(
      rest.enumerated().filter { $1 > 0 }.map { PairTable.Cell(column: $0, count: $1) })
    return table
  }
}

/// A table of counts with its sums; cells that are 0 are not held.
struct PairTable: Sendable {
  struct Cell: Sendable {
    let column: Int
    let count: Int
  }

  let columnSums: [Int]
  private(set) var rowSums: [Int] = []
  private var rows: [[Cell]] = []

  init(columnSums: [Int]) { self.columnSums = columnSums }

  /// Adds a row, unless it is empty.
  mutating func addRow(_ cells: [Cell]) {
    if cells.isEmpty { return }
    rows.append(cells)
    rowSums.append(cells.reduce(0) { $0 + $1.count })
  }

  /// The squared distances of the counts from those expected, each over the expected count.
  var chiSquared: Double {
    let total = Double(columnSums.reduce(0, +))
    var sum = 0.0
    for (cells, rowSum) in zip(rows, rowSums) {
      var counts = [Int](repeating: 0, count: columnSums.count)
      for cell in cells { counts[cell.column] = cell.count }
      for (count, columnSum) in zip(counts, columnSums) {
        let expected = Double(rowSum) * Double(columnSum) / total
        let distance = Double(count) - expected
        sum += distance * distance / expected
      }
    }
    return sum
  }
}
