internal import Platform

/// An intercept plus a coefficient times each number of a row, as one chain.
///
/// The sum starts at the intercept and takes `fma(x[j], b[j], sum)` for each j in turn, in `Double`
/// whatever the rows are in. So a row gets the same bits alone and in a batch, at every level of the
/// kernels, and without its zeros, which change nothing. A row with a NaN gets NaN.
public struct LinearChain: Sendable {
  public let coefficients: [Double]
  public let intercept: Double
  private let scorer: PanelScorer<Double>

  /// - Parameter coefficients: at least one.
  public init(_ coefficients: [Double], intercept: Double) throws {
    require(!coefficients.isEmpty, "a chain without coefficients")
    self.coefficients = coefficients
    // A negative zero would be seen in a row without entries alone.
    self.intercept = intercept + 0
    scorer = PanelScorer(
      columns: Matrix(rowCount: 1, columnCount: coefficients.count, elements: coefficients),
      bias: [self.intercept], level: try KernelLevel.current())
  }

  /// What a thread needs.
  public typealias Scratch = PanelScratch<Double>

  /// The sums of some rows.
  /// - Parameter sums: room for one a row.
  public func add(
    _ rows: RowBlock<Double>, into sums: UnsafeMutablePointer<Double>, scratch: Scratch
  ) {
    unsafe scorer.score(rows, into: sums, scratch: scratch)
    for row in 0..<rows.count { unsafe sums[row] += 0 }
  }

  /// The sums of rows by their entries.
  /// - Parameter sums: room for one a row.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func add<Element: Scalar>(
    _ rows: SparseRowBlock<Element>, into sums: UnsafeMutablePointer<Double>
  ) {
    require(rows.columnCount == coefficients.count, "rows of \(rows.columnCount) columns")
    unsafe coefficients.withUnsafeBufferPointer { coefficients in
      for row in 0..<rows.count {
        var sum = intercept
        for place in unsafe rows.offsets[row]..<rows.offsets[row + 1] {
          let number = unsafe Double(rows.values[place])
          unsafe sum.addProduct(number, coefficients[Int(rows.indices[place])])
        }
        unsafe sums[row] = sum + 0
      }
    }
  }

  /// The sums of all rows of a matrix.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func values<Element: Scalar>(_ rows: Matrix<Element>) -> [Double] {
    let (width, chunk) = (rows.columnCount, 256)
    require(width == coefficients.count, "rows of \(width) columns")
    let (sums, scratch) = (Buffer<Double>(count: rows.rowCount), Scratch())
    if let rows = rows as? Matrix<Double> {
      if rows.rowCount > 0 {
        rows.withRows { unsafe add($0, into: sums.pointer, scratch: scratch) }
      }
      return sums.array
    }
    let wide = Buffer<Double>(count: min(chunk, rows.rowCount) * width)
    for first in stride(from: 0, to: rows.rowCount, by: chunk) {
      let count = min(chunk, rows.rowCount - first)
      let (from, to) = unsafe (rows.pointer + first * width, wide.pointer)
      for place in 0..<count * width { unsafe to[place] = Double(from[place]) }
      unsafe add(
        RowBlock(to, rowCount: count, columnCount: width), into: sums.pointer + first,
        scratch: scratch)
    }
    withExtendedLifetime((rows, wide)) {}
    return sums.array
  }

  /// The sums of all rows given by their entries.
  public func values<Element: Scalar>(_ rows: SparseRows<Element>) -> [Double] {
    let sums = Buffer<Double>(count: rows.rowCount)
    unsafe add(rows.block(0..<rows.rowCount), into: sums.pointer)
    withExtendedLifetime(rows) {}
    return sums.array
  }
}
