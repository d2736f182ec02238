internal import Cluster
internal import Datasets
internal import Platform

/// How well scores of strangeness find the rows that are labelled as anomalies.
///
/// Only the order of the scores tells for the areas; what depends on the threshold is there where the
/// model has one. Exact: neither workers nor threads nor the order of rows show. Cost: the sort of all
/// scores on worker 0, about 0.1 µs a row, and 48 bytes a row there.
struct DetectionEvaluation: Sendable {
  /// Which of this worker's rows are anomalies.
  let isAnomaly: [Bool]
  let scores: [Double]
  /// Which rows reach the threshold; nil, on all workers, without one.
  let isAlarm: [Bool]?
  let weights: [Double]?
  /// The label of the anomalies.
  let positive: ClassLabel

  /// The figures of all workers' rows; a collective call.
  func report(_ options: EvaluationOptions, in session: Session) throws -> EvaluationReport {
    let communicator = session.communicator
    let own = try communicator.agree("judging") {
      try options.check()
      return isAnomaly.count
    }
    let all = try communicator.allGather([Int64(own)]).map { Int($0[0]) }
    let first = all[..<communicator.rank].reduce(0, +)
    let total = all.reduce(0, +)
    if total == 0 { throw EvaluationReport.noRows() }
    let weights = try ClassificationEvaluation.weights(weights, rowCount: own, in: communicator)
    let resampling = options.bootstrap(seed: session.seed)
    var report = EvaluationReport(metrics: [], rowCount: total)
    report.positive = positive
    report.metrics =
      try ofOrder(weights, total, resampling, in: session)
      + ofDecisions(weights, first..<first + own, options, resampling, in: session)
    report.warnOfUndefined("all of which have one label")
    return report
  }

  // MARK: Order

  private func ofOrder(
    _ weights: [Double]?, _ rowCount: Int, _ resampling: Bootstrap?, in session: Session
  ) throws -> [MetricValue] {
    let reservation = try RankedRows.reserve(rowCount, more: weights == nil ? 8 : 16, in: session)
    defer { withExtendedLifetime(reservation) {} }
    let communicator = session.communicator
    let labels = try communicator.gather(isAnomaly.map { $0 ? 1 : 0 } as [UInt8], to: 0)
      .flatMap { $0 }
    let weights = try weights.map { try communicator.gather($0, to: 0).flatMap { $0 } }
    var own: [Double] = []
    if let ranked = try RankedRows(scores.map { OrderedKey.key(of: $0) }, in: session) {
      let isPositive: @Sendable (Int) -> Bool = { labels[$0] == 1 }
      let whole = Areas(ranked, isPositive: isPositive) { SIMD4(repeating: weights?[$0] ?? 1) }
      own = whole.values(ofLane: 0)
      if let resampling {
        let blocks = try mapConcurrently(resampling.blockCount, threads: session.threads) { block in
          Areas(ranked, isPositive: isPositive) {
            resampling.counts(block: block, row: $0) * (weights?[$0] ?? 1)
          }
        }
        for copy in 0..<resampling.count {
          own += blocks[copy / Bootstrap.lanes].values(ofLane: copy % Bootstrap.lanes)
        }
      }
    }
    let values = try communicator.decideValues("areas under curves") { own }
    let metrics: [Metric] = [.auc, .averagePrecision, .areaUnderPR, .precisionAtN]
    return metrics.enumerated().map { place, metric in
      metric.value(resampling) { copy in values[copy * metrics.count + place] }
    }
  }

  /// What follows from the order of the scores, in four resamples at once.
  private struct Areas: Sendable {
    let areas: RankingAreas
    var precision = SIMD4<Double>(repeating: .nan)

    init(
      _ ranked: RankedRows, isPositive: (Int) -> Bool, weight: (Int) -> SIMD4<Double>
    ) {
      areas = RankingAreas(ranked, isPositive: isPositive, weight: weight)
      var total = LaneSum()
      for row in ranked.rows where isPositive(Int(row)) { total += weight(Int(row)) }
      precision = Self.precision(ranked, total.value, isPositive, weight)
    }

    /// The share of anomalies among rows of so much weight from the highest score down.
    private static func precision(
      _ ranked: RankedRows, _ wanted: SIMD4<Double>, _ isPositive: (Int) -> Bool,
      _ weight: (Int) -> SIMD4<Double>
    ) -> SIMD4<Double> {
      let zero = SIMD4<Double>(repeating: 0)
      var (seen, found) = (LaneSum(), LaneSum())
      var end = ranked.rows.count
      while end > 0, any(seen.value .< wanted) {
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
      }
      return found.value / wanted
    }

    func values(ofLane lane: Int) -> [Double] {
      [areas.auc[lane], areas.averagePrecision[lane], areas.areaUnderPR[lane], precision[lane]]
    }
  }

  // MARK: Decisions

  private func ofDecisions(
    _ weights: [Double]?, _ numbers: Range<Int>, _ options: EvaluationOptions,
    _ resampling: Bootstrap?, in session: Session
  ) throws -> [MetricValue] {
    guard let isAlarm else { return [] }
    let isAnomaly = isAnomaly
    let sums = try TermSums.total(of: 4, over: numbers, resampling: resampling, in: session) {
      row, sums in
      sums.add(weights?[row] ?? 1, to: (isAnomaly[row] ? 2 : 0) + (isAlarm[row] ? 1 : 0))
    }
    // Of the labels normal (0) and anomaly (1).
    let totals = sums.map { sum in
      ClassTotals(
        actual: [sum[0] + sum[1], sum[2] + sum[3]], predicted: [sum[0] + sum[2], sum[1] + sum[3]],
        hits: [sum[0], sum[3]])
    }
    let figures: [(Metric, Metric.LabelFigure)] = [
      (.precision, .precision), (.recall, .recall), (.f(options.beta), .f(options.beta)),
      (.falsePositiveRate, .falsePositiveRate),
    ]
    return figures.map { metric, figure in
      metric.value(resampling) { totals[$0].value(figure, 1) }
    } + [Metric.alarmShare.value(resampling) { totals[$0].predicted[1] / totals[$0].total }]
  }
}

extension Metric {
  /// A figure's value for the rows as they are (copy 0), with its interval over the resamples.
  func value(_ resampling: Bootstrap?, _ value: (_ copy: Int) -> Double) -> MetricValue {
    let interval = resampling.flatMap { resampling in
      resampling.interval((1...resampling.count).map { value($0) })
    }
    return MetricValue(self, value(0), interval: interval)
  }
}
