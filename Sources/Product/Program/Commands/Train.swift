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
    .init(
      "martlet train --pipeline steps.json5 --data shop.csv --out m",
      "a whole pipeline, as a file has it"),
    .init(
      "martlet train als --data ratings.csv --user user --item item --rating stars --out m",
      "a recommender, from how people rated what; --implicit from what they took"),
    .init(
      "martlet train isolation-forest --data transactions.csv --contamination 0.01 --out m",
      "which rows are strange, from text, dates and missing values as they are"),
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
    ]
    guard let name = words.first else {
      groups[0].options.append(
        .value("pipeline", "FILE", "the stages, as a JSON5 file, instead of an ALGORITHM"))
      return groups + [.run, .talk]
    }
    switch try Catalog.algorithm(named: name) {
    case .recommender(let type):
      groups.insert(OptionGroup(settings: type.settings, of: type.name), at: 1)
      return groups + [.run, .talk]
    case .estimator(let type):
      groups.insert(OptionGroup(settingsOf: type), at: 1)
      groups.append(.columns(takesWeights: type.takesWeights))
    }
    return groups + [.run, .talk]
  },
  run: { invocation in
    if let path = invocation.arguments["pipeline"] {
      return try PipelineTraining(invocation, path: path).run()
    }
    switch try Catalog.algorithm(named: try invocation.operand("ALGORITHM")) {
    case .estimator(let type): return try Training(invocation, type).run()
    case .recommender(let type): return try RecommenderTraining(invocation, type).run()
    }
  })

extension OptionGroup {
  /// Which columns are learned from.
  fileprivate static func columns(takesWeights: Bool) -> OptionGroup {
    let weight = Option.value("weight", "COLUMN", "the column with the weights of the rows")
    return OptionGroup(
      title: "Columns",
      options: [
        .value("features", "'x*,age,!email'", "columns to learn from", standard: "all that can"),
        .value("label", "COLUMN", "the column with the true answer, never a feature"),
      ] + (takesWeights ? [weight] : []) + [
        .value("id", "COLUMN", "the column that names the rows, never a feature"),
        .flag("no-auto-features", "learn from columns of numbers as they are, and no others"),
        .value("precision", "NAME", "float or double", standard: "that of the data"),
      ])
  }

  /// The settings of an algorithm, and the data beside the rows that it takes.
  init(settingsOf type: any Estimator.Type) {
    self.init(settings: type.settings, of: type.name)
    options += type.inputs.map { input in
      Option.value(kebabCase(input.name), "SOURCE", input.meaning + "; or a model that has them")
    }
  }

  /// Settings as options.
  init(settings: [SettingDescription], of name: String) {
    let settings = settings.map { setting in
      Option(
        name: setting.optionName, kind: setting.isFlag ? .flag : .value,
        placeholder: setting.placeholder, meaning: setting.meaning, standard: setting.standard)
    }
    self.init(title: "Settings of \(name)", options: settings)
  }
}
