internal import CKernels
internal import Platform

/// The columns with the greatest scores for each row: the top-k of a recommender, exact.
///
/// Scores are the chains of `PanelScorer`: a column's bias, then `fma(x[j], c[j], score)` for each
/// j in turn. They are never stored: each row keeps a heap of the best so far, and what does not
/// beat its root is dropped a vector at a time. What a row may not have is looked up only for
/// columns that would enter its heap, so that leaving out what was seen costs next to nothing.
///
/// The greater score comes first, of equal ones the earlier column. A score that is no number, or
/// -infinity, is never among them. A row's choice depends on nothing but the row: not on its
/// neighbours, the threads or the level. Without elements (dimension 0) the biases decide.
///
/// Built once, shared by all threads; each thread brings a `PanelScratch`. Cost: 2 d operations a
/// row and column, 24 or 12 scores at a time, with blocks of columns in the second-level cache.
public struct TopScorer<Element: Scalar>: Sendable {
  public let level: KernelLevel
  /// How many columns may be chosen.
  public let columnCount: Int
  /// How many elements a row has.
  public let dimension: Int
  /// How many columns there are, those that may not be chosen included.
  private let namedCount: Int
  private let packed: Buffer<Element>
  private let bias: Buffer<Element>
  private let names: Buffer<Int32>?

  /// - Parameters:
  ///   - columns: one column c a row.
  ///   - bias: where the score of each column starts; nil: at 0.
  ///   - allowed: the columns that may be chosen, rising; nil: all of them. The others cost nothing.
  public init(
    columns: Matrix<Element>, bias given: [Element]? = nil, allowed: [Int32]? = nil,
    level: KernelLevel
  ) {
    let count = allowed?.count ?? columns.rowCount
    require(columns.rowCount < Int(Int32.max), "\(columns.rowCount) columns to choose from")
    require(
      (given?.count ?? columns.rowCount) == columns.rowCount,
      "\(given?.count ?? 0) biases for \(columns.rowCount) columns")
    if let allowed {
      require(
        zip(allowed, allowed.dropFirst()).allSatisfy { $0 < $1 } && (allowed.first ?? 0) >= 0
          && (allowed.last ?? -1) < Int32(columns.rowCount),
        "allowed columns that do not rise within \(columns.rowCount)")
    }
    self.level = level
    columnCount = count
    namedCount = columns.rowCount
    dimension = columns.columnCount
    let padded = martlet_padded_columns(count)
    packed = Buffer(count: padded * columns.columnCount)
    bias = Buffer(count: padded)
    names = allowed.map { Buffer($0) }
    let given = given.map { Buffer($0) }
    unsafe martlet_pack_chosen(
      Element.kernelPrecision, columns.pointer, dimension, given?.pointer, names?.pointer, count,
      packed.pointer, bias.pointer)
    withExtendedLifetime((columns, given)) {}
  }

  /// The best columns of some rows.
  ///
  /// - Parameters:
  ///   - limit: how many a row, at least 1; no more come than there are columns to choose from.
  ///   - rows: where the rows are.
  ///   - positions: which of them, in this order.
  ///   - without: what each may not have, in the same order.
  ///   - floors: what the scores of each must be greater than, in the same order; none a NaN.
  public func top(
    _ limit: Int, of rows: Matrix<Element>, at positions: [Int32], without: RowLists? = nil,
    above floors: Buffer<Element>? = nil, scratch: PanelScratch<Element>
  ) -> TopColumns<Element> {
    require(limit >= 1, "the best \(limit) columns of a row")
    require(
      rows.columnCount == dimension,
      "rows of \(rows.columnCount) elements against columns of \(dimension)")
    require((without?.count ?? positions.count) == positions.count, "other lists than rows")
    require((floors?.count ?? positions.count) == positions.count, "other floors than rows")
    let found = TopColumns<Element>(
      rowCount: positions.count, limit: max(1, min(limit, columnCount)))
    let memory = unsafe scratch.memory(
      byteCount: martlet_top_scratch(Element.kernelPrecision, dimension))
    unsafe positions.withUnsafeBufferPointer { places in
      guard let start = places.baseAddress else { return }
      unsafe require(
        martlet_all_within(start, places.count, rows.rowCount) == 1,
        "a position outside of \(rows.rowCount) rows")
      var taken = unsafe martlet_rows(
        start: rows.pointer, stride: dimension, positions: start, count: places.count,
        dimension: dimension, shift: nil)
      var columns = unsafe martlet_columns(
        packed: packed.pointer, bias: bias.pointer, count: columnCount)
      var out = unsafe martlet_top(
        limit: found.limit, chosen: found.columns.pointer, scores: found.scores.pointer,
        counts: found.counts.pointer, floors: floors?.pointer, names: names?.pointer,
        without: without?.members.pointer, begins: without?.begins.pointer,
        ends: without?.ends.pointer)
      unsafe martlet_top_columns(
        level.rawValue, Element.kernelPrecision, &taken, &columns, &out, memory)
    }
    withExtendedLifetime((self, rows, without, floors, scratch)) {}
    return found
  }
}

/// The best columns of rows and their scores, best first.
public struct TopColumns<Element: Scalar>: Sendable {
  public let rowCount: Int
  /// How many places a row has here.
  public let limit: Int
  /// `limit` columns a row.
  public let columns: Buffer<Int32>
  /// `limit` scores a row.
  public let scores: Buffer<Element>
  /// How many of a row's places are taken.
  public let counts: Buffer<Int32>

  init(rowCount: Int, limit: Int) {
    self.rowCount = rowCount
    self.limit = limit
    columns = Buffer(count: rowCount * limit)
    scores = Buffer(count: rowCount * limit)
    counts = Buffer(count: rowCount)
  }

  /// The places of a row that are taken.
  public func places(ofRow row: Int) -> Range<Int> {
    row * limit..<row * limit + Int(counts[row])
  }
}
