internal import Datasets

/// What follows from the order of the scores, in four resamples at once.
struct DetectionAreas: Sendable {
  static let figureCount = 6
  private typealias Lanes = SIMD4<Double>

  private let areas: RankingAreas
  /// The share of anomalies among the rows with the highest scores, as many as there are anomalies.
  private var precision = Lanes(repeating: .nan)
  /// What the cheapest threshold costs, and where it is; NaN without costs, the threshold too where
  /// no alarm at all is cheapest.
  private var leastCost = Lanes(repeating: .nan)
  private var threshold = Lanes(repeating: .nan)

  init(
    _ ranked: RankedRows, _ costs: EvaluationOptions.Costs?, isPositive: (Int) -> Bool,
    weight: (Int) -> SIMD4<Double>
  ) {
    areas = RankingAreas(ranked, isPositive: isPositive, weight: weight)
    var total = LaneSum()
    for row in ranked.rows where isPositive(Int(row)) { total += weight(Int(row)) }
    let wanted = total.value
    if let costs { leastCost = costs.ofMiss * wanted }
    let zero = Lanes(repeating: 0)
    var (seen, hits, found) = (LaneSum(), LaneSum(), LaneSum())
    ranked.forEachTie(isPositive: isPositive, weight: weight) { key, own, others in
      // Of rows that tie at the last place as large a part as there is room for.
      let tied = own + others
      let room = (wanted - seen.value).clamped(lowerBound: zero, upperBound: tied)
      var gained = own * room / tied
      gained.replace(with: zero, where: tied .== zero)
      found += gained
      seen += tied
      hits += own
      guard let costs else { return }
      let cost = costs.ofAlarm * seen.value + costs.ofMiss * (wanted - hits.value)
      let isLess = cost .< leastCost
      leastCost.replace(with: cost, where: isLess)
      threshold.replace(with: Lanes(repeating: OrderedKey.number(of: key)), where: isLess)
    }
    precision = found.value / wanted
  }

  func values(ofLane lane: Int) -> [Double] {
    [
      areas.auc[lane], areas.averagePrecision[lane], areas.areaUnderPR[lane], precision[lane],
      leastCost[lane], threshold[lane],
    ]
  }
}
