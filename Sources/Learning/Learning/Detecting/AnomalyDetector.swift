public import Blocks
public import Cluster
public import LinearAlgebra
internal import Platform

/// An estimator of how strange a row is beside the others.
///
/// All detectors keep one contract. A row's `anomaly_score` is a number that is higher the stranger
/// the row is, whatever the method's papers or peers do; `is_anomaly` says whether it reaches the
/// threshold that the `contamination` asked for, exactly, over the training rows; `explanation` names
/// the features that made it strange. The scale of scores is each method's own.
public protocol AnomalyDetector: Estimator where Fitted: AnomalyModel {
  /// The share of the training rows to be called anomalies; 0 for no threshold.
  var contamination: Double { get }
}

extension AnomalyDetector {
  /// The threshold that the contamination asks for, over the scores that a model gives its training
  /// rows; a collective call.
  ///
  /// Nil for a contamination of 0, without a pass.
  public func threshold<Element: Scalar>(
    for model: Fitted, over rows: BlockMatrix<Element>, in session: Session
  ) throws -> AnomalyThreshold? {
    if contamination == 0 { return nil }
    return try threshold(
      of: try rows.map("scoring the training rows", in: session) { model.scores(of: $0) },
      in: session)
  }

  /// The same over scores that the fit itself gave the training rows of this worker.
  public func threshold(
    of scores: [Double], in session: Session
  ) throws -> AnomalyThreshold? {
    if contamination == 0 { return nil }
    return try AnomalyThreshold(contamination: contamination, scores: scores, in: session)
  }
}
