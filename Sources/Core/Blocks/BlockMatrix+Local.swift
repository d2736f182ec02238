public import Cluster
public import Frames
public import LinearAlgebra
internal import Platform

extension BlockMatrix {
  /// Rows in memory: each worker gives its own, which follow each other in the order of ranks.
  public init(
    _ matrix: Matrix<Element>, featureNames: FeatureNames? = nil, labels: LabelValues? = nil,
    weights: [Double]? = nil, in session: Session
  ) throws {
    try self.init(
      .dense(matrix.buffer), .dense, matrix.rowCount, matrix.columnCount, featureNames,
      labels, weights, in: session)
  }

  /// Sparse rows in memory, which stay sparse.
  public init(
    _ rows: SparseRows<Element>, featureNames: FeatureNames? = nil, labels: LabelValues? = nil,
    weights: [Double]? = nil, in session: Session
  ) throws {
    try self.init(
      .sparse(RowEntries(rows)), .sparse, rows.rowCount, rows.columnCount, featureNames, labels,
      weights, in: session)
  }

  /// Coded rows in memory, which stay coded; the layout is the same on all workers.
  public init(
    _ rows: CodedRows<Element>, featureNames: FeatureNames? = nil, labels: LabelValues? = nil,
    weights: [Double]? = nil, in session: Session
  ) throws {
    try self.init(
      .coded(rows.layout, numbers: rows.numbers, codes: rows.codes), .coded(rows.layout),
      rows.rowCount, rows.columnCount, featureNames, labels, weights, in: session)
  }

  private init(
    _ contents: RowChunk<Element>.Contents, _ form: RowForm, _ rowCount: Int, _ columnCount: Int,
    _ featureNames: FeatureNames?, _ labels: LabelValues?, _ weights: [Double]?,
    in session: Session
  ) throws {
    require(weights == nil || weights?.count == rowCount, "weights for another number of rows")
    require(
      labels == nil || labels?.values.count == rowCount, "labels for another number of rows")
    let chunk = try session.communicator.agree("taking rows from memory") {
      try RowChunk(
        contents, width: columnCount, labels: labels, weights: weights.map { Buffer($0) },
        rowCount: rowCount)
    }
    try self.init(
      assembling: [chunk],
      features: featureNames ?? FeatureNames((0..<columnCount).map { "x\($0)" }), form: form,
      label: labels.map { ($0.column, $0.values.type) }, isWeighted: weights != nil, in: session)
  }
}
