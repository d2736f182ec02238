/// The figures of some of the rows that were judged.
public struct EvaluationGroup: Sendable, Equatable {
  /// Which rows: `1 to 8 ratings` for users with so many in training.
  public let name: String
  public let rowCount: Int
  public let metrics: [MetricValue]

  public init(name: String, rowCount: Int, metrics: [MetricValue]) {
    self.name = name
    self.rowCount = rowCount
    self.metrics = metrics
  }

  /// The figure of a name, ours or MLlib's.
  public subscript(name: String) -> MetricValue? { metrics.first { $0.metric.isCalled(name) } }
}
