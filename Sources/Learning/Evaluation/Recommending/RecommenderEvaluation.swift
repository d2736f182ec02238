internal import Cluster
internal import Datasets
internal import Frames
internal import Learning
internal import Platform

/// One evaluation of a recommender.
struct RecommenderEvaluation {
  private let model: any RecommenderModel
  private let users: FoldedUsers
  private let test: TestRatings
  private let options: EvaluationOptions
  private let session: Session
  /// Nil where the model keeps no history.
  private let activity: TrainingActivity?

  init(
    _ model: any RecommenderModel, _ users: FoldedUsers, _ test: TestRatings,
    _ options: EvaluationOptions, in session: Session
  ) {
    self.model = model
    self.users = users
    self.test = test
    self.options = options
    self.session = session
    activity = model.parts.history.map {
      TrainingActivity(history: $0, itemCount: model.parts.items.count)
    }
  }

  func report() throws -> EvaluationReport {
    let errors = try errors()
    var report = EvaluationReport(metrics: errors?.own ?? [], rowCount: test.counts.judged)
    guard areListsWanted else {
      guard let errors else {
        throw Failure(
          .data, "there is no rating whose user and item the model knows", causes: findings(0),
          hint: unknownUserHint)
      }
      report.baseline = EvaluationBaseline(
        name: "popularity", metrics: errors.baseline, groups: [])
      note(0, in: &report)
      return report
    }
    let communicator = session.communicator
    let lists = try ListMaking(model, users, test, activity, options, in: session)
      .judged(in: session)
    let seenCount = Int(try communicator.allReduce([Int64(lists.seenCount)], by: .sum)[0])
    let (count, empty) = try lists.model.userCounts(options, in: communicator)
    report.userCount = count
    if count > 0 {
      let own = try lists.model.report(options, in: session)
      report.metrics += own.metrics
      report.groups = own.groups
      report.warnings = own.warnings
      let popular = try lists.baseline.report(options, in: session)
      report.baseline = EvaluationBaseline(
        name: "popularity", metrics: (errors?.baseline ?? []) + popular.metrics,
        groups: popular.groups)
    } else {
      guard let errors else { throw nobody(emptyCount: empty, seenCount: seenCount) }
      report.baseline = EvaluationBaseline(
        name: "popularity", metrics: errors.baseline, groups: [])
      try leaveListsUndefined(seenCount: seenCount, in: &report)
    }
    note(seenCount, in: &report)
    compare(in: &report)
    return report
  }

  /// Whether more than errors of predicted ratings is asked for.
  private var areListsWanted: Bool {
    guard !model.isImplicit, let names = options.metrics, !names.isEmpty else { return true }
    return !names.allSatisfy { name in Metric.ofPredictedRatings.contains { $0.isCalled(name) } }
  }

  /// What is said where there is no user to judge lists by.
  private func leaveListsUndefined(seenCount: Int, in report: inout EvaluationReport) throws {
    report.metrics += try model.metrics(cutoffs: options.cutoffs)
      .filter { !Metric.ofPredictedRatings.contains($0) }.map { MetricValue($0, .nan) }
    report.warnings.append(
      "there is no user to judge a ranking by, so only predictions were judged")
    if let hint = hint(seenCount: seenCount) { report.warnings.append(hint) }
  }

  // MARK: Predictions

  /// The errors of predicted ratings, of the model and of the mean of each item.
  private func errors() throws -> (own: [MetricValue], baseline: [MetricValue])? {
    let wanted = Metric.ofPredictedRatings
    guard !model.isImplicit, wanted.contains(where: { options.wants($0) }) else { return nil }
    let count = try session.communicator.allReduce(
      [Int64(test.predictions.rowCount)], by: .sum)[0]
    if count == 0 { return nil }
    var own = options
    own.metrics = wanted.map(\.name)
    func figures(_ evaluation: RegressionEvaluation) throws -> [MetricValue] {
      try evaluation.report(own, in: session).metrics.filter { wanted.contains($0.metric) }
    }
    var baseline: [MetricValue] = []
    if let activity {
      var means = test.predictions
      let ratings = activity.meanRatings
      means.predictions = test.predictedItems.map { ratings[Int($0)] }
      baseline = try figures(means)
    }
    return (try figures(test.predictions), baseline)
  }

  // MARK: What should be known

  private func nobody(emptyCount: Int, seenCount: Int) -> Failure {
    RankingEvaluation.nobody(
      emptyCount: emptyCount, causes: findings(seenCount), hint: hint(seenCount: seenCount))
  }

  /// What to do about lists that cannot be judged.
  private func hint(seenCount: Int) -> String? {
    seenCount > 0 ? "--include-seen judges lists that may hold what users had" : unknownUserHint
  }

  private var unknownUserHint: String? {
    test.counts.ofUnknownUsers > 0
      ? "--history FILE shows the model ratings of users whom it does not know" : nil
  }

  /// Says it where the same list for everybody is the better one.
  private func compare(in report: inout EvaluationReport) {
    for k in options.cutoffs.sorted().prefix(1) {
      let own = report[.ndcg(at: k)]
      guard let beside = report.baseline?[Metric.ndcg(at: k).name]?.value, own < beside else {
        continue
      }
      func rounded(_ value: Double) -> String { numberText((value * 1e4).rounded() / 1e4) }
      report.warnings.append(
        """
        the lists are worse than the same list for everybody: ndcg@\(k) is \(rounded(own)), that of \
        popularity \(rounded(beside))
        """)
    }
  }

  private func note(_ seenCount: Int, in report: inout EvaluationReport) {
    report.skippedRowCount = test.counts.incomplete + test.counts.ofUnknownUsers
    report.unreadableRowCount = test.counts.unreadable
    report.warnings += findings(seenCount)
    if activity != nil { return }
    var lacks: [String] = []
    if report.userCount != nil {
      lacks += ["lists may hold what users had before", "there is no novelty"]
    }
    if !model.isImplicit { lacks.append("rmse and mae stand beside no figures of popularity") }
    if !lacks.isEmpty {
      report.warnings.append("the model keeps no history: " + lacks.joined(separator: ", and "))
    }
  }

  /// What became of rows that tell less than they could.
  private func findings(_ seenCount: Int) -> [String] {
    let counts = test.counts
    let had = users.foldedCount > 0 ? "training data or history" : "training data"
    let findings = [
      (counts.unreadable, "rows could not be read; they were not judged"),
      (counts.incomplete, "rows have no user, item or rating; they were not judged"),
      (
        counts.ofUnknownUsers,
        "ratings are of users that the model does not know; they were left out"
      ),
      (
        counts.ofUnknownItems,
        "ratings are of items that the model does not know; "
          + (areListsWanted ? "in the lists they count as missed" : "they were left out")
      ),
      (
        seenCount,
        "chosen items were in the user's \(had), so no list holds them; they were left out"
      ),
    ]
    return findings.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
  }
}
