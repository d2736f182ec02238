public import Cluster
public import Learning
internal import LinearAlgebra
internal import Platform

/// A model together with what its folder says of it.
public struct StoredModel: Sendable {
  /// The form of the folder that this release writes.
  static let format = 1

  /// What scores: a pipeline, of one step where the folder holds a model alone.
  public let pipeline: PipelineModel
  /// The settings, features and other facts that the digest covers.
  public let document: JSONValue
  /// How it came to be.
  public let report: JSONValue
  /// The SHA-256 of everything that is a function of data, settings and seed.
  public let digest: String
  /// What the reader should be told.
  public let warnings: [String]
  /// The bytes of the folder's files.
  public let byteCount: Int

  /// Reads a model folder, trusting none of it.
  public init(reading path: String, registry: ModelRegistry) throws {
    let folder = try ModelFolder.read(path)
    do {
      let document = folder.document
      let format = try document.integer("format", in: 1...Int.max)
      guard format <= Self.format else {
        throw Failure(
          .data, "its form is \(format), and this release reads up to \(Self.format)",
          hint: "read it with the release that wrote it, or a newer one")
      }
      let precision = try document.text("precision")
      guard let precision = Precision(rawValue: precision) else {
        throw Failure(.data, "there is no precision '\(precision)'")
      }
      let kernels = try document.text("kernels")
      guard kernels == KernelLevel.className else {
        throw Failure(
          .data, "it was made with kernels of the class '\(kernels)'",
          hint: "this release has '\(KernelLevel.className)' and would give other bits")
      }
      let saved = SavedModel(
        featureNames: try document.featureNames("features"), precision: precision,
        settings: try document.member("settings"), values: try document.member("values"),
        tensors: folder.tensors)
      pipeline = try registry.pipeline(
        kind: document.text("kind"), version: document.integer("version", in: 1...Int.max),
        from: saved)
      self.document = document
    } catch {
      throw Failure(error).whilst("cannot read the model \(path)")
    }
    report = folder.report
    digest = folder.digest
    warnings = folder.warnings
    byteCount = folder.manifest.byteCount
  }

  /// The model, or the one at the end of the pipeline.
  public var model: (any Model)? { pipeline.model }

  /// Writes a model folder: of a model alone in its own form, of any other pipeline as such.
  public static func write(
    _ pipeline: PipelineModel, report: JSONValue, to path: String, replacing: Bool = false,
    in session: Session
  ) throws -> ModelFolder.Receipt {
    if let model = pipeline.bareModel {
      return try write(model, report: report, to: path, replacing: replacing, in: session)
    }
    return try ModelFolder.write(
      document(of: pipeline, pipeline.saved, in: session), pipeline.saved.tensors, report: report,
      to: path, replacing: replacing)
  }

  /// Writes a model folder.
  /// - Parameters:
  ///   - session: whose seed and leaves made the model.
  ///   - report: what is worth keeping of how it came to be; no part of the digest.
  public static func write(
    _ model: any Model, report: JSONValue, to path: String, replacing: Bool = false,
    in session: Session
  ) throws -> ModelFolder.Receipt {
    session.removeAbandoned(beside: path)
    return try ModelFolder.write(
      document(of: model, model.saved, in: session), model.saved.tensors, report: report, to: path,
      replacing: replacing)
  }

  /// What `model.json` says: all that the digest covers beside the tensors.
  static func document(
    of model: some Storable, _ saved: SavedModel, in session: Session
  ) -> JSONValue {
    let type = type(of: model)
    return .object(
      JSONObject([
        .init("format", .integer(format)),
        .init("kind", .text(type.kind)),
        .init("version", .integer(type.formatVersion)),
        .init("kernels", .text(KernelLevel.className)),
        .init("precision", .text(saved.precision.rawValue)),
        .init("features", JSONValue(saved.featureNames)),
        .init("settings", saved.settings),
        .init("seed", .text(String(session.seed))),
        .init("leafBytes", .integer(session.leaves.byteCount)),
        .init("leafRows", .integer(session.leaves.rowCount)),
        .init("values", saved.values),
      ]))
  }
}
