internal import CKernels
internal import Platform

/// The sums of w (x - s) and of w (x - s)(x - s)ᵀ over rows, in memory of the caller's.
///
/// What `GramAccumulator` is for one run of rows, this is for the partial sums of leaves: the kernel
/// adds to them where they lie, so that a leaf's rows may come block by block without a copy in
/// between. Each entry is one chain over the rows in their order, `fma(w y[i], y[j], s)`.
public struct GramSum: Sendable {
  public let dimension: Int
  public let level: KernelLevel
  /// From one row of the Gram to the next.
  public let stride: Int

  /// Sums of rows of the given dimension.
  public init(dimension: Int, level: KernelLevel) {
    require(dimension >= 1, "a Gram of dimension \(dimension)")
    self.dimension = dimension
    self.level = level
    stride = martlet_gram_width(Double.kernelPrecision, dimension)
  }

  /// How many numbers the sums take: the Gram, of which the upper triangle counts, then the sums
  /// of the elements.
  public var count: Int { (stride + 1) * stride }

  /// Where entry (row, column) of the Gram lies; the row is at most the column.
  public func place(_ row: Int, _ column: Int) -> Int { row * stride + column }
  /// Where the sum of an element lies.
  public func place(ofSum element: Int) -> Int { stride * stride + element }

  /// Adds rows, in order.
  /// - Parameters:
  ///   - shift: s, subtracted from each row.
  ///   - weights: w, one a row; nil: all 1, to the same bits.
  ///   - sums: `count` numbers, 64-byte aligned.
  public func add(
    _ rows: RowBlock<Double>, shift: [Double], weights: UnsafePointer<Double>? = nil,
    to sums: UnsafeMutablePointer<Double>, scratch: GramScratch
  ) {
    require(
      rows.columnCount == dimension && scratch.dimension == dimension,
      "rows of \(rows.columnCount) for a Gram of \(dimension)")
    require(rows.count <= GramScratch.rowLimit, "\(rows.count) rows at a time")
    requireShift(shift, dimension)
    require(UInt(bitPattern: sums) & 63 == 0, "sums that are not aligned")
    unsafe withOptionalPointer(shift) { shift in
      var part = unsafe rows.forBridge(shift: shift)
      unsafe martlet_gram(
        level.rawValue, Double.kernelPrecision, &part, weights,
        weights ?? UnsafePointer(scratch.ones.pointer), sums, sums + stride * stride,
        scratch.memory.pointer)
    }
    withExtendedLifetime(scratch) {}
  }
}

/// What a thread needs to add rows to a `GramSum`.
public final class GramScratch: Sendable {
  /// The most rows that are added at a time.
  public static let rowLimit = 256

  let dimension: Int
  let memory: Buffer<UInt8>
  /// A value of 1 for each row, so that the right-hand side is the sum of the rows.
  let ones = Buffer([Double](repeating: 1, count: rowLimit))

  /// Scratch for rows of the given dimension; one thread's.
  public init(dimension: Int) {
    self.dimension = dimension
    memory = Buffer(count: martlet_gram_scratch(Double.kernelPrecision, dimension))
  }
}
