public import Cluster
internal import Platform

extension ClassificationEvaluation {
  /// More labels than this are in no confusion matrix.
  static let confusionLimit = 256

  /// The figures of all workers' rows; a collective call.
  public func report(
    _ options: EvaluationOptions = EvaluationOptions(), in session: Session = Session()
  ) throws -> EvaluationReport {
    let communicator = session.communicator
    let counts = try communicator.agree("judging") {
      try options.check()
      return rowCount
    }
    let all = try communicator.allGather([Int64(counts)]).map { Int($0[0]) }
    let first = all[..<communicator.rank].reduce(0, +)
    let total = all.reduce(0, +)
    if total == 0 { throw EvaluationReport.noRows() }
    var rows = self
    rows.weights = try Self.weights(weights, rowCount: rowCount, in: communicator)
    let classes = try ResolvedClasses(
      self, positive: options.positive ?? positive, in: communicator)
    return try Judged(
      rows: rows, classes: classes, numbers: first..<first + rowCount, rowCount: total,
      options: options, resampling: options.bootstrap(seed: session.seed), session: session
    ).report()
  }
}

extension ClassificationEvaluation {
  /// The weights of this worker's rows, which are there where any worker has some; a collective
  /// call.
  static func weights(
    _ own: [Double]?, rowCount: Int, in communicator: Communicator
  ) throws -> [Double]? {
    let hasAny = try communicator.allReduce([own == nil ? 0 : 1], by: .maximum)[0] == 1
    return hasAny ? own ?? [Double](repeating: 1, count: rowCount) : nil
  }
}

/// One evaluation on its way.
private struct Judged {
  let rows: ClassificationEvaluation
  let classes: ResolvedClasses
  let numbers: Range<Int>
  let rowCount: Int
  let options: EvaluationOptions
  let resampling: Bootstrap?
  let session: Session

  private var labelCount: Int { classes.labels.count }

  func report() throws -> EvaluationReport {
    var report = EvaluationReport(metrics: [], rowCount: rowCount)
    report.positive = classes.positive.map { classes.labels[$0] }
    let hasScores = !classes.scored.isEmpty
    let hasProbabilities =
      try hasScores
      && session.communicator.allReduce([classes.hasProbabilities ? 1 : 0], by: .minimum)[0] == 1
    if hasScores, !hasProbabilities {
      report.warnings.append(
        "some scores lie outside of 0 to 1: they are no probabilities, and only their order counts")
    }
    let sums = try sums(hasProbabilities)
    let totals = sums.map { sums in
      ClassTotals(
        actual: Array(sums[0..<labelCount]), predicted: Array(sums[labelCount..<2 * labelCount]),
        hits: Array(sums[2 * labelCount..<3 * labelCount]))
    }
    let probabilities =
      hasProbabilities
      ? zip(sums, totals).map {
        ProbabilityTerms.Figures($0[(3 * labelCount)...], weight: $1.total)
      } : []
    let ranked = rankedLabels
    let ranking = try ranked.isEmpty ? nil : ranking(of: ranked)
    let figures = ClassificationFigures(
      classes, options, totals: totals, probabilities: probabilities, ranking: ranking,
      ranked: ranked)
    report.metrics = ClassificationFigures.values(figures.figures, resampling)
    report.labelMetrics = ClassificationFigures.values(figures.ofLabels, resampling)
    report.calibration = probabilities.first?.bins ?? []
    report.confusion = try confusion()
    try warn(&report, totals[0])
    return report
  }

  /// The labels whose rows must be put in order by their scores.
  private var rankedLabels: [Int] {
    let binary: [Metric] = [.auc, .averagePrecision, .areaUnderPR]
    let others: [Metric] = [
      .aucMacro, .aucWeighted, .averagePrecisionMacro, .averagePrecisionWeighted,
    ]
    let scored = classes.scored
    guard !scored.isEmpty else { return [] }
    if let positive = classes.positive {
      return binary.contains { options.wants($0) } ? [positive] : []
    }
    return others.contains { options.wants($0) } ? scored : []
  }

  private func ranking(of labels: [Int]) throws -> RankingFigures {
    try RankingFigures(
      classes, of: labels, weights: rows.weights, rowCount: rowCount, resampling: resampling,
      in: session)
  }

  /// What follows from sums over rows: of labels, of predictions, of hits, then of probabilities.
  private func sums(_ hasProbabilities: Bool) throws -> [[Double]] {
    let (classes, weights, labelCount) = (classes, rows.weights, labelCount)
    let terms =
      hasProbabilities ? ProbabilityTerms(classes, options, from: 3 * labelCount) : nil
    let count = 3 * labelCount + (hasProbabilities ? ProbabilityTerms.sumCount(options) : 0)
    return try TermSums.total(of: count, over: numbers, resampling: resampling, in: session) {
      row, sums in
      let weight = weights?[row] ?? 1
      if weight == 0 { return }
      let (actual, predicted) = (Int(classes.actual[row]), Int(classes.predicted[row]))
      sums.add(weight, to: actual)
      sums.add(weight, to: labelCount + predicted)
      if actual == predicted { sums.add(weight, to: 2 * labelCount + actual) }
      terms?.add(row, actual: actual, weight: weight, to: &sums)
    }
  }

  private func confusion() throws -> ConfusionMatrix? {
    let (classes, weights, count) = (classes, rows.weights, labelCount)
    if count > ClassificationEvaluation.confusionLimit { return nil }
    let sums = try TermSums.total(
      of: count * count, over: numbers, resampling: nil, in: session
    ) { row, sums in
      sums.add(
        weights?[row] ?? 1,
        to: Int(classes.actual[row]) * count + Int(classes.predicted[row]))
    }[0]
    return ConfusionMatrix(
      labels: classes.labels,
      counts: (0..<count).map { Array(sums[$0 * count..<($0 + 1) * count]) })
  }

  private func warn(_ report: inout EvaluationReport, _ totals: ClassTotals) throws {
    if !rows.known.isEmpty {
      let unseen = classes.unseen(knownCount: rows.known.count)
      let count = try session.communicator.allReduce([Int64(unseen.rowCount)], by: .sum)[0]
      if !unseen.labels.isEmpty {
        let names = unseen.labels.prefix(5).map { "\($0)" }.joined(separator: ", ")
        report.warnings.append(
          "\(count) rows have labels that the model never saw, which it cannot get right: \(names)"
            + (unseen.labels.count > 5 ? " and \(unseen.labels.count - 5) more" : ""))
      }
    }
    if report.confusion == nil {
      report.warnings.append("\(labelCount) labels are too many for a confusion matrix")
    }
    let occurring = totals.actual.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }
    report.warnOfUndefined(
      totals.total == 0
        ? "all of whose weights are 0"
        : occurring == 1 ? "all of which have one label" : "in which some label does not occur")
  }
}
