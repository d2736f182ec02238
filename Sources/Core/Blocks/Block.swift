public import LinearAlgebra
public import Platform

/// Up to 256 consecutive rows of a leaf: what a kernel works on at a time.
///
/// Valid only while the body that was given it runs.
@safe public struct Block<Element: Scalar> {
  /// The row number, over all workers, of the first row.
  public let firstRow: Int
  public let rowCount: Int
  public let columnCount: Int
  let contents: Contents
  /// One a row, or nil where every row counts 1.
  @unsafe public let weights: UnsafePointer<Double>?
  /// One a row, a number or the place of its class; nil where rows have none.
  @unsafe public let labels: UnsafePointer<Double>?
  /// The place of the first row among the rows of this worker.
  public let localRow: Int

  /// Rows in a block.
  public static var rowLimit: Int { 256 }

  @safe enum Contents {
    /// Row-major, without gaps.
    case dense(UnsafePointer<Element>)
    case sparse(SparseRowBlock<Element>)
    case coded(CodedRowBlock<Element>)
  }

  /// The rows as kernels take them.
  public enum Rows {
    case dense(RowBlock<Element>)
    /// By their entries that are not zero.
    case sparse(SparseRowBlock<Element>)
    case coded(CodedRowBlock<Element>)
  }

  /// The rows as kernels take them; there must be a column.
  public var rows: Rows {
    switch contents {
    case .dense(let values):
      unsafe .dense(RowBlock(values, rowCount: rowCount, columnCount: columnCount))
    case .sparse(let rows): .sparse(rows)
    case .coded(let rows): .coded(rows)
    }
  }

  /// The numbers of the rows, row-major and without gaps, for a trainer that knows dense rows only.
  @unsafe public var values: UnsafePointer<Element> {
    get throws {
      guard case .dense(let values) = contents else { throw Self.denseOnly }
      return unsafe values
    }
  }

  /// What a trainer says that is given sparse rows and knows none.
  public static var denseOnly: Failure {
    Failure(
      .usage, "the rows are held without their zeros, and this method knows only dense ones",
      hint: "BlockMatrix.spread(in:) makes dense rows of them")
  }
}
