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
  /// - Parameter history: ratings that the model did not learn from, of users who were there or were
  ///   not: all of them are folded in, as recommendations do it, and judged like any other.
  public func evaluate(
    _ data: Dataset, history: NewRatings? = nil, options: EvaluationOptions = EvaluationOptions(),
    in session: Session
  ) throws -> EvaluationReport {
    try session.communicator.agree("judging") {
      try options.check()
      _ = try RankingEvaluation.rising(options.cutoffs)
    }
    let users =
      try history.map { try FoldedUsers(self, with: $0, in: session) } ?? FoldedUsers(self)
    let ratings = try TestRatings(data, of: self, by: users, in: session)
    return try RecommenderEvaluation(self, users, ratings, options, in: session).report()
  }

  /// What it can be judged by, in the order of a report.
  public func metrics(cutoffs: [Int]) throws -> [Metric] {
    let lists = Metric.ofRankings(cutoffs: try RankingEvaluation.rising(cutoffs))
    // What is new is told by who has it.
    let told = parts.history != nil ? lists : lists.filter { !$0.name.hasPrefix("novelty@") }
    return (isImplicit ? [] : Metric.ofPredictedRatings) + told
  }
}

extension Metric {
  /// What predictions of explicit ratings are judged by.
  static let ofPredictedRatings: [Metric] = [.rmse, .mae]
}

extension PipelineModel {
  /// Judges the lists of the recommender at its end on rows as they come, which take the way through
  /// the stages before it; a collective call.
  public func evaluateLists(
    _ data: Dataset, history: NewRatings? = nil, options: EvaluationOptions = EvaluationOptions(),
    in session: Session
  ) throws -> EvaluationReport {
    guard let recommender else {
      throw Failure(.usage, "only a recommender makes lists, and this pipeline ends with none")
    }
    return try recommender.evaluate(
      beforeRecommender(data), history: history, options: options, in: session)
  }

  /// Rows as they come, as the recommender at the end sees them: behind all stages before it.
  public func beforeRecommender(_ data: Dataset) -> Dataset {
    guard let recommender, steps.count > 1 else { return data }
    let names = recommender.parts.columns.names.map { Array($0.utf8) }
    let before = PipelineModel(input: input, steps: steps.dropLast(), document: .null)
    return data.scored(by: before) { names.contains(Array($0.utf8)) }
  }
}
