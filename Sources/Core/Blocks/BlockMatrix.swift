public import Cluster
public import Frames
public import LinearAlgebra
internal import Platform

/// The design matrix: the numbers that a trainer learns from, one row a row of data.
///
/// Rows are numbered over all workers and cut into leaves by that number; each worker holds whole,
/// consecutive leaves as one run of memory: row-major, or by the entries that are not zero where the
/// data came as wide sparse vectors. Trainers take this and nothing else, so layout, balance,
/// precision and the order of sums are solved once. Memory: 1.0 times the features or the entries,
/// reserved in the session's budget.
public struct BlockMatrix<Element: Scalar>: Sendable {
  /// The names of the columns.
  public let featureNames: FeatureNames
  /// The places of the columns whose numbers are the codes of categories, rising.
  public let categoryColumns: [Int]
  /// How many features a row has.
  public let columnCount: Int
  /// Rows over all workers.
  public let rowCount: Int
  /// Which worker owns which leaves.
  public let placement: Placement
  /// This worker's place.
  public let rank: Int
  /// This worker's rows, by their global numbers.
  public let rows: Range<Int>
  let storage: Storage
  /// What is to be predicted; nil where nothing is.
  public let labels: RowLabels?
  let weightValues: Buffer<Double>?
  private let reservation: MemoryReservation

  /// How a worker's rows lie in memory.
  enum Storage: Sendable {
    /// Row-major.
    case dense(Buffer<Element>)
    /// By their entries.
    case sparse(SparseRows<Element>)
    /// Numbers beside codes.
    case coded(CodedRows<Element>)
  }

  /// The column that the labels are from.
  public var labelName: String? { labels?.name }
  /// What the labels stand for, where they are classes.
  public var classes: Classes? { labels?.classes }

  /// Whether rows have weights; without, each counts 1.
  public var isWeighted: Bool { weightValues != nil }

  /// Whether rows are held by their entries that are not zero; the same on all workers.
  public var isSparse: Bool {
    if case .sparse = storage { true } else { false }
  }

  /// Whether rows are held as numbers beside the codes of categories; the same on all workers.
  public var isCoded: Bool {
    if case .coded = storage { true } else { false }
  }

  init(
    featureNames: FeatureNames, rowCount: Int, placement: Placement, rank: Int, storage: Storage,
    labels: RowLabels?, weights: Buffer<Double>?, reservation: MemoryReservation,
    categoryColumns: [Int] = []
  ) {
    self.featureNames = featureNames
    self.categoryColumns = categoryColumns
    columnCount = featureNames.count
    self.rowCount = rowCount
    self.placement = placement
    self.rank = rank
    rows = Self.rows(of: placement.ranges[rank], leafCount: placement.leafCount, rowCount: rowCount)
    self.storage = storage
    self.labels = labels
    weightValues = weights
    self.reservation = reservation
    switch storage {
    case .dense(let values):
      require(values.count >= rows.count * columnCount, "too few values for \(rows)")
    case .sparse(let entries):
      require(
        entries.rowCount == rows.count && entries.columnCount == columnCount,
        "\(entries.rowCount) x \(entries.columnCount) sparse rows for \(rows)")
    case .coded(let coded):
      require(
        coded.rowCount == rows.count && coded.columnCount == columnCount,
        "\(coded.rowCount) x \(coded.columnCount) coded rows for \(rows)")
    }
  }

  /// The rows of a run of leaves: leaf `c` of `C` is rows `[c n / C, (c + 1) n / C)`.
  static func rows(of leaves: Range<Int>, leafCount: Int, rowCount: Int) -> Range<Int> {
    func first(_ leaf: Int) -> Int {
      let (high, low) = leaf.multipliedFullWidth(by: rowCount)
      return leafCount.dividingFullWidth((high, low)).quotient
    }
    return first(leaves.lowerBound)..<first(leaves.upperBound)
  }

  /// The memory that this worker's rows take.
  public var byteCount: Int {
    switch storage {
    case .dense: rows.count * columnCount * MemoryLayout<Element>.stride
    case .sparse(let entries):
      SparseRows<Element>.byteCount(rows: rows.count, entries: entries.entryCount)
    case .coded(let coded): coded.layout.byteCount(rows: rows.count, of: Element.self)
    }
  }

  /// The leaves that this worker holds.
  public var leaves: Range<Int> { placement.ranges[rank] }

  /// The rows of one leaf, by their global numbers.
  public func rows(ofLeaf leaf: Int) -> Range<Int> {
    Self.rows(of: leaf..<leaf + 1, leafCount: placement.leafCount, rowCount: rowCount)
  }

  /// One row with its zeros, by its global number; this worker must hold it.
  public func row(_ row: Int) -> [Element] {
    let local = place(ofRow: row)
    switch storage {
    case .dense(let values):
      let start = unsafe values.pointer + local * columnCount
      return unsafe Array(UnsafeBufferPointer(start: start, count: columnCount))
    case .sparse(let entries): return entries.row(local)
    case .coded(let coded): return coded.row(local)
    }
  }

  /// The numbers of a row that are not zero, by rising column; this worker must hold it.
  public func entries(ofRow row: Int) -> [(column: Int, value: Element)] {
    switch storage {
    case .dense, .coded: self.row(row).enumerated().filter { $0.element != 0 }.map { ($0, $1) }
    case .sparse(let entries): entries.entries(ofRow: place(ofRow: row))
    }
  }

  /// The label of one row that this worker holds: a number, or the place of its class.
  public func label(ofRow row: Int) -> Double? { labels?.values[place(ofRow: row)] }

  private func place(ofRow row: Int) -> Int {
    require(rows.contains(row), "row \(row) is not among \(rows)")
    return row - rows.lowerBound
  }

  /// The weight of one row that this worker holds.
  public func weight(ofRow row: Int) -> Double {
    weightValues.map { $0[row - rows.lowerBound] } ?? 1
  }
}

extension BlockMatrix {
  /// The same numbers under other names.
  /// - Parameter categories: the places of the columns whose numbers are codes.
  public func named(_ names: FeatureNames, categories: [Int] = []) -> BlockMatrix {
    require(names.count == columnCount, "\(names.count) names for \(columnCount) columns")
    return BlockMatrix(
      featureNames: names, rowCount: rowCount, placement: placement, rank: rank, storage: storage,
      labels: labels, weights: weightValues, reservation: reservation,
      categoryColumns: categories)
  }

  /// What makes it smaller.
  static var remedies: [String] {
    matrixRemedies(elementByteCount: MemoryLayout<Element>.stride)
  }

  /// The same rows with their zeros, for trainers that know no others; a collective call.
  ///
  /// Refuses where they do not fit into the budget. Leaves stay as they are.
  public func spread(in session: Session) throws -> BlockMatrix {
    if case .dense = storage { return self }
    let (count, overflow) = rows.count.multipliedReportingOverflow(
      by: columnCount * MemoryLayout<Element>.stride)
    let reservation = try session.communicator.agree("spreading sparse rows") {
      guard !overflow, count <= session.memory.limit else {
        throw Failure(
          .memory,
          "\(columnCount) numbers of each row do not fit into the budget of "
            + byteText(session.memory.limit),
          hint: (["raise --memory"] + Self.remedies + ["or add workers"]).joined(separator: ", "))
      }
      return try session.memory.reserve(
        count, for: "the design matrix (\(rowCount) rows of \(columnCount) features) spread out",
        remedies: Self.remedies)
    }
    let values = Buffer<Element>(count: rows.count * columnCount)
    switch storage {
    case .dense: break
    case .sparse(let entries): unsafe entries.block(0..<rows.count).spread(to: values.pointer)
    case .coded(let coded): unsafe coded.spread(to: values.pointer)
    }
    return BlockMatrix(
      featureNames: featureNames, rowCount: rowCount, placement: placement, rank: rank,
      storage: .dense(values), labels: labels, weights: weightValues, reservation: reservation,
      categoryColumns: categoryColumns)
  }
}
