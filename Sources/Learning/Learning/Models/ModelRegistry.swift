internal import Platform

/// The kinds of model that may be loaded, each with the code that reads it.
///
/// A closed list in the binary: a model folder names a kind, never code.
public struct ModelRegistry: Sendable {
  private let types: [any Model.Type]

  public init(_ types: [any Model.Type]) { self.types = types }

  /// The names of the kinds.
  public var kinds: [String] { types.map { $0.kind } }

  /// Makes the model of a kind from what was stored.
  public func model(kind: String, version: Int, from saved: SavedModel) throws -> any Model {
    guard let type = types.first(where: { $0.kind == kind }) else {
      throw Failure(
        .data, "this release knows no model of the kind '\(kind)'",
        hint: "it may come from a newer release; this one knows \(kinds.joined(separator: ", "))")
    }
    guard (1...type.formatVersion).contains(version) else {
      throw Failure(
        .data,
        "the \(kind) model has form \(version); this release reads up to \(type.formatVersion)",
        hint: "score with the release that trained it, or a newer one")
    }
    return try type.init(saved)
  }
}
