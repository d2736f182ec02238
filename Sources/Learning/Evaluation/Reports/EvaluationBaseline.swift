/// What a simple rule gives on the same rows: what a model must beat.
public struct EvaluationBaseline: Sendable, Equatable {
  /// `popularity`.
  public let name: String
  public let metrics: [MetricValue]
  /// For the groups of the report.
  public let groups: [EvaluationGroup]

  public init(name: String, metrics: [MetricValue], groups: [EvaluationGroup]) {
    self.name = name
    self.metrics = metrics
    self.groups = groups
  }

  /// The figure of a name, ours or MLlib's.
  public subscript(name: String) -> MetricValue? { metrics.first { $0.metric.isCalled(name) } }
}
