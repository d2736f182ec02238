public import Cluster
internal import Datasets
internal import Platform

extension RegressionEvaluation {
  /// The figures of all workers' rows; a collective call.
  public func report(
    _ options: EvaluationOptions = EvaluationOptions(), in session: Session = Session()
  ) throws -> EvaluationReport {
    let communicator = session.communicator
    try communicator.agree("judging") { try options.check() }
    var rows = self
    rows.weights = try ClassificationEvaluation.weights(
      weights, rowCount: rowCount, in: communicator)
    return try rows.weighted(options, in: session)
  }

  /// The same, weights being there on all workers or on none.
  private func weighted(
    _ options: EvaluationOptions, in session: Session
  ) throws -> EvaluationReport {
    let communicator = session.communicator
    let all = try communicator.allGather([Int64(rowCount), Int64(unusableCount)])
    let first = all[..<communicator.rank].reduce(0) { $0 + Int($1[0]) }
    let total = all.reduce(0) { $0 + Int($1[0]) }
    let unusable = all.reduce(0) { $0 + Int($1[1]) }
    if total == 0 { throw EvaluationReport.noRows() }
    let resampling = options.bootstrap(seed: session.seed)
    let numbers = first..<first + rowCount
    let centres = try centres(numbers, in: session)
    let sums = try sums(numbers, centres, resampling, in: session)
    let medians =
      options.wants(.medianAbsoluteError)
      ? try medians(total, resampling, in: session) : nil
    let greatest = try greatestError(in: communicator)
    var report = EvaluationReport(metrics: [], rowCount: total)
    report.skippedRowCount = unusable
    if unusable > 0 {
      report.warnings.append(
        "\(unusable) rows whose label or prediction is no finite number were not judged")
    }
    func value(_ metric: Metric, _ value: (Int) -> Double, hasInterval: Bool = true) {
      let interval = resampling.flatMap { resampling in
        hasInterval ? resampling.interval((1...resampling.count).map(value)) : nil
      }
      report.metrics.append(MetricValue(metric, value(0), interval: interval))
    }
    value(.rmse, { sums[$0].mse.squareRoot() })
    value(.mse, { sums[$0].mse })
    value(.mae, { sums[$0].mae })
    if let medians { value(.medianAbsoluteError, { medians[$0] }) }
    // The greatest of a resample is never above that of the rows, so it says nothing of others.
    value(.maxError, { _ in greatest }, hasInterval: false)
    value(.r2, { sums[$0].r2 })
    value(.r2ThroughOrigin, { sums[$0].r2ThroughOrigin })
    value(.explainedVariance, { sums[$0].explainedVariance })
    value(.predictionVariance, { sums[$0].predictionVariance })
    report.warnOfUndefined(
      sums[0].weight > 0 ? "whose labels are all equal" : "all of whose weights are 0")
    return report
  }

  /// The means of labels and errors, rounded: a first pass.
  private func centres(
    _ numbers: Range<Int>, in session: Session
  ) throws -> RegressionSums.Centres {
    let (labels, predictions, weights) = (labels, predictions, weights)
    let sums = try TermSums.total(of: 3, over: numbers, resampling: nil, in: session) {
      row, sums in
      let weight = weights?[row] ?? 1
      sums.add(weight, to: 0)
      sums.add(weight * labels[row], to: 1)
      sums.add(weight * (labels[row] - predictions[row]), to: 2)
    }[0]
    func mean(_ sum: Double) -> Double {
      let mean = sum / sums[0]
      return mean.isFinite ? mean : 0
    }
    return RegressionSums.Centres(label: mean(sums[1]), error: mean(sums[2]))
  }

  private func sums(
    _ numbers: Range<Int>, _ centres: RegressionSums.Centres, _ resampling: Bootstrap?,
    in session: Session
  ) throws -> [RegressionSums] {
    let (labels, predictions, weights) = (labels, predictions, weights)
    return try TermSums.total(
      of: RegressionSums.count, over: numbers, resampling: resampling, in: session
    ) { row, sums in
      let weight = weights?[row] ?? 1
      if weight == 0 { return }
      RegressionSums.add(
        label: labels[row], prediction: predictions[row], weight: weight, centres, to: &sums)
    }.map { RegressionSums($0, centres) }
  }

  /// The median of the errors' magnitudes, for the rows as they are and for each resample.
  private func medians(
    _ total: Int, _ resampling: Bootstrap?, in session: Session
  ) throws -> [Double] {
    let reservation = try RankedRows.reserve(
      total, more: weights == nil ? 0 : 16, in: session)
    defer { withExtendedLifetime(reservation) {} }
    let keys = zip(labels, predictions).map { OrderedKey.key(of: ($0 - $1).magnitude) }
    let weights = try weights.map {
      try session.communicator.gather($0, to: 0).flatMap { $0 }
    }
    let ranked = try RankedRows(keys, in: session)
    return try session.communicator.decideValues("the median of errors") {
      guard let ranked else { return [] }
      var medians = [ranked.medians { SIMD4(repeating: weights?[$0] ?? 1) }[0]]
      guard let resampling else { return medians }
      let blocks = try mapConcurrently(resampling.blockCount, threads: session.threads) { block in
        ranked.medians { row in
          resampling.counts(block: block, row: row) * (weights?[row] ?? 1)
        }
      }
      for copy in 0..<resampling.count {
        medians.append(blocks[copy / Bootstrap.lanes][copy % Bootstrap.lanes])
      }
      return medians
    }
  }

  /// The greatest error of a row that counts; NaN where none does.
  private func greatestError(in communicator: Communicator) throws -> Double {
    var greatest = -1.0
    for row in labels.indices where weights?[row] ?? 1 > 0 {
      greatest = max(greatest, (labels[row] - predictions[row]).magnitude)
    }
    let key = OrderedKey.integer(of: OrderedKey.key(of: greatest))
    let all = try communicator.allReduce([key], by: .maximum)[0]
    let number = OrderedKey.number(of: OrderedKey.key(of: all))
    return number < 0 ? .nan : number
  }
}
