public import Frames
internal import LinearAlgebra
internal import Platform

/// A fitted pipeline: steps that take rows from columns as they are read to features or predictions.
///
/// What every model folder holds; a model trained on plain numbers is a pipeline of one step.
public struct PipelineModel: Storable {
  public static let kind = "pipeline"
  public static let formatVersion = 1

  /// The columns that it was fitted on, with their types.
  public let input: Schema
  public let steps: [any Step]
  /// The stages that it came from, as a file has them.
  public let document: JSONValue

  /// The pipeline that a file may have again, to be edited and fed back.
  public init(input: Schema, steps: [any Step], document: JSONValue) {
    self.input = input
    self.steps = steps
    self.document = document
  }

  /// A model alone, whose features are columns of their names.
  public init(_ model: any Model) throws {
    input = try Self.input(of: model)
    steps = [try ModelStep(model, names: input)]
    document = .null
  }

  /// The model at its end, where there is one.
  public var model: (any Model)? { modelStep?.model }

  var modelStep: ModelStep? { steps.last as? ModelStep }

  /// The recommender at its end, where there is one.
  public var recommender: (any RecommenderModel)? { steps.last as? any RecommenderModel }

  /// The model, where that is all there is and its features are columns as they are.
  public var bareModel: (any Model)? {
    guard steps.count == 1, let step = steps.first as? ModelStep,
      step.model.featureNames == FeatureNames(step.columns)
        || step.columns.allSatisfy({ name in
          input.index(of: name).map { input.fields[$0].type == .vector } ?? false
        })
    else { return nil }
    return step.model
  }

  /// Binds the steps to columns: found by name, in any order; others pass through.
  /// - Parameter hidesOthers: whether columns that no step needs get names that none of theirs can
  ///   meet; so a new column may have the name of one that passes through.
  public func program(for schema: Schema, hidesOthers: Bool = false) throws -> RowProgram {
    var fields = schema.fields
    if hidesOthers {
      let optional = steps.flatMap(\.optionalColumns)
      let seen = Set((input.names + optional).map { Array($0.utf8) })
      for place in fields.indices where !seen.contains(Array(fields[place].name.utf8)) {
        fields[place].name = "\u{0}\(place)"
      }
    }
    for field in input.fields {
      guard let place = schema.index(of: field.name) else {
        throw Failure(
          .data, "the model needs the column '\(field.name)', which is not there",
          hint: nameHint(for: field.name, in: schema.names))
      }
      // What was known of the columns when it learned holds for these.
      fields[place].metadata = field.metadata
    }
    let known = Schema(fields)
    var binder = Binder(known)
    for step in steps { try step.bind(to: &binder) }
    return RowProgram(binder, input: known)
  }

  /// The columns that fitted steps need: one that only their fit looked at, such as a label, is not
  /// among them.
  static func needed(of schema: Schema, by steps: [any Step]) -> Schema {
    func binder(_ schema: Schema) -> Binder? {
      var binder = Binder(schema)
      do { for step in steps { try step.bind(to: &binder) } } catch { return nil }
      return binder
    }
    guard let whole = binder(schema) else { return schema }
    var used = Set(whole.loads.map(\.source))
    for name in steps.flatMap(\.optionalColumns) {
      if let place = schema.index(of: name) { used.remove(place) }
    }
    var fields = schema.fields
    // What is in no register may still be needed by its name.
    for place in schema.fields.indices.reversed() where !used.contains(place) {
      var others = fields
      others.remove(at: place)
      if binder(Schema(others)) != nil { fields = others }
    }
    return Schema(fields)
  }

  private static func input(of model: any Model) throws -> Schema {
    var fields: [Schema.Field] = []
    for run in model.featureNames.runs {
      switch run {
      case .vector(let column, let count):
        fields.append(
          .init(
            column, .vector,
            metadata: ColumnMetadata(width: count, isSparse: model.takesSparseRows ? true : nil)))
      case .name(let name):
        if let element = VectorElement(name) { throw ModelStep.outOfOrder(element) }
        fields.append(.init(name, .float64))
      }
    }
    return Schema(fields)
  }
}

// MARK: Stored

extension PipelineModel {
  /// What of it is stored.
  public var saved: SavedModel {
    var tensors: [String: Tensor] = [:]
    let steps = steps.enumerated().map { place, step -> JSONValue in
      let saved = step.saved
      for (name, tensor) in saved.tensors.sorted(by: { $0.key < $1.key }) {
        tensors["\(place).\(name)"] = tensor
      }
      return .object(
        JSONObject([
          .init("step", .text(type(of: step).kind)),
          .init("version", .integer(type(of: step).formatVersion)),
          .init("settings", saved.settings), .init("values", saved.values),
        ]))
    }
    return SavedModel(
      featureNames: FeatureNames(input.names), precision: model?.precision ?? .double,
      settings: document,
      values: .object(
        JSONObject([
          .init("input", .list(input.fields.map(\.document))), .init("steps", .list(steps)),
        ])),
      tensors: tensors)
  }

  /// Takes back what was stored, trusting none of it.
  public init(_ saved: SavedModel, models: ModelRegistry) throws {
    input = Schema(try saved.values.list("input").map { try Schema.Field(document: $0) })
    guard FeatureNames(input.names) == saved.featureNames,
      Set(input.names).count == input.names.count
    else {
      throw Failure(.data, "the columns of the pipeline do not fit each other")
    }
    document = saved.settings
    steps = try saved.values.list("steps").enumerated().map { place, value in
      let prefix = "\(place)."
      let own = saved.tensors.sorted { $0.key < $1.key }.filter { $0.key.hasPrefix(prefix) }
      let step = SavedStep(
        settings: try value.member("settings"), values: try value.member("values"),
        tensors: Dictionary(
          uniqueKeysWithValues: own.map { (String($0.key.dropFirst(prefix.count)), $0.value) }))
      do {
        return try models.step(
          kind: value.text("step"), version: value.integer("version", in: 1...Int.max), from: step)
      } catch {
        throw Failure(error).whilst("step \(place + 1)")
      }
    }
    // What does not fit together shows now, not at the first row.
    _ = try program(for: input)
  }
}

extension Schema.Field {
  var document: JSONValue {
    var members: [JSONObject.Member] = [
      .init("name", .text(name)), .init("type", .text(type.rawValue)),
    ]
    if let labels = metadata.labels {
      members.append(.init("labels", .list(labels.map { .text($0) })))
    }
    if let origin = metadata.origin { members.append(.init("origin", .text(origin))) }
    if let slots = metadata.slots { members.append(.init("slots", .list(slots.map { .text($0) }))) }
    if let width = metadata.width { members.append(.init("width", .integer(width))) }
    if let isSparse = metadata.isSparse { members.append(.init("sparse", .flag(isSparse))) }
    return .object(JSONObject(members))
  }

  init(document: JSONValue) throws {
    guard case .object(let object) = document else {
      throw Failure(.data, "a column of the pipeline is \(document.kind)")
    }
    let word = try document.text("type")
    guard let type = ColumnType(rawValue: word) else {
      throw Failure(.data, "there is no type of column '\(word)'")
    }
    self.init(try document.text("name"), type)
    if object["labels"] != nil { metadata.labels = try document.texts("labels") }
    if object["origin"] != nil { metadata.origin = try document.text("origin") }
    if object["slots"] != nil { metadata.slots = try document.texts("slots") }
    if object["width"] != nil {
      metadata.width = try document.integer("width", in: 0...Int(Int32.max))
    }
    if object["sparse"] != nil { metadata.isSparse = try document.flag("sparse") }
  }
}
