internal import CKernels
internal import Platform

extension RowBlock {
  /// Adds each row times its factors to sums: `fma(factor, Double(x), sum)`, rows in order.
  ///
  /// The gradient of whatever is a function of linear scores.
  /// - Parameters:
  ///   - factors: that of row r for output c is `factors[c * factorsStride + r]`.
  ///   - sums: that of column j for output c is `sums[c * sumsStride + j]`; the stride is a multiple
  ///     of eight that is at least the number of columns.
  public func addProducts(
    factors: UnsafePointer<Double>, factorsStride: Int, outputs: Int,
    to sums: UnsafeMutablePointer<Double>, sumsStride: Int, level: KernelLevel
  ) {
    require(
      sumsStride % 8 == 0 && sumsStride >= columnCount && factorsStride >= count,
      "sums of \(sumsStride) for \(columnCount) columns")
    var rows = unsafe forBridge(shift: nil)
    unsafe martlet_add_products(
      level.rawValue, Element.kernelPrecision, &rows, factors, factorsStride, outputs, sums,
      sumsStride)
  }

  /// Adds w (x - s) and w (x - s)² of each column to sums, rows in order.
  /// - Parameters:
  ///   - shift: s, one a column.
  ///   - weights: w, one a row; nil: all 1.
  ///   - sums, squares: one a column, padded to a multiple of eight.
  public func addMoments(
    shift: Buffer<Double>, weights: UnsafePointer<Double>?,
    sums: UnsafeMutablePointer<Double>, squares: UnsafeMutablePointer<Double>, level: KernelLevel
  ) {
    require(shift.count >= paddedToEight(columnCount), "a shift of \(shift.count)")
    var rows = unsafe forBridge(shift: nil)
    unsafe martlet_add_moments(
      level.rawValue, Element.kernelPrecision, &rows, shift.pointer, weights, sums, squares)
    withExtendedLifetime(shift) {}
  }

  /// Some of the rows; they must not be selected by positions.
  public func rows(_ range: Range<Int>) -> RowBlock {
    require(
      unsafe positions == nil && range.lowerBound >= 0 && range.upperBound <= count,
      "rows \(range) of \(count)")
    return unsafe RowBlock(
      start + range.lowerBound * stride, rowCount: range.count, columnCount: columnCount,
      stride: stride)
  }
}

extension SparseRowBlock {
  /// The same as for dense rows, into `sums[j * sumsStride + c]`; of one output into `sums[j]`.
  /// - Parameter scratch: room for `sumsStride` doubles.
  public func addProducts(
    factors: UnsafePointer<Double>, factorsStride: Int, outputs: Int,
    to sums: UnsafeMutablePointer<Double>, sumsStride: Int,
    scratch: UnsafeMutablePointer<Double>, level: KernelLevel
  ) {
    require(
      sumsStride % 8 == 0 && (outputs == 1 || sumsStride >= outputs) && factorsStride >= count,
      "sums of \(sumsStride) for \(outputs) outputs")
    var rows = unsafe forBridge()
    unsafe martlet_sparse_products(
      level.rawValue, Element.kernelPrecision, &rows, factors, factorsStride, outputs, sums,
      sumsStride, scratch)
  }

  /// Adds w x (where sums are given) and w x² of each entry to those of its column.
  public func addMoments(
    weights: UnsafePointer<Double>?, sums: UnsafeMutablePointer<Double>?,
    squares: UnsafeMutablePointer<Double>, level: KernelLevel
  ) {
    var rows = unsafe forBridge()
    unsafe martlet_sparse_moments(
      level.rawValue, Element.kernelPrecision, &rows, weights, sums, squares)
  }

  /// Some of the rows.
  public func rows(_ range: Range<Int>) -> SparseRowBlock {
    require(range.lowerBound >= 0 && range.upperBound <= count, "rows \(range) of \(count)")
    return unsafe SparseRowBlock(
      offsets: offsets + range.lowerBound, indices: indices, values: values, count: range.count,
      columnCount: columnCount)
  }
}
