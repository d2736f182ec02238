public import Frames
internal import LinearAlgebra
internal import Platform

/// A model as the last step of a pipeline: its features are columns, its predictions new ones.
public struct ModelStep: Step {
  public static let kind = "model"
  public let model: any Model
  /// The columns whose numbers, side by side, are the features.
  public let columns: [String]
  /// How many of the features each column gives; nil for one that gives whatever its vectors have.
  private let widths: [Int?]

  /// - Parameter columns: numbers and vectors that hold the features side by side.
  public init(_ model: any Model, columns: [String]) {
    self.model = model
    self.columns = columns
    widths = columns.map { _ in nil }
  }

  /// A model whose features are found by their names: number i of a vector column `v` is `v[i]`.
  public init(_ model: any Model, names: Schema) throws {
    self.model = model
    var (columns, widths) = ([String](), [Int?]())
    for name in model.featureNames {
      // Number i of a vector column follows number i - 1, or is a column of that very name.
      if names.index(of: name) == nil, let element = VectorElement(name),
        let place = names.index(of: element.column), names.fields[place].type == .vector
      {
        if element.index == 0 {
          columns.append(element.column)
          widths.append(0)
        }
        guard columns.last == element.column, widths.last == element.index else {
          throw Failure(.data, "the model's features '\(element.column)' are out of order")
        }
        widths[widths.count - 1] = element.index + 1
        continue
      }
      columns.append(name)
      widths.append(1)
    }
    (self.columns, self.widths) = (columns, widths)
  }

  public var summary: [SummaryLine] { model.summary }

  public func bind(to binder: inout Binder) throws {
    var inputs: [(slot: Binder.Slot, width: Int)] = []
    for (name, width) in zip(columns, widths) {
      guard let place = binder.schema.index(of: name) else {
        throw Failure(
          .data, "the model needs the column '\(name)', which is not there",
          hint: nameHint(for: name, in: binder.schema.names))
      }
      let field = binder.schema.fields[place]
      if field.type == .vector {
        if field.metadata.width == nil, let width {
          try binder.annotate(name) { $0.width = width }
        }
        let slot = try binder.vectors(name)
        inputs.append((.vector(slot), slot.width))
      } else if field.type.isNumeric {
        inputs.append((.number(try binder.numbers(name)), 1))
      } else {
        throw Failure(
          .data, "the model needs numbers in the column '\(name)', which is \(field.type.words)")
      }
    }
    let width = inputs.reduce(0) { $0 + $1.width }
    guard width == model.featureNames.count || binder.isOutline else {
      throw Failure(
        .data, "the model learned from \(model.featureNames.count) numbers a row, not \(width)")
    }
    let outputs = try model.outputs.map { field -> (ColumnType, Binder.Slot) in
      if field.type == .text { return (field.type, .text(try binder.addTexts(field.name))) }
      return (
        field.type,
        .number(try binder.addNumbers(field.name, field.type, metadata: field.metadata))
      )
    }
    let (model, sources) = (model, inputs)
    binder.run { batch in
      let answers =
        switch model.precision {
        case .float: model.predict(Matrix<Float>(batch, sources, width: width))
        case .double: model.predict(Matrix<Double>(batch, sources, width: width))
        }
      for ((_, slot), column) in zip(outputs, answers) {
        try batch.load(
          Binder.Load(source: 0, name: "", slot: slot), column, 0..<batch.rowCount)
      }
    }
  }

  public var saved: SavedStep {
    let saved = model.saved
    return SavedStep(
      settings: saved.settings,
      values: .object(
        JSONObject([
          .init("kind", .text(type(of: model).kind)),
          .init("version", .integer(type(of: model).formatVersion)),
          .init("columns", .list(columns.map { .text($0) })),
          .init("features", .list(saved.featureNames.map { .text($0) })),
          .init("precision", .text(saved.precision.rawValue)), .init("values", saved.values),
        ])), tensors: saved.tensors)
  }

  public init(_ saved: SavedStep) throws {
    throw Failure(.bug, "a model is read with the list of models")
  }

  init(_ saved: SavedStep, models: ModelRegistry) throws {
    let values = saved.values
    guard let precision = Precision(rawValue: try values.text("precision")) else {
      throw Failure(.data, "there is no precision '\(try values.text("precision"))'")
    }
    self.init(
      try models.model(
        kind: values.text("kind"), version: values.integer("version", in: 1...Int.max),
        from: SavedModel(
          featureNames: values.texts("features"), precision: precision, settings: saved.settings,
          values: values.member("values"), tensors: saved.tensors)),
      columns: try values.texts("columns"))
  }
}

/// What the numbers of a vector column stand for.
public func slotNames(of field: Schema.Field, width: Int) -> [String] {
  if let slots = field.metadata.slots, slots.count == width { return slots }
  return (0..<width).map { VectorElement(field.name, $0).name }
}
