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
      try ofOrder(weights, total, options, resampling, in: session)
      + ofDecisions(weights, first..<first + own, options, resampling, in: session)
    let found = try communicator.allReduce([isAnomaly.contains(true) ? 1 : 0], by: .maximum)[0]
    if found == 0 {
      report.warnings.append("no row has the label '\(positive)', which stands for anomalies")
    }
    report.warnOfUndefined("all of which have one label")
    return report
  }

  // MARK: Order

  private func ofOrder(
    _ weights: [Double]?, _ rowCount: Int, _ options: EvaluationOptions,
    _ resampling: Bootstrap?, in session: Session
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
      let whole = DetectionAreas(ranked, options.costs, isPositive: isPositive) {
        SIMD4(repeating: weights?[$0] ?? 1)
      }
      own = whole.values(ofLane: 0)
      if let resampling {
        let blocks = try mapConcurrently(resampling.blockCount, threads: session.threads) { block in
          DetectionAreas(ranked, options.costs, isPositive: isPositive) {
            resampling.counts(block: block, row: $0) * (weights?[$0] ?? 1)
          }
        }
        for copy in 0..<resampling.count {
          own += blocks[copy / Bootstrap.lanes].values(ofLane: copy % Bootstrap.lanes)
        }
      }
    }
    let values = try communicator.decideValues("areas under curves") { own }
    var metrics: [Metric] = [.auc, .averagePrecision, .areaUnderPR, .precisionAtN]
    if let costs = options.costs {
      metrics += [.leastCost(costs), .thresholdOfLeastCost(costs)]
    }
    let count = DetectionAreas.figureCount
    return metrics.enumerated().map { place, metric in
      metric.value(resampling) { copy in values[copy * count + place] }
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
    var values = figures.map { metric, figure in
      metric.value(resampling) { totals[$0].value(figure, 1) }
    }
    values.append(
      Metric.alarmShare.value(resampling) { totals[$0].predicted[1] / totals[$0].total })
    if let costs = options.costs {
      values.append(
        Metric.cost(costs).value(resampling) { copy in
          let sum = sums[copy]
          return costs.ofAlarm * (sum[1] + sum[3]) + costs.ofMiss * sum[2]
        })
    }
    return values
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
