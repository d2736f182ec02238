internal import Platform

/// How often each label fell into each cluster: exact counts, from which agreement is computed.
///
/// Tables of parts of the data merge to the same table in whatever order, so ranks count their own
/// rows, gather the tables as bytes and merge. Cost: a look-up a row; memory for the pairs that
/// occur.
public struct ContingencyTable: Sendable, Equatable {
  /// A pair that occurs.
  public struct Cell: Sendable, Equatable {
    public let label: ClassLabel
    public let cluster: ClassLabel
    public let count: Int
  }

  /// The pairs that occur, by label, then cluster.
  public private(set) var cells: [Cell]
  /// Rows that have no label and were left out.
  public private(set) var unlabelledCount: Int

  /// No rows yet.
  public init() {
    cells = []
    unlabelledCount = 0
  }

  /// Counts rows; those without a label are counted apart.
  public init(labels: some Sequence<ClassLabel?>, clusters: some Sequence<ClassLabel>) {
    var counts: [Pair: Int] = [:]
    unlabelledCount = 0
    for (label, cluster) in zip(labels, clusters) {
      if let label {
        counts[Pair(label: label, cluster: cluster), default: 0] += 1
      } else {
        unlabelledCount += 1
      }
    }
    cells = counts.sorted { $0.key < $1.key }.map { pair, count in
      Cell(label: pair.label, cluster: pair.cluster, count: count)
    }
  }

  /// Counts rows whose labels and clusters are texts.
  public init(labels: [String], clusters: [Int]) {
    self.init(labels: labels.map { .text($0) }, clusters: clusters.map { .code($0) })
  }

  /// Counts rows whose labels and clusters are numbers.
  public init(labels: [Int], clusters: [Int]) {
    self.init(labels: labels.map { .code($0) }, clusters: clusters.map { .code($0) })
  }

  init(sortedCells: [Cell], unlabelledCount: Int) {
    cells = sortedCells
    self.unlabelledCount = unlabelledCount
  }

  /// Rows that have a label.
  public var rowCount: Int { cells.reduce(0) { $0 + $1.count } }

  /// Takes in the rows of another part of the data.
  public mutating func merge(_ other: ContingencyTable) {
    var merged: [Cell] = []
    merged.reserveCapacity(cells.count + other.cells.count)
    var (i, j) = (0, 0)
    while i < cells.count || j < other.cells.count {
      if j == other.cells.count || i < cells.count && cells[i].pair < other.cells[j].pair {
        merged.append(cells[i])
        i += 1
      } else if i == cells.count || other.cells[j].pair < cells[i].pair {
        merged.append(other.cells[j])
        j += 1
      } else {
        let pair = cells[i]
        merged.append(
          Cell(
            label: pair.label, cluster: pair.cluster, count: pair.count + other.cells[j].count))
        i += 1
        j += 1
      }
    }
    cells = merged
    unlabelledCount += other.unlabelledCount
  }

  /// A label with a cluster.
  struct Pair: Hashable, Comparable {
    let label: ClassLabel
    let cluster: ClassLabel

    static func < (a: Self, b: Self) -> Bool {
      a.label == b.label ? a.cluster < b.cluster : a.label < b.label
    }
  }
}

extension ContingencyTable.Cell {
  var pair: ContingencyTable.Pair { ContingencyTable.Pair(label: label, cluster: cluster) }
}
