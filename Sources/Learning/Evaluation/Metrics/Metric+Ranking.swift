/// The metrics of ranked lists of items, one list a user.
///
/// A place counts from 1; D(place) = 1 / log2(place + 1). A user's relevant items are those that
/// the test data say he chose. Means are over the users that were judged.
extension Metric {
  // MARK: At a cutoff: of the first k items of each list

  public static func precision(at k: Int) -> Metric {
    Metric(
      "precision@\(k)",
      """
      the mean over users of the relevant items among the first \(k), divided by \(k), however few \
      relevant ones there are
      """, better: .higher, spark: "precisionAtK")
  }

  public static func cappedPrecision(at k: Int) -> Metric {
    Metric(
      "precision_capped@\(k)",
      """
      the relevant items among the first \(k) of all users together, divided by the sum over users \
      of the lesser of \(k) and their relevant items: what implicit calls precision
      """, better: .higher)
  }

  public static func recall(at k: Int) -> Metric {
    Metric(
      "recall@\(k)",
      "the mean over users of the share of their relevant items that is among the first \(k)",
      better: .higher, spark: "recallAtK")
  }

  public static func hitRate(at k: Int) -> Metric {
    Metric(
      "hit_rate@\(k)",
      "the share of users with at least one relevant item among the first \(k)", better: .higher)
  }

  public static func meanReciprocalRank(at k: Int) -> Metric {
    Metric(
      "mrr@\(k)",
      """
      the mean over users of 1 / the place of the first relevant item, 0 where it is not among the \
      first \(k)
      """, better: .higher)
  }

  public static func meanAveragePrecision(at k: Int) -> Metric {
    Metric(
      "map@\(k)",
      """
      the mean over users of the sum, over the places up to \(k) that hold a relevant item, of the \
      share of relevant ones up to there, divided by the lesser of \(k) and the user's relevant items
      """, better: .higher, spark: "meanAveragePrecisionAtK")
  }

  public static func ndcg(at k: Int) -> Metric {
    Metric(
      "ndcg@\(k)",
      """
      the mean over users of the sum of 1 / log2(place + 1) over the places up to \(k) that hold a \
      relevant item, divided by that sum for the best list there could be: every relevant item \
      counts 1
      """, better: .higher, spark: "ndcgAtK")
  }

  public static func gradedNDCG(at k: Int) -> Metric {
    Metric(
      "ndcg_graded@\(k)",
      """
      as ndcg@\(k), but a relevant item counts its value in the test data (0 if that is negative), \
      not 2^value - 1; users without a value above 0 are left out
      """, better: .higher, sklearn: "ndcg_score(k=\(k))")
  }

  public static func coverage(at k: Int) -> Metric {
    Metric(
      "coverage@\(k)",
      "the share of all items of the model that are among the first \(k) of at least one user judged",
      better: .higher)
  }

  public static func novelty(at k: Int) -> Metric {
    Metric(
      "novelty@\(k)",
      """
      the mean over all places up to \(k) of -log2 of the share of the training data's users who \
      have the item there, in bits: 0 is what everybody has
      """, better: .neither)
  }

  public static func gini(at k: Int) -> Metric {
    Metric(
      "gini@\(k)",
      """
      Gini's coefficient of how often each item of the model is among the first \(k): 0 where all \
      are shown alike, near 1 where few are shown to all
      """, better: .lower)
  }

  // MARK: Of whole rankings

  public static let meanAveragePrecision = Metric(
    "map",
    """
    the mean over users of the sum, over all places that hold a relevant item, of the share of \
    relevant ones up to there, divided by the user's relevant items; of all items that could be \
    recommended, or of the whole list where lists are given
    """, better: .higher, spark: "meanAveragePrecision")

  public static let userAUC = Metric(
    "auc",
    """
    the mean over users of how probable it is that a relevant item scores above another item that \
    could be recommended, ties counting half; exact over all items, users for whom it is undefined \
    left out
    """, better: .higher)

  /// All metrics of ranked lists, in the order that they are shown in.
  public static func ofRankings(cutoffs: [Int]) -> [Metric] {
    cutoffs.flatMap { k in
      [
        precision(at: k), cappedPrecision(at: k), recall(at: k), hitRate(at: k),
        meanReciprocalRank(at: k), meanAveragePrecision(at: k), ndcg(at: k), gradedNDCG(at: k),
      ]
    } + [meanAveragePrecision, userAUC]
      + cutoffs.flatMap { k in [coverage(at: k), novelty(at: k), gini(at: k)] }
  }
}
