import Martlet

/// One run of `martlet train` for an algorithm that learns from ratings.
struct RecommenderTraining {
  private let invocation: Invocation
  private let algorithm: any Recommender.Type
  private let out: String?
  private var session: Session { invocation.session }

  init(_ invocation: Invocation, _ algorithm: any Recommender.Type) throws {
    self.invocation = invocation
    self.algorithm = algorithm
    out = invocation.arguments.flag("dry-run") ? nil : try invocation.required("out")
  }

  func run() throws -> Outcome { try train(algorithm) }

  private func train<R: Recommender>(_ type: R.Type) throws -> Outcome {
    var recommender = try invocation.configured(type)
    if let out { try invocation.checkModelPlace(out) }
    let dataset = try invocation.dataset(
      textUnlessCanonical: [recommender.user, recommender.item])
    // The name by default is no wish: data that only say who took what have no such column.
    if invocation.arguments["rating"] == nil,
      try dataset.expectedSchema().index(of: recommender.rating) == nil
    {
      let name = recommender.rating
      recommender.rating = ""
      do { try recommender.check() } catch {
        throw Failure(
          .usage, "there is no column '\(name)' to learn from, and ratings are needed",
          hint: "name it with --rating COLUMN; \(R.name) can do without where ratings only say "
            + "that something was taken: see --help")
      }
      invocation.console.note("there is no column '\(name)': each row counts 1")
    }
    let pipeline = Pipeline([recommender])
    try check(pipeline, for: dataset)
    guard let out else { return try plan(recommender, dataset) }
    var clock = TrainingClock(invocation)
    let held = try dataset.held(recommender.columns.names, in: session)
    try invocation.requireRows(held.numbers.count, of: dataset)
    clock.lap("read")
    let fit = try pipeline.fit(
      held, unusable: try invocation.arguments.choice("on-bad-row", UnusableRows.self) ?? .error,
      consuming: true, in: session)
    clock.lap("fit")
    return try invocation.finish(fit, named: R.name, to: out, clock: &clock)
  }

  /// Refuses columns that cannot be learned from; a collective call.
  private func check(_ pipeline: Pipeline, for dataset: Dataset) throws {
    let outline = Result { _ = try pipeline.outline(dataset.expectedSchema()) }
    var isRefused = false
    if case .failure = outline { isRefused = true }
    let communicator = session.communicator
    // Columns without a value have types that nobody gave them, so rows are counted first.
    if try communicator.allReduce([isRefused ? 1 : 0], by: .maximum)[0] == 1,
      try dataset.count(in: session) == 0
    {
      try invocation.requireRows(0, of: dataset)
      throw Failure(.data, "there are no rows to learn from")
    }
    try communicator.agree("checking the columns") { try outline.get() }
  }

  /// What would be done, without doing it.
  private func plan<R: Recommender>(_ recommender: R, _ dataset: Dataset) throws -> Outcome {
    let settings = recommender.settings.map { "  \($0.name) = \($0.value)" }
    try invocation.finish(
      json: [
        .init("status", "planned"), .init("algorithm", .text(R.name)),
        .init("settings", recommender.json),
        .init("plan", .list(dataset.explain().split(separator: "\n").map { .text(String($0)) })),
        .init("memoryBudgetBytes", .integer(session.memory.limit)),
      ],
      text: {
        """
        would train \(R.name) on \(session.communicator.size) workers of \(session.threads) threads
        \(dataset.explain())
        settings:
        \(settings.joined(separator: "\n"))
        memory budget of a worker: \(byteText(session.memory.limit))
        """
      })
    return Outcome()
  }
}
