/// The metrics of a regression, of labels y, predictions p and errors e = y - p. Means are weighted
/// where rows have weights.
extension Metric {
  public static let rmse = Metric(
    "rmse", "the root of the mean of e^2, where e is label minus prediction",
    better: .lower, spark: "rmse", sklearn: "root_mean_squared_error")

  public static let mse = Metric(
    "mse", "the mean of e^2, where e is label minus prediction",
    better: .lower, spark: "mse", sklearn: "mean_squared_error")

  public static let mae = Metric(
    "mae", "the mean of |e|, where e is label minus prediction",
    better: .lower, spark: "mae", sklearn: "mean_absolute_error")

  public static let medianAbsoluteError = Metric(
    "medianAbsoluteError",
    """
    the least |e| such that rows of at most that make up half of all weight; where they make up \
    just half, the mean of it and the next one: the common median where all weights are equal
    """, better: .lower, sklearn: "median_absolute_error")

  public static let maxError = Metric(
    "maxError", "the greatest |e| of a row whose weight is not 0",
    better: .lower, sklearn: "max_error")

  public static let r2 = Metric(
    "r2",
    """
    1 - the sum of e^2 over the sum of (y - mean y)^2: 1 is perfect, 0 what the mean label gives; \
    undefined where all labels are equal
    """, better: .higher, spark: "r2", sklearn: "r2_score")

  public static let r2ThroughOrigin = Metric(
    "r2ThroughOrigin",
    "1 - the sum of e^2 over the sum of y^2, for models without an intercept: MLlib's throughOrigin",
    better: .higher)

  public static let explainedVariance = Metric(
    "explainedVariance",
    """
    1 - the variance of the errors over the variance of the labels: as r2, but blind to errors \
    that are the same for all rows
    """, better: .higher, sklearn: "explained_variance_score")

  public static let predictionVariance = Metric(
    "predictionVariance",
    "the mean of (p - mean y)^2: MLlib's 'var', which it calls explained variance",
    better: .neither, spark: "var")

  /// All metrics of a regression, in the order that they are shown in.
  public static let ofRegressions = [
    rmse, mse, mae, medianAbsoluteError, maxError, r2, r2ThroughOrigin, explainedVariance,
    predictionVariance,
  ]
}
