internal import Blocks
internal import Cluster
internal import Frames
internal import Learning
internal import LinearAlgebra
internal import Platform

extension AnomalyDetector {
  /// Refuses before the first pass what the budget could not hold in a later one.
  func requireMomentsMemory<Element: Scalar>(
    for rows: BlockMatrix<Element>, in session: Session
  ) throws {
    try session.communicator.agree("planning the covariances") {
      let (count, overflow) = rows.columnCount.multipliedReportingOverflow(by: rows.columnCount)
      guard !overflow, count < 1 << 40 else {
        throw Failure(
          .memory, "the covariances of \(rows.columnCount) features fit into no memory")
      }
      // Beside the sums: the matrix, its factor or eigenvectors with their scratch, the model.
      _ = try session.memory.reserve(
        rows.momentsByteCount(withLabel: false, in: session) + 10 * count * 8
          + rows.sumByteCount(of: 1, in: session) + thresholdByteCount(for: rows),
        for: "the covariances of \(rows.columnCount) features")
    }
  }

  /// Means and covariances of rows that have some.
  func usableMoments<Element: Scalar>(
    of rows: BlockMatrix<Element>, in session: Session
  ) throws -> RowMoments {
    let moments = try rows.moments(withLabel: false, in: session)
    guard moments.weightSum > 0 else {
      throw Failure(.data, "the weights of all rows are 0", hint: "choose another --weight column")
    }
    if let column = moments.mean.indices.first(where: { column in
      !moments.mean[column].isFinite || !moments.covariance[column, column].isFinite
    }) {
      throw Failure(
        .data, "the variance of '\(rows.featureNames[column])' is beyond all numbers",
        hint: "leave the column out, or divide it by a large number")
    }
    return moments
  }
}

extension RowMoments {
  /// Whether a column has a variance that a double holds with all its digits.
  func varies(_ column: Int) -> Bool {
    !isConstant(column) && covariance[column, column] >= .leastNormalMagnitude
  }
}
