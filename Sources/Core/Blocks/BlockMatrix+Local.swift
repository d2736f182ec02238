public import Cluster
public import LinearAlgebra
internal import Platform

extension BlockMatrix {
  /// Rows in memory: each worker gives its own, which follow each other in the order of ranks.
  public init(
    _ matrix: Matrix<Element>, featureNames: [String]? = nil, weights: [Double]? = nil,
    in session: Session
  ) throws {
    require(
      weights == nil || weights?.count == matrix.rowCount, "weights for another number of rows")
    let values = Buffer(matrix.elements)
    let chunk = RowChunk(
      values: values, weights: weights.map { Buffer($0) }, rowCount: matrix.rowCount)
    try self.init(
      assembling: [chunk],
      features: featureNames ?? (0..<matrix.columnCount).map { "x\($0)" },
      isWeighted: weights != nil, in: session)
  }
}
