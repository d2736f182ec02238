public import Learning
internal import Platform

/// Something that must hold for every stage of the Catalog that makes features.
///
/// Its settings come back the same from everywhere, and its example, with each choice and each flag
/// the other way, keeps every law of pipelines.
public struct FeaturizerLaw: Sendable {
  /// A few words.
  public let name: String
  /// What must hold.
  public let sentence: String
  public let check: @Sendable (any Featurizer.Type, ModelRegistry, LawPlace) throws -> Void

  /// All laws of a stage.
  public static let all =
    [
      FeaturizerLaw(
        name: "settings round trip",
        sentence: "Settings come back the same from JSON and from texts."
      ) { type, _, _ in try roundTrip(type) }
    ]
    + PipelineLaw.all.map { law in
      FeaturizerLaw(name: law.name, sentence: law.sentence) { type, models, place in
        try check(type, law, models, place)
      }
    }

  private static func roundTrip<F: Featurizer>(_ type: F.Type) throws {
    try LawSettings.roundTrip(F.example, named: F.name)
  }

  private static func check<F: Featurizer>(
    _ type: F.Type, _ law: PipelineLaw, _ models: ModelRegistry, _ place: LawPlace
  ) throws {
    for variant in try LawVariant.all(from: F.example) {
      // A choice such as handleInvalid error may rightly refuse the table.
      if variant.name != "defaults", try PipelineLaw.refusesTable(Pipeline([variant.estimator])) {
        continue
      }
      do { try law.check(Pipeline([variant.estimator]), models, place) } catch {
        throw Failure(error).whilst("\(F.name) (\(variant.name))")
      }
    }
  }
}
