internal import Platform

/// What judging a model, or predictions, on some data gave.
public struct EvaluationReport: Sendable {
  public var metrics: [MetricValue]
  /// Precision, recall and the like of each label, where there are labels.
  public var labelMetrics: [MetricValue] = []
  /// Which labels were taken for which; nil where there are none, or too many to be shown.
  public var confusion: ConfusionMatrix?
  /// The same metrics of a simple rule, where there is one to be beaten.
  public var baseline: EvaluationBaseline?
  /// The users that were judged, where rows are ratings of theirs.
  public var userCount: Int?
  /// The same metrics of some of the rows each, where rows are told apart: users by their activity.
  public var groups: [EvaluationGroup] = []
  /// How often what was given a probability came true; empty without probabilities.
  public var calibration: [CalibrationBin] = []
  /// The label that precision, recall and areas are of, where there are two.
  public var positive: ClassLabel?
  /// Rows that were judged.
  public var rowCount: Int
  /// Rows that could not be judged: without a prediction, because a feature is missing, without a
  /// label or without a weight.
  public var skippedRowCount = 0
  /// Rows that could not be read.
  public var unreadableRowCount = 0
  /// What a person should know before trusting the figures.
  public var warnings: [String] = []

  public init(metrics: [MetricValue], rowCount: Int) {
    self.metrics = metrics
    self.rowCount = rowCount
  }

  /// The value of a metric; NaN where it is undefined or does not apply.
  public subscript(metric: Metric) -> Double { self[metric.name]?.value ?? .nan }

  /// The figure of a name, ours or MLlib's: `auc`, `areaUnderROC`, `precision[setosa]`.
  public subscript(name: String) -> MetricValue? {
    metrics.first { $0.metric.isCalled(name) } ?? labelMetrics.first { $0.metric.isCalled(name) }
  }

  /// The error of data without a row that can be judged.
  static func noRows() -> Failure {
    Failure(
      .data, "there is no row to judge",
      hint: "every row lacks its label or its prediction, or there are none")
  }

  /// Warns of metrics that the rows leave undefined.
  mutating func warnOfUndefined(_ reason: String) {
    let names = metrics.filter { $0.isUndefined && !$0.metric.mayBeNone }.map(\.name)
    if names.isEmpty { return }
    warnings.append("undefined for these rows, \(reason): \(names.joined(separator: ", "))")
  }
}
