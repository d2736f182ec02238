internal import Frames
internal import Platform

extension ExpressionBinder {
  func type(of node: Int) -> ExpressionType {
    if case .literal(let literal) = tree.nodes[node].kind { return literal.type }
    return places[node].map { program.steps[$0].type } ?? .missing
  }

  func range(_ node: Int) -> Range<Int> { tree.nodes[node].range }

  /// The type of a node that must be a number; `null` counts as an integer.
  func numeric(_ node: Int) throws -> ExpressionType {
    let type = type(of: node)
    if type == .missing { return .integer }
    guard type.isNumeric else { throw mismatch(node, wanted: .number) }
    return type
  }

  /// The one type in which all of some nodes can be had.
  ///
  /// A text in quotes is a date or a time where the others are.
  func commonType(of nodes: [Int], _ purpose: String, _ node: Int) throws -> ExpressionType {
    var common = ExpressionType.missing
    for child in nodes where !isTextLiteral(child) {
      let own = type(of: child)
      if own == .missing || own == common { continue }
      if common == .missing {
        common = own
      } else if common.isNumeric && own.isNumeric {
        common = .number
      } else if [common, own] == [.date, .datetime] || [common, own] == [.datetime, .date] {
        common = .datetime
      } else {
        throw incompatible(nodes, (common, own), purpose, node)
      }
    }
    if common == .opaque { throw mismatch(nodes[0], wanted: .text) }
    if common.isTime { try checkTimes(nodes, common) }
    guard nodes.contains(where: isTextLiteral), !common.isTime, common != .text else {
      return common
    }
    guard common == .missing else { throw incompatible(nodes, (common, .text), purpose, node) }
    return .text
  }

  /// Texts in quotes beside dates or times must be such, unless the column turns out to be text.
  func checkTimes(_ nodes: [Int], _ type: ExpressionType) throws {
    for node in nodes where isTextLiteral(node) {
      guard case .literal(let literal) = tree.nodes[node].kind else { continue }
      do { _ = try self.literal(literal, as: type, node) } catch let error as ExpressionError {
        let columns = nodes.compactMap { column(of: $0)?.place }
        throw Mismatch(error: error, wishes: columns.map { ($0, .text) })
      }
    }
  }

  /// The same for values to be compared: `null` alone counts as true or false.
  func comparableType(of nodes: [Int], _ purpose: String, _ node: Int) throws
    -> ExpressionType
  {
    let type = try commonType(of: nodes, purpose, node)
    return type == .missing ? .bool : type
  }

  func isTextLiteral(_ node: Int) -> Bool {
    if case .literal(.text) = tree.nodes[node].kind { true } else { false }
  }

  func incompatible(
    _ nodes: [Int], _ types: (ExpressionType, ExpressionType), _ purpose: String, _ node: Int
  ) -> Mismatch {
    let pair = [types.0, types.1]
    var hint: String?
    if pair.contains(.text), pair.contains(where: \.isNumeric) {
      hint = "a text stands in single quotes, a number in none"
    } else if pair.contains(.text), pair.contains(where: \.isTime) {
      hint = "dates that are texts compare with texts in quotes: day >= '2024-01-31'"
    } else if pair.contains(.timestamp), pair.contains(where: \.isTime) {
      hint = "name the zone: timestamp '2024-01-31T00:00Z'"
    } else if pair.contains(.bool) {
      hint = "true and false are no numbers: if(x, 1, 0) makes one"
    }
    let columns = nodes.compactMap { column(of: $0) }
    return Mismatch(
      error: ExpressionError(
        "\(types.0.words) and \(types.1.words) cannot be \(purpose)", in: tree.text,
        at: range(node), hint: hint),
      wishes: columns.map { ($0.place, $0.type == types.0 ? types.1 : types.0) })
  }

  func mismatch(_ node: Int, wanted: ExpressionType) -> Mismatch {
    let name = String(
      decoding: Array(tree.text.utf8)[range(node)].prefix(40), as: UTF8.self)
    let hint: String? =
      wanted == .bool
      ? "a condition compares: \(name) > 0, \(name) = 'a', \(name) is null"
      : type(of: node) == .opaque ? "of these one can only ask whether they are null" : nil
    return Mismatch(
      error: ExpressionError(
        "'\(name)' is \(type(of: node).words), where \(wanted.words) is expected", in: tree.text,
        at: range(node), hint: hint),
      wishes: [column(of: node).map { ($0.place, wanted) }].compactMap { $0 })
  }

  /// The column that a node is, with the type that it has here.
  func column(of node: Int) -> (place: Int, type: ExpressionType)? {
    guard let step = places[node], case .column(let place) = program.steps[step].operation else {
      return nil
    }
    return (place, program.steps[step].type)
  }

  /// The step that gives a node's values as they are.
  mutating func step(of node: Int) throws -> Int {
    try step(of: node, as: type(of: node))
  }

  /// The step that gives a node's values as a type.
  mutating func step(of node: Int, as wanted: ExpressionType) throws -> Int {
    guard let place = places[node] else {
      guard case .literal(let literal) = tree.nodes[node].kind,
        let converted = try self.literal(literal, as: wanted, node)
      else { throw mismatch(node, wanted: wanted) }
      return try add(.literal(converted), [], wanted, node)
    }
    switch (program.steps[place].type, wanted) {
    case (let type, _) where type == wanted: return place
    case (.integer, .number): return try add(.integerToNumber, [place], .number, node)
    case (.date, .datetime): return try add(.dateToDatetime, [place], .datetime, node)
    case (.missing, _): return try add(.literal(.missing), [], wanted, node)
    default: throw mismatch(node, wanted: wanted)
    }
  }

  func literal(
    _ literal: ExpressionLiteral, as wanted: ExpressionType, _ node: Int
  ) throws -> ExpressionLiteral? {
    switch (literal, wanted) {
    case (.missing, _): return .missing
    case (_, literal.type): return literal
    case (.integer(let value), .number): return .number(Double(value))
    case (.date(let days), .datetime):
      let (product, overflow) = days.multipliedReportingOverflow(by: microsecondsPerDay)
      return overflow ? nil : .datetime(product)
    case (.text(let bytes), _) where wanted.isTime:
      let text = String(decoding: bytes, as: UTF8.self)
      let time =
        wanted == .date ? ExpressionLiteral(date: text) : ExpressionLiteral(timestamp: text)
      guard let time, time.type == wanted else {
        throw ExpressionError(
          "this text is not \(wanted.words)", in: tree.text, at: range(node),
          hint: wanted == .date
            ? "write '2024-01-31'"
            : wanted == .datetime
              ? "write '2024-01-31 14:05', without a zone"
              : "write '2024-01-31T14:05Z', or '+02:00' for the zone")
      }
      return time
    default: return nil
    }
  }

  mutating func add(
    _ operation: ExpressionProgram.Operation, _ operands: [Int], _ type: ExpressionType, _ node: Int
  ) throws -> Int {
    guard program.steps.count < ExpressionProgram.stepLimit else {
      throw ExpressionError(
        "the expression needs more than \(ExpressionProgram.stepLimit) steps", in: tree.text,
        at: range(node))
    }
    program.steps.append(
      .init(operation: operation, operands: operands, type: type, range: range(node)))
    return program.steps.count - 1
  }
}
