import Martlet

let evaluateCommand = Command(
  name: "evaluate", operands: "[MODEL]",
  summary: "says how good a model, or a column of predictions, is on data",
  examples: [
    .init(
      "martlet evaluate m --data iris.csv --label species", "inertia, and agreement with labels"),
    .init(
      "martlet evaluate m --data new.csv --min auc=0.9 --max logLoss=0.3",
      "exit code 2 when the model is worse than that"),
    .init(
      "martlet evaluate m --data new.csv --metrics auc,brier --intervals",
      "with the interval of each that 200 resamples of the rows give"),
    .init(
      "martlet evaluate recommender --data test.csv --k 5,10 --min ndcg@10=0.1",
      "the lists of a recommender, beside those of popularity"),
    .init(
      "martlet evaluate recommender --data find.csv --history shown.csv",
      "how well it serves users whom it never saw, from what they did"),
    .init(
      "martlet evaluate detector --data known.csv --label fraud --intervals",
      "how well scores of anomalies find the rows that are known to be some"),
    .init(
      "martlet evaluate --data scored.csv --label y --prediction p",
      "predictions that stand in the data, whoever made them"),
  ],
  options: { _ in
    [
      OptionGroup(
        title: "Judging",
        options: [
          .value(
            "label", "COLUMN", "the column with the true answer",
            standard: "what the model learned to predict"),
          .value("weight", "COLUMN", "the column with the weights of the rows"),
          .value("metrics", "A,B", "the metrics to show", standard: "all that apply"),
          .list("min", "METRIC=VALUE", "fail with exit code 2 below this"),
          .list("max", "METRIC=VALUE", "fail with exit code 2 above this"),
          .value(
            "positive", "LABEL", "the positive one of two labels",
            standard: "the last; of anomalies the rarer"),
          .value("beta", "NUMBER", "what recall counts over precision in F", standard: "1"),
          .value("bins", "N", "bins of the calibration curve", standard: "10"),
          .flag("intervals", "an interval for each metric, by resampling the rows"),
          .value("level", "SHARE", "how sure intervals shall be", standard: "0.95"),
          .value("resamples", "N", "how many resamples", standard: "200"),
        ]),
      OptionGroup(
        title: "Judging a recommender",
        options: [
          .value("k", "N,...", "how many items of a list are looked at", standard: "10"),
          .value(
            "relevant-from", "RATING", "from which rating on an item counts as chosen",
            standard: "every rated item; of implicit feedback those above 0"),
          .flag("include-seen", "lists may hold what their users had in training"),
          .value(
            "history", "FILE", "ratings of users who were not there, or newer ones, to show it"),
        ]),
      OptionGroup(
        title: "Without a MODEL",
        options: [
          .value(
            "prediction", "COLUMN", "what was predicted, or how strange rows are",
            standard: "prediction, or anomaly_score"),
          .value(
            "probability", "COLUMN", "the probability of the positive label, or 'p_*' of each",
            standard: "'probability_*', where there are such"),
          .value(
            "kind", "NAME", "classification, regression or anomalies", standard: "by the columns"),
        ]), .anomalies(explained: false), .costs, .source, .run, .talk,
    ]
  },
  run: { invocation in try Judging(invocation).run() })

/// One run of `martlet evaluate`.
private struct Judging {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  private var arguments: Arguments { invocation.arguments }
  private var session: Session { invocation.session }

  func run() throws -> Outcome {
    let gates =
      try MetricGate.gates("min", arguments) + MetricGate.gates("max", arguments)
    let options = try options(gates)
    var members: [JSONObject.Member] = []
    let report =
      arguments.words.isEmpty
      ? try withoutModel(options) : try ofModel(options, gates, &members)
    for warning in report.warnings { invocation.console.warn(warning) }
    let names = arguments.parts("metrics")
    let page = EvaluationPage(
      report: report,
      figures: try names.map { try $0.flatMap { try report.figures($0) } }
        ?? report.metrics, isWhole: names == nil)
    let missed = try gates.filter { gate in try !gate.holds(for: report) }
    for gate in missed { invocation.console.warn("\(gate.text) does not hold") }
    if let intervals = options.intervals {
      members += [
        .init("level", .number(intervals.level)),
        .init("resamples", .integer(intervals.resampleCount)),
      ]
    }
    try invocation.finish(
      json: [
        .init("status", missed.isEmpty ? "ok" : "gate missed"),
        .init("rows", .integer(report.rowCount)),
        .init("skipped", .integer(report.skippedRowCount + report.unreadableRowCount)),
      ] + page.members + members + [
        .init("warnings", .list(invocation.console.warnings.map { .text($0) }))
      ],
      text: { page.text })
    return Outcome(exitCode: missed.isEmpty ? 0 : 2)
  }

  private func ofModel(
    _ options: EvaluationOptions, _ gates: [MetricGate], _ members: inout [JSONObject.Member]
  ) throws -> EvaluationReport {
    let path = try invocation.operand("MODEL")
    for name in ["prediction", "probability", "kind"] where arguments.has(name) {
      throw Failure(.usage, "--\(name) is for data without a model, not for one")
    }
    let stored = try session.communicator.agree("reading the model") {
      try StoredModel(reading: path, registry: Catalog.models)
    }
    members.append(
      .init(
        "model",
        .object(JSONObject([.init("path", .text(path)), .init("sha256", .text(stored.digest))]))))
    if let recommender = stored.pipeline.recommender {
      return try ofRecommender(recommender, in: stored.pipeline, options, gates, &members)
    }
    try refuse(Self.ofRecommenders, "is for recommenders")
    if stored.pipeline.detector == nil {
      try refuse(["cost-of-miss", "cost-of-alarm"], "is for detectors of anomalies")
    }
    let dataset = try invocation.dataset()
    let pipeline = try invocation.detecting(stored.pipeline)
    let scorer = try Scorer(pipeline, for: try dataset.expectedSchema(), prefix: "martlet_")
    return try scorer.evaluate(
      dataset, label: arguments["label"], weight: arguments["weight"], options: options,
      in: session)
  }

  private func ofRecommender(
    _ recommender: any RecommenderModel, in pipeline: PipelineModel, _ options: EvaluationOptions,
    _ gates: [MetricGate], _ members: inout [JSONObject.Member]
  ) throws -> EvaluationReport {
    try refuse(
      [
        "label", "weight", "positive", "beta", "bins", "threshold", "cost-of-miss", "cost-of-alarm",
      ],
      "does not apply to a recommender, which is judged by the columns that it learned from")
    try session.communicator.agree("reading the options") {
      let metrics = try recommender.metrics(cutoffs: options.cutoffs)
      for name in (options.metrics ?? []) + gates.map(\.name) { try metrics.check(name) }
    }
    let names = [recommender.parts.columns.user, recommender.parts.columns.item]
    let dataset = try invocation.dataset(textUnlessCanonical: names)
    guard let path = arguments["history"] else {
      return try pipeline.evaluateLists(dataset, options: options, in: session)
    }
    let history = try NewRatings(
      pipeline.beforeRecommender(
        invocation.dataset([path], textUnlessCanonical: names, isFiltered: false)),
      for: recommender, unusable: try arguments.choice("on-bad-row", UnusableRows.self) ?? .error,
      in: session)
    let shown = ListTargets(ListTargets(all: history.users).names, among: recommender.users)
    let anew = recommender.warning(ofUsers: shown, seenBy: history)
    for warning in history.warnings(of: path) + [anew].compactMap({ $0 }) {
      invocation.console.warn(warning)
    }
    members.append(.init("historyUsers", .integer(history.users.count)))
    return try pipeline.evaluateLists(dataset, history: history, options: options, in: session)
  }

  /// Options that only lists have.
  private static let ofRecommenders = ["k", "relevant-from", "include-seen", "history"]

  private func refuse(_ names: [String], _ reason: String) throws {
    if let name = names.first(where: { arguments.has($0) || arguments.flag($0) }) {
      throw Failure(.usage, "--\(name) \(reason)")
    }
  }

  private func withoutModel(_ options: EvaluationOptions) throws -> EvaluationReport {
    guard let label = arguments["label"] else {
      throw Failure(
        .usage, "martlet evaluate needs a MODEL, or --label for predictions in the data",
        hint: "martlet evaluate --help shows how")
    }
    try refuse(Self.ofRecommenders, "is for a MODEL that recommends")
    var columns = ScoredColumns(label: label)
    if let prediction = arguments["prediction"] { columns.prediction = prediction }
    columns.probability = arguments["probability"]
    columns.weight = arguments["weight"]
    columns.threshold = try arguments.number("threshold")
    columns.kind = try arguments.choice("kind", ScoredColumns.Kind.self)
    return try invocation.dataset().evaluate(columns, options: options, in: session)
  }

  private func options(_ gates: [MetricGate]) throws -> EvaluationOptions {
    var options = EvaluationOptions()
    options.beta = try arguments.number("beta") ?? options.beta
    options.binCount = try arguments.integer("bins", in: 1...10_000) ?? options.binCount
    options.positive = arguments["positive"].map { ClassLabel($0) }
    options.metrics = arguments.parts("metrics").map { $0 + gates.map(\.name) }
    options.costs = try costs()
    options.cutoffs = try cutoffs((arguments.parts("metrics") ?? []) + gates.map(\.name))
    options.relevantFrom = try arguments.number("relevant-from")
    options.includesSeen = arguments.flag("include-seen")
    if arguments.flag("intervals") || arguments.has("level") || arguments.has("resamples") {
      options.intervals = .init(
        level: try arguments.number("level") ?? 0.95,
        resampleCount: try arguments.integer("resamples", in: 2...100_000) ?? 200)
    }
    return options
  }

  /// What misses and alarms cost; of one without the other nothing follows.
  private func costs() throws -> EvaluationOptions.Costs? {
    let (miss, alarm) = (
      try arguments.number("cost-of-miss"), try arguments.number("cost-of-alarm")
    )
    guard let miss, let alarm else {
      if miss == nil, alarm == nil { return nil }
      throw Failure(.usage, "--cost-of-miss and --cost-of-alarm belong together")
    }
    return .init(ofMiss: miss, ofAlarm: alarm)
  }

  /// Those asked for, or ten, and those that metrics are named with.
  private func cutoffs(_ names: [String]) throws -> [Int] {
    let named = names.compactMap { name in
      name.lastIndex(of: "@").flatMap { Int(name[name.index(after: $0)...]) }
    }
    guard let text = arguments["k"] else { return [10] + named }
    let most = RankingEvaluation.longestList
    return try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
      guard let k = Int(word), (1...most).contains(k) else {
        throw Failure(.usage, "--k must be whole numbers from 1 to \(most), not '\(word)'")
      }
      return k
    } + named
  }
}
