internal import Platform

/// The kinds of model and of step that may be loaded, each with the code that reads it.
///
/// A closed list in the binary: a model folder names a kind, never code.
public struct ModelRegistry: Sendable {
  private let types: [any Model.Type]
  private let steps: [any Step.Type]

  public init(_ types: [any Model.Type], steps: [any Step.Type] = []) {
    self.types = types
    self.steps = steps
  }

  /// The names of the kinds of model.
  public var kinds: [String] { types.map { $0.kind } + [PipelineModel.kind] }

  /// Makes the model of a kind from what was stored.
  public func model(kind: String, version: Int, from saved: SavedModel) throws -> any Model {
    try Self.find(kind, version, in: types, "model").init(saved)
  }

  /// Makes what a model folder holds from what was stored: a pipeline, of one step where it is a
  /// model alone.
  public func pipeline(kind: String, version: Int, from saved: SavedModel) throws -> PipelineModel {
    guard kind == PipelineModel.kind else {
      return try PipelineModel(model(kind: kind, version: version, from: saved))
    }
    try Self.check(version, PipelineModel.self)
    return try PipelineModel(saved, models: self)
  }

  /// Makes the step of a kind from what was stored.
  func step(kind: String, version: Int, from saved: SavedStep) throws -> any Step {
    if kind == ModelStep.kind {
      try Self.check(version, ModelStep.self)
      return try ModelStep(saved, models: self)
    }
    return try Self.find(kind, version, in: steps, "step").init(saved)
  }

  private static func find<T>(
    _ kind: String, _ version: Int, in types: [T], _ word: String
  ) throws -> T {
    guard
      let type = types.first(where: { ($0 as? any Storable.Type)?.kind == kind }),
      let storable = type as? any Storable.Type
    else {
      let known = types.compactMap { ($0 as? any Storable.Type)?.kind }
      throw Failure(
        .data, "this release knows no \(word) of the kind '\(kind)'",
        hint: "it may come from a newer release; this one knows \(known.joined(separator: ", "))")
    }
    try check(version, storable)
    return type
  }

  private static func check(_ version: Int, _ type: any Storable.Type) throws {
    guard (1...type.formatVersion).contains(version) else {
      throw Failure(
        .data,
        "the \(type.kind) model has form \(version); this release reads up to "
          + "\(type.formatVersion)", hint: "score with the release that trained it, or a newer one")
    }
  }
}
