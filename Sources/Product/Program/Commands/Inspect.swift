import Martlet

let inspectCommand = Command(
  name: "inspect", operands: "MODEL",
  summary: "shows what a model is and how it came to be",
  examples: [.init("martlet inspect m", "settings, features, centres, times")],
  options: { _ in [.talk] },
  run: { invocation in
    let path = try invocation.operand("MODEL")
    let stored = try StoredModel(reading: path, registry: Catalog.models)
    for warning in stored.warnings { invocation.console.warn(warning) }
    let model = stored.model
    try invocation.finish(
      json: [
        .init("status", "ok"), .init("sha256", .text(stored.digest)),
        .init("bytes", .integer(stored.byteCount)), .init("model", stored.document),
        .init("report", stored.report),
      ],
      text: {
        var lines = [
          "\(type(of: model).kind) model, \(byteText(stored.byteCount)), sha256 \(stored.digest)",
          "features (\(model.precision.rawValue)): \(model.featureNames.joined(separator: ", "))",
          "adds: \(model.outputs.map { "\($0.name) (\($0.type.rawValue))" }.joined(separator: ", "))",
        ]
        lines += model.summary.map { "\($0.name): \($0.text)" }
        if case .object(let settings) = model.saved.settings {
          let pairs = settings.members.map { "\($0.name) \($0.value.printed(.line))" }
          lines.append("settings: \(pairs.joined(separator: ", "))")
        }
        return lines.joined(separator: "\n")
      })
    return Outcome()
  })
