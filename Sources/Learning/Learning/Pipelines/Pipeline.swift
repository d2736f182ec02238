public import Frames
internal import Platform

/// Stages one behind the other, from columns as they are read to a model or to features.
///
/// ```swift
/// let pipeline = Pipeline {
///   StringIndexer { $0.inputs = ["city"] }
///   OneHotEncoder { $0.inputs = ["city_index"] }
///   VectorAssembler { $0.inputs = ["age", "city_index_onehot"] }
///   KMeans { $0.k = 3 }
/// }
/// let fit = try pipeline.fit(dataset, in: Session())
/// let score = try fit.model.scorer(for: dataset.expectedSchema())
/// ```
///
/// Names and types of the whole are checked before the first row is read. The stages are a list
/// like any other: to be looked at, reordered and taken out.
public struct Pipeline: Sendable {
  public var stages: [any Stage]

  public init(_ stages: [any Stage] = []) { self.stages = stages }

  public init(@PipelineBuilder _ build: () -> [any Stage]) { stages = build() }

  /// The columns that come out, as far as types tell; an error where the stages do not fit the
  /// columns or each other.
  public func outline(_ schema: Schema) throws -> Schema {
    var binder = Binder(schema, isOutline: true)
    for (place, stage) in stages.enumerated() {
      do { try stage.outline(&binder) } catch {
        throw Failure(error).whilst("stage \(place + 1) (\(type(of: stage).name))")
      }
    }
    return binder.schema
  }

  /// The columns of the data that the stages look at, in the order of the schema.
  func sourceColumns(of schema: Schema) -> [String] {
    if stages.contains(where: \.readsAllColumns) { return schema.names }
    let read = Set(stages.flatMap(\.reads).map { Array($0.utf8) })
    return schema.names.filter { read.contains(Array($0.utf8)) }
  }

  /// The pipeline as a file has it.
  public var document: JSONValue {
    .object(JSONObject([.init("stages", .list(stages.map(\.document)))]))
  }
}

/// Collects the stages of a pipeline.
@resultBuilder
public enum PipelineBuilder {
  public static func buildExpression(_ stage: some Stage) -> [any Stage] { [stage] }
  /// An estimator learns from the column `features`; `on` says others.
  public static func buildExpression(_ estimator: some Estimator) -> [any Stage] {
    [EstimatorStage(estimator)]
  }
  public static func buildBlock(_ stages: [any Stage]...) -> [any Stage] { stages.flatMap { $0 } }
  public static func buildOptional(_ stages: [any Stage]?) -> [any Stage] { stages ?? [] }
  public static func buildEither(first stages: [any Stage]) -> [any Stage] { stages }
  public static func buildEither(second stages: [any Stage]) -> [any Stage] { stages }
  public static func buildArray(_ stages: [[any Stage]]) -> [any Stage] { stages.flatMap { $0 } }
}
