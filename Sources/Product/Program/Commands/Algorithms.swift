import Martlet

let algorithmsCommand = Command(
  name: "algorithms", operands: "[NAME]",
  summary: "lists the algorithms and stages, or the settings of one",
  examples: [
    .init("martlet algorithms", "what there is"),
    .init("martlet algorithms kmeans", "every setting with its default, range and meaning"),
    .init("martlet algorithms string-indexer", "the same of a stage, and how a file has it"),
    .init("martlet algorithms --markdown > reference.md", "everything about all of them"),
  ],
  options: { _ in
    [
      OptionGroup(
        title: "What to show",
        options: [.flag("markdown", "print the reference as Markdown: the whole, or of NAME")]),
      .talk,
    ]
  },
  run: { invocation in
    let isMarkdown = invocation.arguments.flag("markdown")
    guard !invocation.arguments.words.isEmpty else {
      let algorithms = CatalogEntry.estimators + CatalogEntry.recommenders
      try invocation.finish(
        json: [
          .init("algorithms", .list(algorithms.map(\.document))),
          .init("stages", .list(CatalogEntry.featurizers.map(\.document))),
        ] + (isMarkdown ? [.init("markdown", .text(Catalog.reference))] : []),
        text: {
          guard !isMarkdown else { return Catalog.reference }
          return """
            algorithms, for martlet train NAME:
            \(CatalogEntry.list(of: algorithms))

            stages of pipelines, for martlet train --pipeline FILE:
            \(CatalogEntry.list(of: CatalogEntry.featurizers))
            """
        })
      return Outcome()
    }
    let entry = try CatalogEntry.named(try invocation.operand("NAME"))
    try invocation.finish(
      json: [
        .init("name", .text(entry.name)), .init("summary", .text(entry.summary)),
        .init("settings", .list(entry.settings.map(\.document))),
        .init("example", entry.example ?? .null),
      ] + (isMarkdown ? [.init("markdown", .text(entry.markdown))] : []),
      text: { isMarkdown ? entry.markdown : entry.reference })
    return Outcome()
  })

extension CatalogEntry {
  fileprivate static func list(of entries: [CatalogEntry]) -> String {
    let width = entries.map(\.name.count).max() ?? 0
    return entries.map { entry in
      "  \(entry.name)\(String(repeating: " ", count: width - entry.name.count))  \(entry.summary)"
    }.joined(separator: "\n")
  }

  fileprivate var document: JSONValue {
    .object(JSONObject([.init("name", .text(name)), .init("summary", .text(summary))]))
  }

  /// The page, from the declarations.
  fileprivate var reference: String {
    var text = "\(name): \(summary)\n\n"
    for setting in settings {
      // A stage stands in a file, where settings have their own names.
      let shown = example == nil ? "--\(setting.optionName)" : setting.name
      text += "  \(shown) \(setting.placeholder)\n      \(setting.meaning)\n"
      let standard = setting.standard.isEmpty ? "none" : setting.standard
      text += "      must be \(setting.requirement); default \(standard)"
      let others = [
        setting.spark.map { "Spark: \($0)" }, setting.sklearn.map { "scikit-learn: \($0)" },
      ].compactMap { $0 }
      text += others.isEmpty ? "\n" : " (\(others.joined(separator: ", ")))\n"
    }
    for input in inputs {
      text += "  --\(kebabCase(input.name)) SOURCE\n      \(input.meaning)\n"
    }
    if let example { text += "\nin a pipeline: \(example.printed(.line))\n" }
    return text
  }
}

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
