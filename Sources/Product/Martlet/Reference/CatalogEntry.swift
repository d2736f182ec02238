public import Learning
internal import Platform

/// An algorithm or a stage of the `Catalog`, as its reference has it: what it declares, and no more.
public struct CatalogEntry: Sendable {
  /// What the program and the files call it: `kmeans`.
  public let name: String
  /// One sentence on what it does.
  public let summary: String
  /// Its settings, at their defaults.
  public let settings: [SettingDescription]
  /// What a fit may take beside the rows.
  public let inputs: [FitInput]
  /// What a row's label is to it.
  public let target: Target
  /// Whether it learns from ratings.
  public let isRecommender: Bool
  /// How a pipeline's file has it; nil for an algorithm, which is trained by name.
  public let example: JSONValue?

  /// The algorithms, in the order of the `Catalog`.
  public static let estimators = Catalog.estimators.map { type in
    CatalogEntry(
      name: type.name, summary: type.summary, settings: type.settings, inputs: type.inputs,
      target: type.target, isRecommender: false, example: nil)
  }

  /// The algorithms that learn from ratings, in the order of the `Catalog`.
  public static let recommenders = Catalog.recommenders.map { type in
    CatalogEntry(
      name: type.name, summary: type.summary, settings: type.settings, inputs: [], target: .none,
      isRecommender: true, example: nil)
  }

  /// The stages, in the order of the `Catalog`.
  public static let featurizers = Catalog.featurizers.map { type in
    CatalogEntry(
      name: type.name, summary: type.summary, settings: type.settings, inputs: [], target: .none,
      isRecommender: false, example: type.example.document)
  }

  /// The algorithm or stage of that name.
  public static func named(_ name: String) throws -> CatalogEntry {
    let all = estimators + recommenders + featurizers
    guard let entry = all.first(where: { $0.name == name }) else {
      throw Failure(
        .usage, "there is no algorithm or stage '\(name)'",
        hint: nameHint(for: name, in: all.map(\.name)))
    }
    return entry
  }
}
