/// What a figure means: its name in options and reports, its definition, and which way is better.
public struct Metric: Sendable, Equatable {
  /// Which of two values is the better one.
  public enum Direction: String, Sendable, CaseIterable {
    case higher, lower
    /// It describes and does not judge.
    case neither
  }

  public let name: String
  /// In words and a formula, as the reference and `--json` show it.
  public let definition: String
  public let better: Direction
  /// Whether it compares with labels that the data must have.
  public let needsLabel: Bool
  /// Whether it may have no value on rows of both labels, which is nothing to warn of.
  public let mayBeNone: Bool
  /// What Spark MLlib calls it, where it has the same figure.
  public let spark: String?
  /// What scikit-learn calls it, where it has the same figure.
  public let sklearn: String?

  public init(
    _ name: String, _ definition: String, better: Direction, needsLabel: Bool = true,
    mayBeNone: Bool = false, spark: String? = nil, sklearn: String? = nil
  ) {
    self.name = name
    self.definition = definition
    self.better = better
    self.needsLabel = needsLabel
    self.mayBeNone = mayBeNone
    self.spark = spark
    self.sklearn = sklearn
  }

  /// Whether a user means it by this word: our name, or MLlib's.
  public func isCalled(_ word: String) -> Bool { name == word || spark == word }
}

/// A figure with its meaning.
public struct MetricValue: Sendable, Equatable {
  public let metric: Metric
  /// NaN where the data leave it undefined.
  public let value: Double
  /// Between which values it lies, as far as resampling the rows can tell; nil where not asked for.
  public var interval: ClosedRange<Double>?

  public init(_ metric: Metric, _ value: Double, interval: ClosedRange<Double>? = nil) {
    self.metric = metric
    self.value = value
    self.interval = interval
  }

  public var name: String { metric.name }
  public var definition: String { metric.definition }
  /// Whether the rows leave it without a value.
  public var isUndefined: Bool { value.isNaN }
}
