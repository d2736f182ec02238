internal import Frames
public import Learning
internal import LinearAlgebra
internal import Platform

/// Puts a number where one is missing: what an imputer learned.
public struct FilledColumns: Step {
  public static let kind = Imputer.name

  /// One column and its fill.
  struct Part: Sendable {
    var input: String
    var output: String
    /// The column of 0 and 1, where it is wanted.
    var indicator: String?
    var type: ColumnType
    var fill: Double
  }

  private let settings: JSONValue
  private let parts: [Part]
  private let missingValue: Double?

  init(settings: JSONValue, parts: [Part], missingValue: Double?) {
    self.settings = settings
    self.parts = parts
    self.missingValue = missingValue
  }

  public var summary: [SummaryLine] {
    parts.map { SummaryLine($0.output, "\(numberText($0.fill)) where \($0.input) is missing") }
  }

  /// The type of a filled column: its own, and numbers where it is true or false.
  static func type(of field: Schema.Field) -> ColumnType {
    field.type == .bool ? .float64 : field.type
  }

  /// A fill as a column of that type holds it.
  static func fitted(_ fill: Double, _ type: ColumnType) -> Double {
    switch type {
    case .int32, .int64: fill.rounded(.towardZero) + 0
    case .float32: Double(Float(fill))
    default: fill
    }
  }

  public func bind(to binder: inout Binder) throws {
    for part in parts {
      let from = try binder.numbers(part.input)
      let to = try binder.addNumbers(part.output, part.type)
      let indicator = try part.indicator.map { try binder.addNumbers($0) }
      let (fill, missingValue) = (part.fill, missingValue)
      binder.run { batch in
        let (source, target) = unsafe (batch[from].pointer, batch[to].pointer)
        for row in 0..<batch.rowCount {
          let number = unsafe source[row]
          let isMissing =
            missingValue.map { number == $0 || number.isMissing } ?? number.isNaN
          unsafe target[row] = isMissing ? fill : number
          if let indicator { batch[indicator][row] = isMissing ? 1 : 0 }
        }
      }
    }
  }

  // MARK: Storing

  public var saved: SavedStep {
    let columns = parts.map { part in
      JSONValue.object(
        JSONObject([
          .init("input", .text(part.input)), .init("output", .text(part.output)),
          .init("indicator", part.indicator.map { .text($0) } ?? .null),
          .init("type", .text(part.type.rawValue)),
        ]))
    }
    return SavedStep(
      settings: settings,
      values: .object(
        JSONObject([
          .init("missingValue", missingValue.map { .number($0) } ?? .null),
          .init("columns", .list(columns)),
        ])), tensors: ["fills": Tensor(parts.map(\.fill))])
  }

  public init(_ saved: SavedStep) throws {
    settings = saved.settings
    missingValue =
      try saved.values.member("missingValue") == .null
      ? nil : try saved.values.number("missingValue")
    let columns = try saved.values.list("columns")
    let fills = try saved.vector("fills", count: columns.count)
    parts = try zip(columns, fills).map { column, fill in
      let word = try column.text("type")
      guard let type = ColumnType(rawValue: word), type.isNumeric, type != .bool, !fill.isNaN,
        Self.fitted(fill, type) == fill
      else {
        throw Failure(.data, "a fill \(numberText(fill)) does not fit a column of '\(word)'")
      }
      return Part(
        input: try column.text("input"), output: try column.text("output"),
        indicator: try column.member("indicator") == .null ? nil : try column.text("indicator"),
        type: type, fill: fill)
    }
  }
}
