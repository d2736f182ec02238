public import Cluster
internal import Platform

extension RankingEvaluation {
  /// The figures of all workers' users; a collective call.
  ///
  /// Its rows are users. Sums are exact, and resamples draw users by their numbers, so that workers
  /// and threads never show.
  public func report(
    _ options: EvaluationOptions = EvaluationOptions(), in session: Session = Session()
  ) throws -> EvaluationReport {
    let communicator = session.communicator
    try communicator.agree("judging") { try options.check() }
    let known = try communicator.allReduce([hasAreas ? 1 : 0, areWhole ? 1 : 0], by: .minimum)
    let (count, empty) = try userCounts(options, in: communicator)
    if count == 0 { throw Self.nobody(emptyCount: empty) }
    var judged = self
    if options.countsEmptyUsers { judged.addEmptyUsers() }
    let resampling = options.bootstrap(seed: session.seed)
    let sums = try judged.sums(resampling, in: session)
    var report = EvaluationReport(metrics: [], rowCount: count)
    report.metrics = judged.figures(sums, group: nil, (known[0] == 1, known[1] == 1), resampling)
    report.metrics += try judged.exposureFigures(in: communicator)
    report.metrics = inOrder(report.metrics)
    report.groups = groupNames.indices.compactMap { group in
      let users = sums[0][(group + 1) * terms.count]
      if users == 0 { return nil }
      return EvaluationGroup(
        name: groupNames[group], rowCount: Int(users),
        metrics: inOrder(
          judged.figures(sums, group: group, (known[0] == 1, known[1] == 1), resampling)))
    }
    if empty > 0 {
      report.warnings.append(
        "\(empty) users have no relevant item"
          + (options.countsEmptyUsers ? "; they count 0, as MLlib counts them" : "; left out"))
    }
    if !options.countsEmptyUsers { report.skippedRowCount = empty }
    report.warnOfUndefined("which leave nothing to compare")
    return report
  }

  /// How many users of all workers can be judged, and how many chose nothing; a collective call.
  func userCounts(
    _ options: EvaluationOptions, in communicator: Communicator
  ) throws -> (judged: Int, empty: Int) {
    let counts = try communicator.allReduce(
      [Int64(users.count), Int64(emptyUsers.count)], by: .sum
    ).map { Int($0) }
    return (counts[0] + (options.countsEmptyUsers ? counts[1] : 0), counts[1])
  }

  private mutating func addEmptyUsers() {
    users += emptyUsers
    values += emptyValues
    groups += emptyGroups
    exposure += emptyExposure
  }

  /// The sums over users, first of all users, then of each group; of the users as they are, and of
  /// each resample.
  private func sums(_ resampling: Bootstrap?, in session: Session) throws -> [[Double]] {
    let (count, users, values, groups) = (terms.count, users, values, groups)
    return try TermSums.total(
      of: count * (groupNames.count + 1), rowCount: users.count, number: { users[$0] },
      resampling: resampling, in: session
    ) { row, sums in
      let group = Int(groups[row])
      for place in 0..<count where values[row * count + place] != 0 {
        sums.add(values[row * count + place], to: place)
        if group >= 0 {
          sums.add(values[row * count + place], to: (group + 1) * count + place)
        }
      }
    }
  }

  private func figures(
    _ sums: [[Double]], group: Int?, _ known: (areas: Bool, wholes: Bool), _ resampling: Bootstrap?
  ) -> [MetricValue] {
    let first = (group.map { $0 + 1 } ?? 0) * terms.count
    return terms.figures(
      hasAreas: known.areas, hasWholes: known.wholes, hasNovelty: !novelty.isEmpty
    ).map { figure in
      func value(_ copy: Int) -> Double {
        let count = sums[copy][first + figure.count]
        return count > 0 ? sums[copy][first + figure.sum] / count : .nan
      }
      return MetricValue(
        figure.metric, value(0),
        interval: resampling.flatMap { $0.interval((1...$0.count).map(value)) })
    }
  }

  /// What the counts of items say; a resample of users would not show how others spread.
  private func exposureFigures(in communicator: Communicator) throws -> [MetricValue] {
    var exposure = exposure
    exposure.counts = try communicator.allReduce(exposure.counts, by: .sum)
    return cutoffs.enumerated().flatMap { index, k in
      [
        MetricValue(.coverage(at: k), exposure.coverage(index)),
        MetricValue(.gini(at: k), exposure.gini(index)),
      ]
    }
  }

  private func inOrder(_ figures: [MetricValue]) -> [MetricValue] {
    Metric.ofRankings(cutoffs: cutoffs).compactMap { metric in
      figures.first { $0.metric == metric }
    }
  }

  /// The error of lists without a user to judge them by.
  /// - Parameter causes: what became of what was given.
  static func nobody(emptyCount: Int, causes: [String] = [], hint: String? = nil) -> Failure {
    let empty = emptyCount > 0 ? ["\(emptyCount) users have no relevant item"] : []
    return Failure(
      .data, "there is no user to judge a ranking by", causes: empty + causes,
      hint: hint ?? "the test data must hold items that users of the model chose")
  }
}
