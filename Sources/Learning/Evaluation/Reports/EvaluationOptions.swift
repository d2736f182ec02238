/// What to ask of an evaluation.
public struct EvaluationOptions: Sendable, Equatable {
  /// How intervals are found: from the values of a metric in resamples of the rows.
  public struct Intervals: Sendable, Equatable {
    /// How probable it is that an interval holds the metric's value for all rows there might be.
    public var level = 0.95
    public var resampleCount = 200

    public init(level: Double = 0.95, resampleCount: Int = 200) {
      self.level = level
      self.resampleCount = resampleCount
    }
  }

  /// What anomalies and alarms cost, in one unit.
  public struct Costs: Sendable, Equatable {
    /// Of an anomaly without an alarm.
    public var ofMiss: Double
    /// Of an alarm, right or wrong: somebody looks at it.
    public var ofAlarm: Double

    public init(ofMiss: Double, ofAlarm: Double) {
      self.ofMiss = ofMiss
      self.ofAlarm = ofAlarm
    }
  }

  /// What recall counts over precision in F.
  public var beta = 1.0
  /// How near to 0 and 1 a probability may come in the logarithms of `logLoss`.
  public var epsilon = 1e-15
  /// How many bins of equal width the calibration curve has.
  public var binCount = 10
  /// By which the threshold of a detector of anomalies is judged, and the cheapest one found; nil for
  /// neither.
  public var costs: Costs?
  /// The label that is the positive one of two; nil for the one that comes last in their order.
  public var positive: ClassLabel?
  /// How many items of a list are looked at, once for each figure `@k` of a recommender.
  public var cutoffs = [10]
  /// From which rating on an item of the test data counts as chosen; nil for every item that was
  /// rated, or with a rating above 0 where the model is one of implicit feedback.
  public var relevantFrom: Double?
  /// Whether lists of recommendations hold what their users had in training.
  public var includesSeen = false
  /// Whether users who chose nothing count 0 in the figures of rankings, as in MLlib; they are left
  /// out otherwise, and counted.
  public var countsEmptyUsers = false
  /// Which metrics are wanted, by name; nil for all.
  ///
  /// What costs memory is left out where nobody wants it.
  public var metrics: [String]?
  /// Intervals for each metric; nil for none.
  public var intervals: Intervals?

  public init() {}

  func wants(_ metric: Metric) -> Bool {
    metrics.map { names in names.contains { metric.isCalled($0) } } ?? true
  }

  func bootstrap(seed: UInt64) -> Bootstrap? {
    intervals.map { Bootstrap(count: $0.resampleCount, level: $0.level, seed: seed) }
  }
}
