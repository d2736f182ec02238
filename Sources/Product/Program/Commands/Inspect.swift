import Martlet

let inspectCommand = Command(
  name: "inspect", operands: "MODEL",
  summary: "shows what a model is and how it came to be",
  examples: [
    .init("martlet inspect m", "settings, features, centres, times"),
    .init(
      "martlet inspect m --pipeline > steps.json5", "its stages, to be edited and trained again"),
    .init("martlet inspect m --verbose", "the objective of each iteration, too"),
  ],
  options: { _ in
    [
      OptionGroup(
        title: "What to show",
        options: [.flag("pipeline", "print the stages alone, as `train --pipeline` reads them")]),
      .talk,
    ]
  },
  run: { invocation in
    let path = try invocation.operand("MODEL")
    let stored = try StoredModel(reading: path, registry: Catalog.models)
    for warning in stored.warnings { invocation.console.warn(warning) }
    if invocation.arguments.flag("pipeline") {
      guard stored.pipeline.document != .null else {
        throw Failure(
          .usage, "\(path) is a model alone, without stages",
          hint: "martlet train kmeans learns from columns of numbers without any")
      }
      try invocation.console.print(stored.pipeline.document.printed())
      return Outcome()
    }
    try invocation.finish(
      json: [
        .init("status", "ok"), .init("sha256", .text(stored.digest)),
        .init("bytes", .integer(stored.byteCount)), .init("model", stored.document),
        .init("report", stored.report),
      ],
      text: {
        let kind = stored.pipeline.bareModel.map { type(of: $0).kind } ?? PipelineModel.kind
        let lines = [
          "\(kind) model, \(byteText(stored.byteCount)), sha256 \(stored.digest)"
        ]
        let course = stored.report.courseOfObjective(
          inFull: invocation.arguments.flag("verbose"))
        return (lines + course + stored.pipeline.description).joined(separator: "\n")
      })
    return Outcome()
  })

extension JSONValue {
  /// What a report says of the objective after each iteration: the first and the last, or all.
  fileprivate func courseOfObjective(inFull: Bool) -> [String] {
    guard case .object(let report) = self, case .object(let fit)? = report["fit"],
      case .list(let values)? = fit["objectives"], let first = values.first, let last = values.last
    else { return [] }
    func text(_ value: JSONValue) -> String { value.printed(.line) }
    if values.count == 1 { return ["objective: \(text(first)) after 1 iteration"] }
    if inFull {
      return ["objective after each iteration:"]
        + values.enumerated().map { "    \($0 + 1): \(text($1))" }
    }
    return [
      "objective: \(text(first)) after the first and \(text(last)) after the last of "
        + "\(values.count) iterations"
    ]
  }
}

extension PipelineModel {
  /// What a person wants to see of it, a line each.
  fileprivate var description: [String] {
    if let model = bareModel { return Self.description(of: model) }
    var lines = [
      "columns: \(input.fields.map { "\($0.name) (\($0.type.rawValue))" }.joined(separator: ", "))"
    ]
    for (place, step) in steps.enumerated() {
      let kind = (step as? ModelStep).map { type(of: $0.model).kind } ?? type(of: step).kind
      lines.append("step \(place + 1): \(kind)")
      lines += step.summary.map { "    \($0.name): \($0.text)" }
    }
    if let model { lines.append("adds: \(Self.outputs(of: model))") }
    if document != .null { lines.append("pipeline:\n\(document.printed())") }
    return lines
  }

  private static func description(of model: any Model) -> [String] {
    var lines = [
      "features (\(model.precision.rawValue)): \(model.featureNames)",
      "adds: \(outputs(of: model))",
    ]
    lines += model.summary.map { "\($0.name): \($0.text)" }
    if case .object(let settings) = model.saved.settings {
      let pairs = settings.members.map { "\($0.name) \($0.value.printed(.line))" }
      lines.append("settings: \(pairs.joined(separator: ", "))")
    }
    return lines
  }

  private static func outputs(of model: any Model) -> String {
    model.outputs.map { "\($0.name) (\($0.type.rawValue))" }.joined(separator: ", ")
  }
}
