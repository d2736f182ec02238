internal import Frames

/// The metrics of scores that are higher the stranger a row is; the area figures of classifications
/// apply too.
extension Metric {
  public static let precisionAtN = Metric(
    "precision@n",
    """
    of the n rows with the highest scores the share that are anomalies, n being the number of \
    anomalies: precision and recall where as many alarms are given as there are anomalies; of rows \
    that tie at the last place each counts in part
    """, better: .higher)

  /// What the model's threshold costs.
  public static func cost(_ costs: EvaluationOptions.Costs) -> Metric {
    Metric("cost", "the sum over all rows of \(words(costs))", better: .lower)
  }

  /// What the cheapest threshold would have cost.
  public static func leastCost(_ costs: EvaluationOptions.Costs) -> Metric {
    Metric(
      "leastCost",
      "the sum over all rows of \(words(costs)), at the threshold where it is least on these rows",
      better: .lower)
  }

  public static func thresholdOfLeastCost(_ costs: EvaluationOptions.Costs) -> Metric {
    Metric(
      "thresholdOfLeastCost",
      "the highest score that as a threshold has the least cost on these rows; undefined where no "
        + "alarm at all is cheapest", better: .neither, mayBeNone: true)
  }

  private static func words(_ costs: EvaluationOptions.Costs) -> String {
    "\(numberText(costs.ofMiss)) for an anomaly without an alarm and "
      + "\(numberText(costs.ofAlarm)) for an alarm, right or wrong"
  }

  public static let alarmShare = Metric(
    "alarmShare", "the share of rows that reach the threshold", better: .neither)
}
