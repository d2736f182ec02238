internal import CKernels
internal import Platform

/// Scores of rows against columns: nearest centres, dot products, linear models.
///
/// The score of row x and column c is a chain that starts at the column's bias and takes
/// `fma(x[j], c[j], score)` for each j in turn, in the element type. With the bias -|c|²/2 the
/// greatest score is the nearest centre. A shift (the mean, say) is subtracted from rows and
/// columns first, which keeps numbers small enough for `Float`.
///
/// Built once an iteration, shared by all threads; each thread brings a `PanelScratch`. A row's
/// score depends on nothing but the row: not on its position, its neighbours or the level.
/// Cost: 2 d k operations a row at 70 to 95 % of what the machine can multiply, from d = 32 on.
public struct PanelScorer<Element: Scalar>: Sendable {
  public let level: KernelLevel
  /// How many columns (centres, classes) there are.
  public let columnCount: Int
  /// How many elements a row has.
  public let dimension: Int
  let packed: Buffer<Element>
  let bias: Buffer<Element>
  let shift: Buffer<Element>?

  /// For the nearest of some centres: their scores are x·c - |c|²/2.
  public init(centres: Matrix<Double>, shift: [Element]? = nil, level: KernelLevel) {
    self.init(columns: centres, bias: nil, shift: shift, level: level)
  }

  /// For x·c + bias; each row of `columns` is one column c.
  public init(
    columns: Matrix<Double>, bias: [Double], shift: [Element]? = nil, level: KernelLevel
  ) {
    self.init(columns: columns, bias: .some(bias), shift: shift, level: level)
  }

  private init(
    columns: Matrix<Double>, bias given: [Double]?, shift: [Element]?, level: KernelLevel
  ) {
    let count = columns.rowCount
    require(
      count >= 1 && count < Int(Int32.max) && columns.columnCount >= 1,
      "\(count) columns of \(columns.columnCount) elements to score against")
    require((given?.count ?? count) == count, "\(given?.count ?? 0) biases for \(count) columns")
    require(
      (shift?.count ?? columns.columnCount) == columns.columnCount,
      "a shift of \(shift?.count ?? 0) for \(columns.columnCount) elements")
    self.level = level
    columnCount = count
    dimension = columns.columnCount
    let padded = martlet_padded_columns(count)
    packed = Buffer(count: padded * columns.columnCount)
    bias = Buffer(count: padded)
    self.shift = shift.map { Buffer($0) }
    let given = given.map { Buffer($0) }
    unsafe martlet_pack_columns(
      Element.kernelPrecision, columns.pointer, count, dimension, self.shift?.pointer,
      given?.pointer, packed.pointer, bias.pointer)
    withExtendedLifetime((columns, given)) {}
  }

  /// The column with the greatest score for each row; the first of equals.
  ///
  /// A row with a NaN gets column 0 and the score -infinity.
  ///
  /// - `best`: room for one index a row.
  /// - `score`: room for its score, if wanted.
  /// - `second`: room for the greatest score among the other columns, if wanted.
  public func assign(
    _ rows: RowBlock<Element>, best: UnsafeMutablePointer<Int32>,
    score: UnsafeMutablePointer<Element>? = nil, second: UnsafeMutablePointer<Element>? = nil,
    scratch: PanelScratch<Element>
  ) {
    unsafe run(
      rows,
      martlet_scores(
        best: best, score: score, second: second, scores: nil, scores_stride: 0), nil, scratch)
  }

  /// The same, adding each row to the sums of its best column on the way: a pass of Lloyd.
  ///
  /// - `weights`: one a row; nil: all 1, to the same bits.
  public func assign(
    _ rows: RowBlock<Element>, best: UnsafeMutablePointer<Int32>,
    score: UnsafeMutablePointer<Element>? = nil, second: UnsafeMutablePointer<Element>? = nil,
    weights: UnsafePointer<Double>? = nil, adding sums: ClusterSums,
    scratch: PanelScratch<Element>
  ) {
    sums.check(count: columnCount, dimension: dimension)
    unsafe run(
      rows,
      martlet_scores(
        best: best, score: score, second: second, scores: nil, scores_stride: 0),
      sums.forBridge(weights: weights), scratch)
  }

  /// All scores, row by row.
  ///
  /// - `scores`: room for `columnCount` scores a row.
  /// - `stride`: from one row of scores to the next; nil: `columnCount`.
  public func score(
    _ rows: RowBlock<Element>, into scores: UnsafeMutablePointer<Element>, stride: Int? = nil,
    scratch: PanelScratch<Element>
  ) {
    require(
      (stride ?? columnCount) >= columnCount, "scores \(stride ?? 0) apart for \(columnCount)")
    unsafe run(
      rows,
      martlet_scores(
        best: nil, score: nil, second: nil, scores: scores,
        scores_stride: stride ?? columnCount), nil, scratch)
  }

  private func run(
    _ rows: RowBlock<Element>, _ out: martlet_scores, _ sums: martlet_sums?,
    _ scratch: PanelScratch<Element>
  ) {
    require(
      rows.columnCount == dimension,
      "rows of \(rows.columnCount) elements against columns of \(dimension)")
    let wanted = unsafe martlet_score_scratch(
      Element.kernelPrecision, dimension, columnCount, out.scores == nil ? 0 : 1)
    var rows = unsafe rows.forBridge(shift: shift?.pointer)
    var columns = unsafe martlet_columns(
      packed: packed.pointer, bias: bias.pointer, count: columnCount)
    var out = unsafe out
    let memory = unsafe scratch.memory(byteCount: wanted)
    if var sums = unsafe sums {
      unsafe martlet_score(
        level.rawValue, Element.kernelPrecision, &rows, &columns, &out, &sums, memory)
    } else {
      unsafe martlet_score(
        level.rawValue, Element.kernelPrecision, &rows, &columns, &out, nil, memory)
    }
    withExtendedLifetime((self, scratch)) {}
  }
}

/// The memory that a thread needs to score panels; it grows to the largest use.
///
/// One thread at a time, any number of scorers.
public final class PanelScratch<Element: Scalar> {
  private var buffer = Buffer<UInt8>(count: 1 << 14)

  /// Scratch of a thread.
  public init() {}

  func memory(byteCount: Int) -> UnsafeMutableRawPointer {
    if buffer.count < byteCount { buffer = Buffer(count: byteCount) }
    return unsafe UnsafeMutableRawPointer(buffer.pointer)
  }
}
