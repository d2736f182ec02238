internal import CKernels
internal import Platform

/// Linear scores of rows: for each output a sum of products and an intercept, in `Double`.
///
/// Column j belongs to lane j mod 8, whose products are added in order, `fma(x, w, s)`; lanes are
/// added 4, 2 and 1 apart, then the intercept. So a row gets the same bits alone, in a batch, with
/// its zeros and by its entries, at every level.
/// Cost: one multiplication a number and output; 8 bytes a coefficient, shared by all threads.
public struct LinearScorer: Sendable {
  public let level: KernelLevel
  /// How many scores a row gets.
  public let outputs: Int
  /// How many numbers a row has.
  public let dimension: Int
  /// Whether coefficients lie as sparse rows want them.
  public let isSparse: Bool
  private let coefficients: Buffer<Double>
  private let intercepts: Buffer<Double>
  private let stride: Int

  /// - Parameters:
  ///   - coefficients: one row an output.
  ///   - isSparse: whether rows come by their entries.
  public init(
    coefficients: Matrix<Double>, intercepts: [Double], isSparse: Bool, level: KernelLevel
  ) {
    require(
      coefficients.rowCount >= 1 && intercepts.count == coefficients.rowCount,
      "\(intercepts.count) intercepts for \(coefficients.rowCount) outputs")
    self.level = level
    self.isSparse = isSparse
    outputs = coefficients.rowCount
    dimension = coefficients.columnCount
    self.intercepts = Buffer(intercepts)
    let isTurned = isSparse && outputs > 1
    stride = paddedToEight(isTurned ? outputs : dimension)
    self.coefficients = Buffer(count: stride * (isTurned ? dimension : outputs))
    for output in 0..<outputs {
      for (column, value) in coefficients.row(output).enumerated() {
        self.coefficients[isTurned ? column * stride + output : output * stride + column] = value
      }
    }
  }

  /// One score of rows by their entries, from coefficients that stay where they are.
  public init(sparse coefficients: Buffer<Double>, intercept: Double, level: KernelLevel) {
    (self.level, outputs, dimension, isSparse) = (level, 1, coefficients.count, true)
    intercepts = Buffer([intercept])
    stride = paddedToEight(coefficients.count)
    self.coefficients = coefficients
  }

  /// Doubles of scratch that sparse rows need.
  public var scratchCount: Int { isSparse && outputs > 1 ? 8 * stride : 0 }

  /// The scores of some rows: that of row r and output c goes to `scores[c * stride + r]`.
  public func scores<Element: Scalar>(
    _ rows: RowBlock<Element>, into scores: UnsafeMutablePointer<Double>, stride: Int
  ) {
    require(
      rows.columnCount == dimension && rows.count <= stride && !isSparse,
      "rows of \(rows.columnCount) for \(dimension) coefficients")
    var (rows, linear) = unsafe (rows.forBridge(shift: nil), forBridge())
    unsafe martlet_margins(
      level.rawValue, Element.kernelPrecision, &rows, &linear, scores, stride)
    withExtendedLifetime(self) {}
  }

  /// The same for rows by their entries.
  /// - Parameter scratch: room for `scratchCount` doubles.
  public func scores<Element: Scalar>(
    _ rows: SparseRowBlock<Element>, into scores: UnsafeMutablePointer<Double>, stride: Int,
    scratch: UnsafeMutablePointer<Double>
  ) {
    require(
      rows.columnCount == dimension && rows.count <= stride && isSparse,
      "rows of \(rows.columnCount) for \(dimension) coefficients")
    var (rows, linear) = unsafe (rows.forBridge(), forBridge())
    unsafe martlet_sparse_margins(
      level.rawValue, Element.kernelPrecision, &rows, &linear, scores, stride, scratch)
    withExtendedLifetime(self) {}
  }

  private func forBridge() -> martlet_linear {
    unsafe martlet_linear(
      coefficients: coefficients.pointer, intercepts: intercepts.pointer, outputs: outputs,
      stride: stride)
  }
}

/// The next multiple of eight.
public func paddedToEight(_ count: Int) -> Int { (count + 7) / 8 * 8 }
