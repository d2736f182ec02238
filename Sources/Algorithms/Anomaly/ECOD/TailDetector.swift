public import Blocks
public import Cluster
internal import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// A detector that adds up how far in the tails of their features the values of a row lie.
public protocol TailDetector: AnomalyDetector where Fitted == TailModel<Self> {
  /// What a value adds.
  static var rule: TailRule { get }
}

extension TailDetector {
  public static var featureKinds: FeatureKinds { .missing }
  public static var takesWeights: Bool { false }

  public func fit<Element: Scalar>(
    _ rows: BlockMatrix<Element>, inputs: [String: Matrix<Double>], in session: Session
  ) throws -> Fit<TailModel<Self>> {
    try check()
    try refuse(rows)
    try session.communicator.agree("planning the distributions") {
      let byteCount = rows.sortedColumnsByteCount(in: session)
      _ = try session.memory.reserve(
        byteCount + Self.thresholdByteCount(rows, contamination),
        for: "the distributions of \(rows.columnCount) features")
      session.reporter.note(
        "\(rows.rowCount) rows of \(rows.columnCount) features are sorted, which takes at most "
          + "\(byteText(byteCount)) on each worker")
    }
    let (columns, scores) = try rows.sortedColumns(
      scoringBy: contamination > 0 ? Self.rule : nil, in: session)
    let threshold = try threshold(of: scores, in: session)
    var report = FitReport()
    report.iterations = 1
    report.stopReason = "all columns were sorted"
    report.counts =
      Self.counts(threshold, rowCount: rows.rowCount)
      + [FitReport.Count("distinctValues", columns.distinctCount)]
    return Fit(
      TailModel(
        featureNames: rows.featureNames, precision: Element.precision, settings: json,
        columns: columns, threshold: threshold), report)
  }
}
