internal import CKernels
internal import Platform

/// The upper triangle of the weighted sum of y yᵀ over rows, and of the sum of v y beside it.
///
/// The same thing is a Gram matrix, a covariance, a Newton Hessian and the normal equations of one
/// user's ratings. Each entry is one chain over the rows in their order, `fma(w * y[i], y[j], s)`,
/// in the element type; with `Float` the chain is emptied into a `Double` after every 4096 rows.
/// Rows may come in blocks cut anywhere, to the same bits.
/// Cost: d² operations a row, about 80 % of what the machine can multiply from d = 64 on; memory
/// for d² elements, d² doubles and a chunk of 64 rows.
public final class GramAccumulator<Element: Scalar> {
  public let dimension: Int
  public let level: KernelLevel
  /// Row-major d x d, of which only the upper triangle is filled; complete after `finish()`.
  public private(set) var upper: Matrix<Double>
  /// The sum of v y; zeros unless values were given.
  public var rightHandSide: [Double] { right.array }

  private let right: Buffer<Double>
  private let partial: Buffer<Element>
  private let partialRight: Buffer<Element>
  private let scratch: Buffer<UInt8>
  private var pendingCount = 0

  /// Rows after which a chain of `Float` is emptied.
  public static var rowsPerChain: Int { 4096 }

  /// Sums of zero rows of the given dimension.
  public init(dimension: Int, level: KernelLevel) {
    require(dimension >= 1, "a Gram of dimension \(dimension)")
    self.dimension = dimension
    self.level = level
    let width = martlet_gram_width(Element.kernelPrecision, dimension)
    upper = Matrix(rowCount: dimension, columnCount: dimension)
    right = Buffer(count: dimension)
    partial = Buffer(count: width * width)
    partialRight = Buffer(count: width)
    scratch = Buffer(count: martlet_gram_scratch(Element.kernelPrecision, dimension))
  }

  /// Adds rows, in order.
  ///
  /// - `weights`: w, one a row; nil: all 1.
  /// - `values`: v, one a row, for the right-hand side.
  /// - `shift`: subtracted from each row in the element type.
  public func add(
    _ rows: RowBlock<Element>, weights: UnsafePointer<Element>? = nil,
    values: UnsafePointer<Element>? = nil, shift: [Element]? = nil
  ) {
    require(
      rows.columnCount == dimension,
      "rows of \(rows.columnCount) for a Gram of \(dimension)")
    requireShift(shift, dimension)
    unsafe withOptionalPointer(shift) { shift in
      var from = 0
      while from < rows.count {
        // Chains of Double are never emptied: there is nothing wider to empty them into.
        let room = Element.kernelPrecision == 0 ? Self.rowsPerChain - pendingCount : Int.max
        let count = min(room, rows.count - from)
        var part = unsafe rows.forBridge(shift: shift)
        if let positions = unsafe rows.positions {
          unsafe part.positions = unsafe positions + from
        } else {
          unsafe part.start = UnsafeRawPointer(rows.start + from * rows.stride)
        }
        unsafe part.count = count
        unsafe martlet_gram(
          level.rawValue, Element.kernelPrecision, &part, weights.map { unsafe $0 + from },
          values.map { unsafe $0 + from }, partial.pointer, partialRight.pointer, scratch.pointer)
        from += count
        pendingCount += count
        if Element.kernelPrecision == 0 && pendingCount == Self.rowsPerChain { flush() }
      }
    }
  }

  /// Completes `upper` and `rightHandSide`; more rows may follow, in a new chain.
  public func finish() { if pendingCount > 0 { flush() } }

  /// Starts again with zero rows.
  public func reset() {
    finish()
    upper.withMutableSpan { span in for i in 0..<span.count { span[i] = 0 } }
    right.withMutableSpan { span in for i in 0..<span.count { span[i] = 0 } }
  }

  private func flush() {
    unsafe martlet_gram_flush(
      Element.kernelPrecision, dimension, partial.pointer, partialRight.pointer,
      upper.mutablePointer, right.pointer)
    pendingCount = 0
  }
}
