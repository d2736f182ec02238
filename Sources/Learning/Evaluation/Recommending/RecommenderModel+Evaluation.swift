internal import Blocks
public import Cluster
public import Datasets
internal import Frames
public import Learning
internal import Platform

extension RecommenderModel {
  /// Judges the lists that the model makes for users of test data, and its predictions; a
  /// collective call.
  ///
  /// ```swift
  /// let report = try model.evaluate(test, in: session)
  /// print(report["ndcg@10"]?.value ?? .nan, report.baseline?["ndcg@10"]?.value ?? .nan)
  /// ```
  /// Beside each figure stands that of a list that is the same for everybody: the items that most
  /// ratings of the model's own training data are of. What a user had in training is in no list,
  /// unless `EvaluationOptions.includesSeen` says so. Cost: a user and item 2 operations a factor,
  /// and half a nanosecond more for `auc` and `map`; 24 bytes a rating of the test data.
  public func evaluate(
    _ data: Dataset, options: EvaluationOptions = EvaluationOptions(), in session: Session
  ) throws -> EvaluationReport {
    try session.communicator.agree("judging") { try options.check() }
    let ratings = try TestRatings(data, of: self, in: session)
    return try RecommenderEvaluation(self, ratings, options, in: session).report()
  }
}

extension PipelineModel {
  /// Judges the lists of the recommender at its end on rows as they come, which take the way through
  /// the stages before it; a collective call.
  public func evaluateLists(
    _ data: Dataset, options: EvaluationOptions = EvaluationOptions(), in session: Session
  ) throws -> EvaluationReport {
    guard let recommender else {
      throw Failure(.usage, "only a recommender makes lists, and this pipeline ends with none")
    }
    guard steps.count > 1 else {
      return try recommender.evaluate(data, options: options, in: session)
    }
    let names = recommender.parts.columns.names.map { Array($0.utf8) }
    let before = PipelineModel(input: input, steps: steps.dropLast(), document: .null)
    return try recommender.evaluate(
      data.scored(by: before) { names.contains(Array($0.utf8)) }, options: options, in: session)
  }
}

/// One evaluation of a recommender.
private struct RecommenderEvaluation {
  private let model: any RecommenderModel
  private let test: TestRatings
  private let options: EvaluationOptions
  private let session: Session
  private let activity: TrainingActivity?

  init(
    _ model: any RecommenderModel, _ test: TestRatings, _ options: EvaluationOptions,
    in session: Session
  ) {
    self.model = model
    self.test = test
    self.options = options
    self.session = session
    activity = model.parts.history.map {
      TrainingActivity(history: $0, itemCount: model.parts.items.count)
    }
  }

  func report() throws -> EvaluationReport {
    let lists = try ListMaking(model, test, activity, options, in: session).judged(in: session)
    let seenCount = try session.communicator.allReduce([Int64(lists.seenCount)], by: .sum)[0]
    var report = try lists.model.report(options, in: session)
    var beside = try lists.baseline.report(options, in: session)
    report.userCount = report.rowCount
    report.rowCount = test.counts.judged
    if let errors = try errors() {
      report.metrics = errors.own + report.metrics
      beside.metrics = errors.baseline + beside.metrics
    }
    report.baseline = EvaluationBaseline(
      name: "popularity", metrics: beside.metrics, groups: beside.groups)
    note(Int(seenCount), in: &report)
    compare(in: &report)
    return report
  }

  // MARK: Predictions

  /// The errors of predicted ratings, of the model and of the mean of each item.
  private func errors() throws -> (own: [MetricValue], baseline: [MetricValue])? {
    let wanted: [Metric] = [.rmse, .mae]
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
    let counts = test.counts
    report.skippedRowCount = counts.incomplete + counts.ofUnknownUsers
    report.unreadableRowCount = counts.unreadable
    func warn(_ count: Int, _ text: String) {
      if count > 0 { report.warnings.append("\(count) \(text)") }
    }
    warn(counts.unreadable, "rows could not be read; they were not judged")
    warn(counts.incomplete, "rows have no user, item or rating; they were not judged")
    warn(
      counts.ofUnknownUsers, "ratings are of users that the model does not know; they were left out"
    )
    warn(
      counts.ofUnknownItems,
      "ratings are of items that the model does not know; in the lists they count as missed")
    warn(
      seenCount,
      "chosen items were in the user's training data, so no list holds them; they were left out")
    if activity == nil {
      report.warnings.append(
        "the model keeps no history: lists may hold what users had before, and there is no novelty")
    }
  }
}
