import Martlet

let trainCommand = Command(
  name: "train", operands: "ALGORITHM",
  summary: "learns a model from data",
  examples: [
    .init(
      "martlet train kmeans --data iris.csv --label species --k 3 --out m",
      "three clusters; the label is left out of the features"),
    .init(
      "martlet train kmeans --data 'parts/*.csv' --features 'x*' --k 64 --workers 4 --out m",
      "on four processes; the model is the same for any number"),
    .init(
      "martlet train kmeans --data x.npy --k 8 --initial-centers first.npy --out m",
      "from given centres"),
    .init("martlet algorithms kmeans", "what the settings of an algorithm mean"),
  ],
  options: { words in
    var groups = [
      OptionGroup(
        title: "Model",
        options: [
          .value("out", "FOLDER", "where the model goes"),
          .flag("overwrite", "replace a model that is there already"),
          .flag("dry-run", "check everything, say what would be done, and stop"),
          .flag("allow-unconverged", "exit 0 although the method did not settle"),
        ]), .source,
      OptionGroup(
        title: "Columns",
        options: [
          .value(
            "features", "'x*,age,!email'", "columns to learn from", standard: "all numeric ones"),
          .value("label", "COLUMN", "the column with the true answer, never a feature"),
          .value("weight", "COLUMN", "the column with the weights of the rows"),
          .value("id", "COLUMN", "the column that names the rows, never a feature"),
          .value("precision", "NAME", "float or double", standard: "that of the data"),
        ]),
    ]
    if let name = words.first {
      let type = try Catalog.estimator(named: name)
      groups.insert(OptionGroup(settingsOf: type), at: 1)
    }
    return groups + [.run, .talk]
  },
  run: { invocation in try Training(invocation).run() })

extension OptionGroup {
  /// The settings of an algorithm, and the data beside the rows that it takes.
  init(settingsOf type: any Estimator.Type) {
    let settings = type.settings.map { setting in
      Option(
        name: setting.optionName, kind: setting.isFlag ? .flag : .value,
        placeholder: setting.placeholder, meaning: setting.meaning, standard: setting.standard)
    }
    let inputs = type.inputs.map { input in
      Option.value(kebabCase(input.name), "SOURCE", input.meaning)
    }
    self.init(title: "Settings of \(type.name)", options: settings + inputs)
  }
}

/// One run of `martlet train`.
struct Training {
  private let invocation: Invocation
  private let algorithm: any Estimator.Type
  private let out: String?
  private var session: Session { invocation.session }
  private var arguments: Arguments { invocation.arguments }

  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    algorithm = try Catalog.estimator(named: try invocation.operand("ALGORITHM"))
    out = invocation.arguments.flag("dry-run") ? nil : try invocation.required("out")
  }

  func run() throws -> Outcome { try train(algorithm) }

  private func train<E: Estimator>(_ type: E.Type) throws -> Outcome {
    var settings: [String: String] = [:]
    for setting in type.settings {
      if let text = arguments[setting.optionName] { settings[setting.name] = text }
    }
    let estimator: E
    do {
      estimator = try type.init(settings: settings)
    } catch {
      throw error.optionFailure
    }
    // Before the work, not after it.
    if let out {
      try session.onRoot("looking where the model goes") {
        try ModelFolder.checkDestination(out, replacing: arguments.flag("overwrite"))
      }
    }
    let dataset = try invocation.dataset()
    let columns = try FeatureChoice(arguments, schema: dataset.expectedSchema())
    let precision =
      try arguments.choice("precision", Precision.self) ?? columns.precision(of: dataset)
    guard let out else { return try plan(estimator, dataset, columns, precision) }
    switch precision {
    case .float: return try fit(estimator, dataset, columns, of: Float.self, to: out)
    case .double: return try fit(estimator, dataset, columns, of: Double.self, to: out)
    }
  }

  private func fit<E: Estimator, Element: Scalar>(
    _ estimator: E, _ dataset: Dataset, _ choice: FeatureChoice, of element: Element.Type,
    to out: String
  ) throws -> Outcome {
    let begun = monotonicSeconds()
    var choice = choice
    let (rows, built): (BlockMatrix<Element>, BuildReport) = try choice.retrying { features in
      try dataset.blocks(
        features: features, weight: arguments["weight"],
        unusable: try arguments.choice("on-bad-row", UnusableRows.self) ?? .error, in: session)
    }
    for line in choice.notes { invocation.console.note(line) }
    let inputs = try self.inputs(of: E.self, features: choice.features)
    let read = monotonicSeconds()
    let fit = try estimator.fit(rows, inputs: inputs, in: session)
    let fitted = monotonicSeconds()
    var summary = TrainingSummary(
      algorithm: E.name, report: fit.report, rowCount: rows.rowCount,
      skipped: built.unreadableRowCount + built.unusableRowCount, features: rows.featureNames,
      precision: Element.precision)
    if summary.skipped > 0 {
      invocation.console.warn(
        "\(built.unreadableRowCount) rows could not be read and \(built.unusableRowCount) had a "
          + "missing or infinite value; they were left out")
    }
    for warning in fit.report.warnings { invocation.console.warn(warning) }
    summary.seconds = [
      .init("start", begun - invocation.programStart), .init("read", read - begun),
      .init("fit", fitted - read),
    ]
    try summary.measure(in: session)
    try session.onRoot("writing the model") {
      let receipt = try StoredModel.write(
        fit.model, report: summary.stored(in: session, warnings: invocation.console.warnings),
        to: out, replacing: arguments.flag("overwrite"), in: session)
      receipt.warnings.forEach { invocation.console.warn($0) }
      summary.digest = receipt.digest
    }
    let end = monotonicSeconds()
    summary.seconds += [
      .init("write", end - fitted), .init("total", end - invocation.programStart),
    ]
    let failedToSettle = fit.report.converged == false && estimator.isGiven("tolerance")
    summary.status = failedToSettle ? "unconverged" : "ok"
    try invocation.finish(
      json: summary.members(out: out, in: session, warnings: invocation.console.warnings),
      isTalk: true, text: { summary.text(out: out) })
    return Outcome(exitCode: failedToSettle && !arguments.flag("allow-unconverged") ? 3 : 0)
  }

  /// The matrices beside the rows, from the files that name them.
  private func inputs(of type: any Estimator.Type, features: [String]) throws
    -> [String: Matrix<Double>]
  {
    var inputs: [String: Matrix<Double>] = [:]
    for input in type.inputs {
      let option = kebabCase(input.name)
      guard let path = arguments[option] else { continue }
      let data = try Dataset.reading([path], in: session)
      let names = data.source.columnNames
      let byName = features.allSatisfy { names.contains($0) }
      guard byName || names.count == features.count else {
        throw Failure(
          .data, "\(path) has the columns \(names.joined(separator: ", "))",
          hint: "it needs the features: \(features.joined(separator: ", "))")
      }
      let frame = try data.select(byName ? features : names).collect(in: session)
      inputs[input.name] = Matrix(columns: frame.columns, rowCount: frame.rowCount)
    }
    return inputs
  }

  /// What would be done, without doing it.
  private func plan<E: Estimator>(
    _ estimator: E, _ dataset: Dataset, _ choice: FeatureChoice, _ precision: Precision
  ) throws -> Outcome {
    for line in choice.notes { invocation.console.note(line) }
    let settings = estimator.settings.map { "  \($0.name) = \($0.value)" }.joined(separator: "\n")
    try invocation.finish(
      json: [
        .init("status", "planned"), .init("algorithm", .text(E.name)),
        .init("features", .list(choice.features.map { .text($0) })),
        .init("precision", .text(precision.rawValue)), .init("settings", estimator.json),
        .init("plan", .list(dataset.explain().split(separator: "\n").map { .text(String($0)) })),
        .init("memoryBudgetBytes", .integer(session.memory.limit)),
      ],
      text: {
        """
        would train \(E.name) on \(session.communicator.size) workers of \(session.threads) threads
        \(dataset.explain())
        features (\(precision.rawValue)): \(choice.features.joined(separator: ", "))
        settings:
        \(settings)
        memory budget of a worker: \(byteText(session.memory.limit))
        """
      })
    return Outcome()
  }
}
