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
    // From the highest score down, rows of one score together.
    var end = ranked.rows.count
    while end > 0 {
      let key = ranked.keys[end - 1]
      var (own, others) = (LaneSum(), LaneSum())
      while end > 0, ranked.keys[end - 1] == key {
        end -= 1
        let row = Int(ranked.rows[end])
        if isPositive(row) { own += weight(row) } else { others += weight(row) }
      }
      // Of rows that tie at the last place as large a part as there is room for.
      let tied = own.value + others.value
      let room = (wanted - seen.value).clamped(lowerBound: zero, upperBound: tied)
      var gained = own.value * room / tied
      gained.replace(with: zero, where: tied .== zero)
      found += gained
      seen += tied
      hits += own.value
      guard let costs else { continue }
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
