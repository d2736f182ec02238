public import Frames
internal import Platform

/// A condition on rows, or a value made of their columns, as SQL writes it.
///
/// The grammar is closed and our own, the same for every source: comparisons, `and`, `or`, `not`,
/// `in`, `between`, `like`, `is null`, arithmetic and a dozen functions (docs/expressions.md).
///
/// ```swift
/// let adults = try RowExpression("age >= 18 and country in ('UA', 'PL')")
/// print(adults.columns)  // ["age", "country"]
/// ```
///
/// It is read once, checked against the columns before any row is read, and evaluated a column at
/// a time. Cost: about a nanosecond a row for each comparison or operation on numbers. It refuses
/// what is too long, too deep or too large to be written by a person.
public struct RowExpression: Sendable {
  /// What was written.
  public let text: String
  /// The columns that it looks at, in the order of their first mention.
  public let columns: [String]
  private let tree: ExpressionTree

  /// - Throws: `ExpressionError`, which points at the character.
  public init(_ text: String) throws {
    tree = try ExpressionParser.tree(of: text)
    self.text = text
    columns = tree.columns
  }

  /// The rows for which it is true: not those for which it is false or unknown.
  public func rows(of frame: Frame) throws -> [Int] {
    var machine = ExpressionMachine(try condition(frame.schema), over: frame)
    do { return try machine.trueRows() } catch let fault as ExpressionMachine.Fault {
      throw failure(fault, machine, place: "row \(fault.row + 1)")
    }
  }

  /// Its value for each row.
  public func column(of frame: Frame) throws -> Column {
    try column(of: frame) { "row \($0 + 1)" }
  }

  /// What its values are over columns of these types.
  public func type(over schema: Schema) throws -> ColumnType {
    if let own = ownColumn { return schema.fields[try place(of: own, in: schema)].type }
    return try value(over: schema).type.columnType
  }

  // MARK: For steps, which know where a row stands

  /// Checks that it is a condition over these columns, and makes its steps.
  func condition(_ schema: Schema, isGuess: Bool = false) throws -> ExpressionProgram {
    try ExpressionBinder.program(of: tree, for: .condition, over: schema, isGuess: isGuess)
  }

  /// Checks that it is a condition over these columns, whose types may be guesses.
  package func checkCondition(over schema: Schema, isGuess: Bool) throws {
    _ = try condition(schema, isGuess: isGuess)
  }

  func value(over schema: Schema, isGuess: Bool = false) throws -> ExpressionProgram {
    try ExpressionBinder.program(of: tree, for: .value, over: schema, isGuess: isGuess)
  }

  /// The field that its values make, while the types of the schema may be guesses.
  package func field(_ name: String, over schema: Schema, isGuess: Bool) throws -> Schema.Field {
    if let own = ownColumn {
      var field = schema.fields[try place(of: own, in: schema)]
      field.name = name
      return field
    }
    return Schema.Field(name, try value(over: schema, isGuess: isGuess).type.columnType)
  }

  package func column(of frame: Frame, place: (Int) -> String) throws -> Column {
    // A column by itself keeps its type, whatever that is.
    if let own = ownColumn { return frame.columns[try self.place(of: own, in: frame.schema)] }
    var machine = ExpressionMachine(try value(over: frame.schema), over: frame)
    do { return try machine.column() } catch let fault as ExpressionMachine.Fault {
      throw failure(fault, machine, place: place(fault.row))
    }
  }

  package func trueRows(of frame: Frame, place: (Int) -> String) throws -> [Int] {
    var machine = ExpressionMachine(try condition(frame.schema), over: frame)
    do { return try machine.trueRows() } catch let fault as ExpressionMachine.Fault {
      throw failure(fault, machine, place: place(fault.row))
    }
  }

  /// The column that is all there is to it.
  private var ownColumn: String? {
    guard case .column(let name) = tree.nodes[tree.root].kind else { return nil }
    return name
  }

  private func place(of name: String, in schema: Schema) throws -> Int {
    guard let place = schema.index(of: name) else {
      throw ExpressionError(
        .data, "there is no column '\(name)'", in: text, at: tree.nodes[tree.root].range,
        hint: nameHint(for: name, in: schema.names))
    }
    return place
  }

  /// What could not be computed, with the values that it was to be computed from.
  private func failure(
    _ fault: ExpressionMachine.Fault, _ machine: ExpressionMachine, place: String
  ) -> DataError {
    let step = machine.program.steps[fault.step]
    let part = String(decoding: Array(text.utf8)[step.range].prefix(60), as: UTF8.self)
    let values = machine.program.columns(of: fault.step).prefix(4).map { place in
      let field = machine.frame.schema.fields[place]
      return "\(field.name) = \(machine.frame.columns[place].fieldText(at: fault.row))"
    }
    let known = values.isEmpty ? "" : " (\(values.joined(separator: ", ")))"
    var isRemainder = false
    if case .integers(.remainder) = step.operation { isRemainder = true }
    return DataError(
      place: place, found: part,
      problem: isRemainder
        ? "divides by zero\(known)" : "is beyond the range of \(step.type.words)\(known)",
      hint: isRemainder
        ? "leave such rows out: ... <> 0 and ..., or if(... = 0, null, ...)"
        : step.type == .integer ? "numbers with a fraction have more room: * 1.0" : nil)
  }
}
