public import Cluster
public import Frames
public import LinearAlgebra
internal import Platform

extension BlockMatrix {
  /// Rows in memory: each worker gives its own, which follow each other in the order of ranks.
  public init(
    _ matrix: Matrix<Element>, featureNames: FeatureNames? = nil, weights: [Double]? = nil,
    in session: Session
  ) throws {
    try self.init(
      .dense(Buffer(matrix.elements)), matrix.rowCount, matrix.columnCount, featureNames, weights,
      in: session)
  }

  /// Sparse rows in memory, which stay sparse.
  public init(
    _ rows: SparseRows<Element>, featureNames: FeatureNames? = nil, weights: [Double]? = nil,
    in session: Session
  ) throws {
    try self.init(
      .sparse(RowEntries(rows)), rows.rowCount, rows.columnCount, featureNames, weights,
      in: session)
  }

  private init(
    _ contents: RowChunk<Element>.Contents, _ rowCount: Int, _ columnCount: Int,
    _ featureNames: FeatureNames?, _ weights: [Double]?, in session: Session
  ) throws {
    require(weights == nil || weights?.count == rowCount, "weights for another number of rows")
    let chunk = RowChunk(
      contents, width: columnCount, weights: weights.map { Buffer($0) }, rowCount: rowCount)
    var isSparse = false
    if case .sparse = contents { isSparse = true }
    try self.init(
      assembling: [chunk],
      features: featureNames ?? FeatureNames((0..<columnCount).map { "x\($0)" }),
      isSparse: isSparse, isWeighted: weights != nil, in: session)
  }
}
