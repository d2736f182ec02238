internal import CKernels
public import Platform

/// Rows that a kernel reads: where they lie, how many, and which of them.
///
/// A view without an owner: the memory must outlive it. Blocks may have any number of rows, since
/// no result of a kernel depends on how rows are cut into blocks.
@safe
public struct RowBlock<Element: Scalar> {
  /// The first element of row 0.
  public let start: UnsafePointer<Element>
  /// How many rows lie there.
  public let storedCount: Int
  /// How many elements a row has.
  public let columnCount: Int
  /// Elements from the start of a row to the start of the next.
  public let stride: Int
  /// The rows to take, in this order; nil: all of them.
  public let positions: UnsafePointer<Int32>?
  /// How many rows a kernel sees.
  public let count: Int

  /// All rows from a start.
  public init(
    _ start: UnsafePointer<Element>, rowCount: Int, columnCount: Int, stride: Int? = nil
  ) {
    require(
      rowCount >= 0 && columnCount >= 1 && (stride ?? columnCount) >= columnCount,
      "rows: \(rowCount) x \(columnCount), \(stride ?? columnCount) apart")
    unsafe self.start = unsafe start
    storedCount = rowCount
    self.columnCount = columnCount
    self.stride = stride ?? columnCount
    unsafe positions = nil
    count = rowCount
  }

  /// The rows at the given positions of a block; what a kernel gives comes in the same order.
  public func selecting(_ positions: UnsafePointer<Int32>, count: Int) -> RowBlock {
    require(unsafe self.positions == nil, "rows selected twice")
    require(
      unsafe count >= 0 && martlet_all_within(positions, count, storedCount) == 1,
      "a position outside of \(storedCount) rows")
    return unsafe RowBlock(copy: self, positions: positions, count: count)
  }

  private init(copy: RowBlock, positions: UnsafePointer<Int32>, count: Int) {
    unsafe start = unsafe copy.start
    storedCount = copy.storedCount
    columnCount = copy.columnCount
    stride = copy.stride
    unsafe self.positions = unsafe positions
    self.count = count
  }

  /// One element of one of the rows that a kernel sees.
  @inlinable
  public subscript(row: Int, column: Int) -> Element {
    require(
      row >= 0 && row < count && column >= 0 && column < columnCount,
      "element (\(row), \(column)) of \(count) x \(columnCount)")
    let place = unsafe positions.map { unsafe Int($0[row]) } ?? row
    return unsafe start[place * stride + column]
  }

  /// Where one of the rows that a kernel sees begins.
  @inlinable @unsafe
  public func start(ofRow row: Int) -> UnsafePointer<Element> {
    require(row >= 0 && row < count, "row \(row) of \(count)")
    let place = unsafe positions.map { unsafe Int($0[row]) } ?? row
    return unsafe start + place * stride
  }

  /// As the bridge takes them.
  func forBridge(shift: UnsafePointer<Element>?) -> martlet_rows {
    unsafe martlet_rows(
      start: start, stride: stride, positions: positions, count: count, dimension: columnCount,
      shift: shift)
  }
}

extension Matrix {
  /// Lends some of the rows to kernels.
  public func withRows<R>(
    _ range: Range<Int>, _ body: (RowBlock<Element>) throws -> R
  ) rethrows -> R {
    require(
      range.lowerBound >= 0 && range.upperBound <= rowCount && columnCount >= 1,
      "rows \(range) of \(rowCount) x \(columnCount)")
    defer { withExtendedLifetime(self) {} }
    return try unsafe body(
      RowBlock(
        pointer + range.lowerBound * columnCount, rowCount: range.count,
        columnCount: columnCount))
  }

  /// Lends all rows to kernels.
  public func withRows<R>(_ body: (RowBlock<Element>) throws -> R) rethrows -> R {
    try withRows(0..<rowCount, body)
  }
}
