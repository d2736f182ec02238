public import Cluster
public import LinearAlgebra
internal import Platform

/// The design matrix: the numbers that a trainer learns from, one row a row of data.
///
/// Rows are numbered over all workers and cut into leaves by that number; each worker holds whole,
/// consecutive leaves as one row-major run of memory. Trainers take this and nothing else, so
/// layout, balance, precision and the order of sums are solved once. Memory: 1.0 times the features,
/// reserved in the session's budget.
public struct BlockMatrix<Element: Scalar>: Sendable {
  /// The names of the columns.
  public let featureNames: [String]
  /// Rows over all workers.
  public let rowCount: Int
  /// Which worker owns which leaves.
  public let placement: Placement
  /// This worker's place.
  public let rank: Int
  /// This worker's rows, by their global numbers.
  public let rows: Range<Int>
  @usableFromInline let values: Buffer<Element>
  @usableFromInline let weightValues: Buffer<Double>?
  private let reservation: MemoryReservation

  /// How many features a row has.
  @inlinable public var columnCount: Int { featureNames.count }
  /// Whether rows have weights; without, each counts 1.
  @inlinable public var isWeighted: Bool { weightValues != nil }

  init(
    featureNames: [String], rowCount: Int, placement: Placement, rank: Int, values: Buffer<Element>,
    weights: Buffer<Double>?, reservation: MemoryReservation
  ) {
    self.featureNames = featureNames
    self.rowCount = rowCount
    self.placement = placement
    self.rank = rank
    rows = Self.rows(of: placement.ranges[rank], leafCount: placement.leafCount, rowCount: rowCount)
    self.values = values
    weightValues = weights
    self.reservation = reservation
    require(values.count >= rows.count * featureNames.count, "too few values for \(rows)")
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
  public var byteCount: Int { rows.count * columnCount * MemoryLayout<Element>.stride }

  /// The leaves that this worker holds.
  public var leaves: Range<Int> { placement.ranges[rank] }

  /// The rows of one leaf, by their global numbers.
  public func rows(ofLeaf leaf: Int) -> Range<Int> {
    Self.rows(of: leaf..<leaf + 1, leafCount: placement.leafCount, rowCount: rowCount)
  }

  /// One row, by its global number; this worker must hold it.
  public func row(_ row: Int) -> [Element] {
    require(rows.contains(row), "row \(row) is not among \(rows)")
    let start = unsafe values.pointer + (row - rows.lowerBound) * columnCount
    return unsafe Array(UnsafeBufferPointer(start: start, count: columnCount))
  }

  /// The weight of one row that this worker holds.
  public func weight(ofRow row: Int) -> Double {
    weightValues.map { $0[row - rows.lowerBound] } ?? 1
  }
}

/// Up to 256 consecutive rows of a leaf: what a kernel works on at a time.
@safe public struct Block<Element: Scalar> {
  /// The row number, over all workers, of the first row.
  public let firstRow: Int
  public let rowCount: Int
  public let columnCount: Int
  /// Row-major, without gaps.
  ///
  /// Valid only while the body that was given this block runs.
  @unsafe public let values: UnsafePointer<Element>
  /// One a row, or nil where every row counts 1.
  @unsafe public let weights: UnsafePointer<Double>?
  /// The place of the first row among the rows of this worker.
  public let localRow: Int

  /// Rows in a block.
  public static var rowLimit: Int { 256 }
}

extension BlockMatrix {
  /// The same numbers under other names.
  public func named(_ names: [String]) -> BlockMatrix {
    require(names.count == columnCount, "\(names.count) names for \(columnCount) columns")
    return BlockMatrix(
      featureNames: names, rowCount: rowCount, placement: placement, rank: rank, values: values,
      weights: weightValues, reservation: reservation)
  }
}
