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
///
/// A detector says what it learns; the threshold, the model and how both are stored are the same
/// for all.
public protocol AnomalyDetector: Estimator where Fitted == DetectorModel<Self> {
  /// What it learns of the training rows.
  associatedtype Knowledge: AnomalyKnowledge

  /// The share of the training rows to be called anomalies; 0 for no threshold.
  var contamination: Double { get }

  /// Learns from rows that are there, in columns that are there; a collective call.
  func learn<Element: Scalar>(
    from rows: BlockMatrix<Element>, in session: Session
  ) throws -> Findings<Knowledge>
}

/// What a detector found out.
public struct Findings<Knowledge: AnomalyKnowledge>: Sendable {
  public var knowledge: Knowledge
  /// The scores of this worker's share of the training rows, where they came with what was learned;
  /// nil to have the rows scored, should a threshold be asked for.
  public var scores: [Double]?
  /// The counts of rows and anomalies are put before its own.
  public var report: FitReport

  public init(_ knowledge: Knowledge, scores: [Double]? = nil, _ report: FitReport) {
    self.knowledge = knowledge
    self.scores = scores
    self.report = report
  }
}

extension AnomalyDetector {
  public func fit<Element: Scalar>(
    _ rows: BlockMatrix<Element>, inputs: [String: Matrix<Double>], in session: Session
  ) throws -> Fit<DetectorModel<Self>> {
    try check()
    guard rows.columnCount > 0 else {
      throw Failure(
        .data, "there is no numeric column to learn from", hint: "name some with --features")
    }
    guard rows.rowCount > 0 else { throw Failure(.data, "there are no rows to learn from") }
    let findings = try learn(from: rows, in: session)
    let plain = DetectorModel<Self>(
      featureNames: rows.featureNames, precision: Element.precision, settings: json,
      knowledge: findings.knowledge)
    var report = findings.report
    report.counts.insert(FitReport.Count("rows", rows.rowCount), at: 0)
    if contamination == 0 { return Fit(plain, report) }
    let scores =
      try findings.scores
      ?? rows.map("scoring the training rows", in: session) { plain.scores(of: $0) }
    let threshold = try AnomalyThreshold(
      contamination: contamination, scores: scores, in: session)
    let reached = threshold.reachedCount ?? 0
    report.counts.insert(FitReport.Count("anomalies", reached), at: 1)
    let wanted = Int((contamination * Double(rows.rowCount)).rounded(.up))
    if reached >= 2 * wanted {
      report.warnings.append(
        "\(reached) training rows are called anomalies where \(wanted) were asked for: that many "
          + "reach the threshold, for their scores are equal")
    }
    return Fit(plain.with(threshold: threshold), report)
  }

  /// The memory that finding the threshold takes on this worker: the scores, and their keys in turn.
  public func thresholdByteCount<Element: Scalar>(for rows: BlockMatrix<Element>) -> Int {
    contamination == 0 ? 0 : 48 * rows.rows.count
  }
}
