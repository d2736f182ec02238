internal import Blocks
internal import Datasets
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
  /// Names the features that made a row strange, where that was asked for.
  private var explanation: Explanation?

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
    func add(_ name: String, _ width: Int = 1) {
      columns.append(name)
      widths.append(width)
    }
    func isVector(_ name: String) -> Bool {
      names.index(of: name).map { names.fields[$0].type == .vector } ?? false
    }
    for run in model.featureNames.runs {
      switch run {
      case .name(let name):
        if names.index(of: name) == nil, let element = VectorElement(name),
          isVector(element.column)
        {
          throw Self.outOfOrder(element)
        }
        add(name)
      case .vector(let column, let count):
        // The numbers of a vector, or columns of those very names.
        if names.index(of: VectorElement(column, 0).name) == nil, isVector(column) {
          add(column, count)
        } else {
          for index in 0..<count { add(VectorElement(column, index).name) }
        }
      }
    }
    (self.columns, self.widths) = (columns, widths)
  }

  static func outOfOrder(_ element: VectorElement) -> Failure {
    Failure(.data, "the model's features '\(element.column)' are out of order")
  }

  public var summary: [SummaryLine] { model.summary }

  /// What the model adds to a row, and the explanation of it where that was asked for.
  var outputs: [Schema.Field] {
    model.outputs + (explanation == nil ? [] : [Explanation.output])
  }

  /// The same step with another model of the same features.
  func with(_ model: any Model, explanation: Explanation? = nil) -> ModelStep {
    var copy = ModelStep(model, columns: columns, widths: widths)
    copy.explanation = explanation ?? self.explanation
    return copy
  }

  private init(_ model: any Model, columns: [String], widths: [Int?]) {
    (self.model, self.columns, self.widths) = (model, columns, widths)
  }

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
        if field.metadata.isSparse == nil, model.takesSparseRows {
          try binder.annotate(name) { $0.isSparse = true }
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
    let outputs = try self.outputs.map { field -> (ColumnType, Binder.Slot) in
      if field.type == .text { return (field.type, .text(try binder.addTexts(field.name))) }
      return (
        field.type,
        .number(try binder.addNumbers(field.name, field.type, metadata: field.metadata))
      )
    }
    let (model, sources) = (model, inputs)
    let explanation = try self.explanation?.named(after: columns, in: binder)
    let isSparse =
      (model.takesSparseRows || width >= Dataset.sparseWidth)
      && inputs.contains { if case .vector(let slot) = $0.slot { slot.isSparse } else { false } }
    binder.run { batch in
      func answers<Element: Scalar>(_ rows: Matrix<Element>) -> [Column] {
        let answers = model.predict(rows)
        // A detector's first output is the score.
        return answers + (explanation.map { [$0.column(for: rows, scores: answers[0])] } ?? [])
      }
      func answers<Element: Scalar>(_ rows: SparseRows<Element>) -> [Column] {
        let answers = model.predict(rows)
        return answers
          + (explanation.map { [$0.column(for: rows.matrix, scores: answers[0])] } ?? [])
      }
      let columns =
        switch (model.precision, isSparse) {
        case (.float, false): answers(Matrix<Float>(batch, sources, width: width))
        case (.double, false): answers(Matrix<Double>(batch, sources, width: width))
        case (.float, true): answers(SparseRows<Float>(batch, sources, width: width))
        case (.double, true): answers(SparseRows<Double>(batch, sources, width: width))
        }
      for ((_, slot), column) in zip(outputs, columns) {
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
          .init("features", JSONValue(saved.featureNames)),
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
          featureNames: values.featureNames("features"), precision: precision,
          settings: saved.settings,
          values: values.member("values"), tensors: saved.tensors)),
      columns: try values.texts("columns"))
  }
}

extension SparseRows {
  /// The numbers of some registers side by side that are not zero, a row each.
  fileprivate init(
    _ batch: RowBatch, _ sources: [(slot: Binder.Slot, width: Int)], width: Int
  ) {
    var (offsets, indices, values) = ([0], [Int32](), [Element]())
    for row in 0..<batch.rowCount {
      var first = 0
      func add(_ index: Int, _ value: Double) {
        if value == 0 { return }
        indices.append(Int32(truncatingIfNeeded: first + index))
        values.append(Element(value))
      }
      for (slot, count) in sources {
        switch slot {
        case .number(let slot): add(0, batch[slot][row])
        case .vector(let slot): batch[slot].forEachEntry(row) { add($0, $1) }
        case .integer, .text, .list: bug("a feature that is no number")
        }
        first += count
      }
      offsets.append(indices.count)
    }
    self.init(
      columnCount: width, offsets: Buffer(offsets), indices: Buffer(indices),
      values: Buffer(values))
  }
}

/// What the numbers of a vector column stand for.
public func slotNames(of field: Schema.Field, width: Int) -> [String] {
  if let slots = field.metadata.slots, slots.count == width { return slots }
  return (0..<width).map { VectorElement(field.name, $0).name }
}
