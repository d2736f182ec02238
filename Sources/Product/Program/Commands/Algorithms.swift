import Martlet

let algorithmsCommand = Command(
  name: "algorithms", operands: "[NAME]",
  summary: "lists the algorithms, or the settings of one",
  examples: [
    .init("martlet algorithms", "what there is"),
    .init("martlet algorithms kmeans", "every setting with its default, range and meaning"),
  ],
  options: { _ in [.talk] },
  run: { invocation in
    guard let name = invocation.arguments.words.first else {
      try invocation.finish(
        json: [
          .init(
            "algorithms",
            .list(
              Catalog.estimators.map { type in
                .object(
                  JSONObject([
                    .init("name", .text(type.name)), .init("summary", .text(type.summary)),
                  ]))
              }))
        ],
        text: {
          Catalog.estimators.map { "\($0.name)  \($0.summary)" }.joined(separator: "\n")
        })
      return Outcome()
    }
    let type = try Catalog.estimator(named: try invocation.operand("NAME"))
    try invocation.finish(
      json: [
        .init("name", .text(type.name)), .init("summary", .text(type.summary)),
        .init("settings", .list(type.settings.map(\.document))),
      ],
      text: { type.reference })
    _ = name
    return Outcome()
  })

extension SettingDescription {
  /// One setting as JSON.
  fileprivate var document: JSONValue {
    .object(
      JSONObject([
        .init("name", .text(name)), .init("option", .text("--\(optionName)")),
        .init("meaning", .text(meaning)), .init("default", .text(standard)),
        .init("mustBe", .text(requirement)), .init("spark", spark.map { .text($0) } ?? .null),
        .init("sklearn", sklearn.map { .text($0) } ?? .null),
      ]))
  }
}

extension Estimator {
  /// The page of an algorithm, from its declarations.
  static var reference: String {
    var text = "\(name): \(summary)\n\n"
    for setting in settings {
      text += "  --\(setting.optionName) \(setting.placeholder)\n      \(setting.meaning)\n"
      text += "      must be \(setting.requirement); default \(setting.standard)"
      let others = [
        setting.spark.map { "Spark: \($0)" }, setting.sklearn.map { "scikit-learn: \($0)" },
      ]
      .compactMap { $0 }
      text += others.isEmpty ? "\n" : " (\(others.joined(separator: ", ")))\n"
    }
    for input in inputs {
      text += "  --\(kebabCase(input.name)) SOURCE\n      \(input.meaning)\n"
    }
    return text
  }
}
