internal import Blocks
internal import Learning
internal import LinearAlgebra
internal import Platform

extension AnomalyDetector {
  /// What can be seen to be wrong before the first pass.
  func refuse<Element: Scalar>(_ rows: BlockMatrix<Element>) throws {
    guard rows.columnCount > 0 else {
      throw Failure(
        .data, "there is no numeric column to learn from", hint: "name some with --features")
    }
    guard rows.rowCount > 0 else { throw Failure(.data, "there are no rows to learn from") }
  }

  /// How the contamination of a fit turned out, for its report.
  static func counts(_ threshold: AnomalyThreshold?, rowCount: Int) -> [FitReport.Count] {
    [FitReport.Count("rows", rowCount)]
      + (threshold?.reachedCount.map { [FitReport.Count("anomalies", $0)] } ?? [])
  }

  /// What a person wants to see of a threshold.
  static func summary(_ threshold: AnomalyThreshold?) -> [SummaryLine] {
    guard let threshold else { return [SummaryLine("threshold", "none; scores alone")] }
    let score = "an anomaly from a score of \(threshold.score) on"
    guard let share = threshold.contamination, let count = threshold.reachedCount else {
      return [SummaryLine("threshold", score)]
    }
    return [
      SummaryLine("threshold", "\(score): \(count) training rows, for a contamination of \(share)")
    ]
  }
}
