import Martlet

/// One run of `martlet train ALGORITHM`.
struct Training {
  private let invocation: Invocation
  private let algorithm: any Estimator.Type
  private let out: String?
  private var session: Session { invocation.session }
  private var arguments: Arguments { invocation.arguments }

  init(_ invocation: Invocation, _ algorithm: any Estimator.Type) throws {
    self.invocation = invocation
    self.algorithm = algorithm
    out = invocation.arguments.flag("dry-run") ? nil : try invocation.required("out")
  }

  func run() throws -> Outcome { try train(algorithm) }

  private func train<E: Estimator>(_ type: E.Type) throws -> Outcome {
    let estimator = try invocation.configured(type)
    // Before the work, not after it.
    if let out { try invocation.checkModelPlace(out) }
    let dataset = try invocation.dataset()
    let label = try label(for: E.self, among: try dataset.expectedSchema())
    let columns = try FeatureChoice(
      arguments, schema: dataset.expectedSchema(), label: label,
      takesAll: !arguments.flag("no-auto-features"))
    guard let out else { return try plan(estimator, dataset, columns) }
    var clock = TrainingClock(invocation)
    let fit = try self.fit(estimator, dataset, columns, label, &clock)
    clock.lap("fit")
    return try invocation.finish(fit, named: E.name, to: out, clock: &clock)
  }

  private func fit<E: Estimator>(
    _ estimator: E, _ dataset: Dataset, _ columns: FeatureChoice, _ label: String?,
    _ clock: inout TrainingClock
  ) throws -> PipelineFit {
    let unusable = try arguments.choice("on-bad-row", UnusableRows.self) ?? .error
    var stage = EstimatorStage(
      estimator, features: columns.features, label: label, weight: arguments["weight"])
    stage.precision = try arguments.choice("precision", Precision.self)
    let held = try dataset.held(
      columns.features + [label, arguments["weight"]].compactMap { $0 }, in: session)
    try invocation.requireRows(held.numbers.count, of: dataset)
    if let weight = arguments["weight"] {
      let type = try held.schema.selecting([weight]).fields[0].type
      guard type.isNumeric else {
        throw Failure(
          .data, "the column '\(weight)' is \(type.words) and cannot be the --weight",
          causes: [held.reasonForText(weight)].compactMap { $0 })
      }
    }
    var stages: [any Stage] = []
    if columns.takesAll {
      let automatic = try AutoFeatures(
        held, columns: columns.features, named: columns.named, fillsMissing: unusable == .error,
        for: E.featureKinds, onlyRecurring: E.self is any AnomalyDetector.Type, in: session)
      for line in automatic.notes { invocation.console.note(line) }
      stages = automatic.stages
      stage.features = automatic.features
    } else {
      stage.features = try columns.numbers(held, note: invocation.console.note)
    }
    try takeInputs(of: E.self, into: &stage)
    clock.lap("read")
    return try Pipeline(stages + [stage]).fit(
      held, unusable: unusable, consuming: true, in: session)
  }

  /// The column to predict: as told, or the one that the format itself says is the label.
  private func label<E: Estimator>(for type: E.Type, among schema: Schema) throws -> String? {
    if E.target == .none { return nil }
    if let name = arguments["label"] { return name }
    if let field = schema.fields.first(where: { $0.metadata.role == .label }) { return field.name }
    throw Failure(
      .usage, "\(E.name) learns to predict a column", hint: "name it with --label COLUMN")
  }

  /// The matrices beside the rows, from the files that name them, or the model to begin from.
  private func takeInputs<E: Estimator>(of type: E.Type, into stage: inout EstimatorStage<E>) throws
  {
    let features = stage.features
    for input in type.inputs {
      guard let path = arguments[kebabCase(input.name)] else { continue }
      if isFolder(path) {
        stage.warmStart = try session.communicator.agree("reading the model to begin from") {
          let model = try StoredModel(reading: path, registry: Catalog.models).pipeline.model
          guard let model, model.start(for: input.name) != nil else {
            throw Failure(.data, "\(path) holds no model that \(E.name) can begin from")
          }
          return model
        }
        continue
      }
      let data = try Dataset.reading([path], in: session)
      let names = data.source.columnNames
      let byName = features.allSatisfy { names.contains($0) }
      // By name, with a column `intercept` where there is one; or in order, the intercept behind.
      guard
        byName || features == ["features"] || (0...1).contains(names.count - features.count)
      else {
        throw Failure(
          .data, "\(path) has the columns \(names.joined(separator: ", "))",
          hint: "it needs the features: \(features.joined(separator: ", "))")
      }
      let named = features + names.filter { $0 == "intercept" && !features.contains($0) }
      let frame = try data.select(byName ? named : names).collect(in: session)
      stage.inputs[input.name] = Matrix(columns: frame.columns, rowCount: frame.rowCount)
    }
  }

  /// What would be done, without doing it.
  private func plan<E: Estimator>(
    _ estimator: E, _ dataset: Dataset, _ choice: FeatureChoice
  ) throws -> Outcome {
    for line in choice.notes { invocation.console.note(line) }
    let settings = estimator.settings.map { "  \($0.name) = \($0.value)" }.joined(separator: "\n")
    try invocation.finish(
      json: [
        .init("status", "planned"), .init("algorithm", .text(E.name)),
        .init("features", .list(choice.features.map { .text($0) })),
        .init("settings", estimator.json),
        .init("plan", .list(dataset.explain().split(separator: "\n").map { .text(String($0)) })),
        .init("memoryBudgetBytes", .integer(session.memory.limit)),
      ],
      text: {
        """
        would train \(E.name) on \(session.communicator.size) workers of \(session.threads) threads
        \(dataset.explain())
        features: \(choice.features.joined(separator: ", "))
        settings:
        \(settings)
        memory budget of a worker: \(byteText(session.memory.limit))
        """
      })
    return Outcome()
  }
}
