/// The metrics of a clustering.
extension Metric {
  public static let inertia = Metric(
    "inertia",
    "the sum over all rows of weight times squared distance to the centre of the row's cluster",
    better: .lower, needsLabel: false, spark: "trainingCost", sklearn: "inertia_")

  public static let meanSquaredDistance = Metric(
    "meanSquaredDistance", "the inertia divided by the sum of the weights",
    better: .lower, needsLabel: false)

  public static let adjustedRandIndex = Metric(
    "adjustedRandIndex",
    """
    the share of pairs of rows on which clusters and labels agree, corrected for chance (Hubert \
    and Arabie 1985): 1 is perfect, 0 what chance gives, at least -0.5; 1 where both put all rows \
    together or all apart, undefined without a labelled row
    """,
    better: .higher, needsLabel: true, sklearn: "adjusted_rand_score")

  public static let clusterCount = Metric(
    "clusterCount", "the number of clusters of the model", better: .neither, needsLabel: false)

  public static let emptyClusterCount = Metric(
    "emptyClusterCount", "the number of clusters that no row is nearest to",
    better: .lower, needsLabel: false)

  public static let smallestCluster = Metric(
    "smallestCluster", "the number of rows of the smallest cluster",
    better: .neither, needsLabel: false)

  public static let largestCluster = Metric(
    "largestCluster", "the number of rows of the largest cluster",
    better: .neither, needsLabel: false)

  /// All metrics of a clustering, in the order that they are shown in.
  public static let ofClusterings = [
    inertia, meanSquaredDistance, adjustedRandIndex, clusterCount, emptyClusterCount,
    smallestCluster, largestCluster,
  ]
}

extension MetricValue {
  /// The metrics of squared distances, from their weighted sum and the sum of the weights.
  ///
  /// Both sums must have been made in an order that does not depend on the workers.
  public static func distances(weightedSquares: Double, weight: Double) -> [MetricValue] {
    [
      MetricValue(.inertia, weightedSquares),
      MetricValue(.meanSquaredDistance, weight > 0 ? weightedSquares / weight : .nan),
    ]
  }
}
