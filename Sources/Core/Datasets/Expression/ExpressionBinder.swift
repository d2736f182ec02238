internal import Frames
internal import Platform

/// Checks an expression against the columns that there are and turns it into steps.
struct ExpressionBinder {
  private let tree: ExpressionTree
  private let schema: Schema
  /// Types that some columns are assumed to have, whatever the schema says.
  private let assumed: [Int: ExpressionType]
  private var program: ExpressionProgram
  /// The step of each node; nil for literals, which become steps where and as they are used.
  private var places: [Int?] = []

  /// What an expression is for.
  enum Purpose { case condition, value }

  /// The steps of an expression over columns; nothing is read for that.
  /// - Parameter isGuess: whether the types are only a guess from the first rows. A guess can be too
  ///   narrow (numbers, where a later row holds a text). So a column whose guess does not fit may
  ///   still turn out to; it is to be checked again when all rows are known.
  static func program(
    of tree: ExpressionTree, for purpose: Purpose, over schema: Schema, isGuess: Bool = false
  ) throws -> ExpressionProgram {
    var assumed: [Int: ExpressionType] = [:]
    while true {
      do {
        return try program(of: tree, for: purpose, over: schema, assuming: assumed)
      } catch let mismatch as Mismatch {
        let fixes = mismatch.wishes.filter { column, type in
          isGuess && assumed[column] == nil && schema.fields[column].type.mayTurnOut(type)
        }
        guard !fixes.isEmpty else { throw mismatch.error }
        for (column, type) in fixes { assumed[column] = type }
      }
    }
  }

  /// Types that do not go together, and which types of columns would.
  private struct Mismatch: FailureConvertible {
    var error: ExpressionError
    let wishes: [(column: Int, type: ExpressionType)]
    var failure: Failure { error.failure }
  }

  private static func program(
    of tree: ExpressionTree, for purpose: Purpose, over schema: Schema,
    assuming assumed: [Int: ExpressionType]
  ) throws -> ExpressionProgram {
    var binder = ExpressionBinder(
      tree: tree, schema: schema, assumed: assumed, program: ExpressionProgram(text: tree.text))
    for node in tree.nodes.indices { binder.places.append(try binder.bind(node)) }
    binder.program.result = try binder.result(for: purpose)
    return binder.program
  }

  /// The step of the whole, once it is known to be what it is for.
  private mutating func result(for purpose: Purpose) throws -> Int {
    let type = type(of: tree.root)
    switch purpose {
    case .condition where type == .missing: return try step(of: tree.root, as: .bool)
    case .condition where type != .bool:
      var mismatch = mismatch(tree.root, wanted: .bool)
      mismatch.error = ExpressionError(
        "the condition is \(type.words), neither true nor false", in: tree.text,
        at: range(tree.root), hint: "compare it with something: ... > 0, ... = 'a'")
      throw mismatch
    case .value where type == .missing:
      throw ExpressionError(
        "the value is missing for every row, so it has no type", in: tree.text,
        at: range(tree.root))
    case .condition, .value: return try step(of: tree.root)
    }
  }

  private init(
    tree: ExpressionTree, schema: Schema, assumed: [Int: ExpressionType],
    program: ExpressionProgram
  ) {
    self.tree = tree
    self.schema = schema
    self.assumed = assumed
    self.program = program
  }

  // MARK: Nodes

  private mutating func bind(_ node: Int) throws -> Int? {
    let children = tree.nodes[node].children
    switch tree.nodes[node].kind {
    case .column(let name):
      guard let place = schema.index(of: name) else {
        throw ExpressionError(
          .data, "there is no column '\(name)'", in: tree.text, at: range(node),
          hint: nameHint(for: name, in: schema.names))
      }
      return try add(
        .column(place), [], assumed[place] ?? ExpressionType(schema.fields[place].type), node)
    case .literal: return nil
    case .negate:
      let type = try numeric(children[0])
      return try add(.negate, [try step(of: children[0], as: type)], type, node)
    case .not:
      return try add(.not, [try step(of: children[0], as: .bool)], .bool, node)
    case .and, .or:
      let operands = try children.map { try step(of: $0, as: .bool) }
      if case .and = tree.nodes[node].kind { return try add(.and, operands, .bool, node) }
      return try add(.or, operands, .bool, node)
    case .compare(let comparison): return try compare(children, comparison, node)
    case .arithmetic(let arithmetic): return try bind(arithmetic, children, node)
    case .isMissing: return try add(.isMissing, [try step(of: children[0])], .bool, node)
    case .isAmong: return try among(children, node)
    case .like(let pattern):
      return try add(.like(pattern), [try step(of: children[0], as: .text)], .bool, node)
    case .call(let function): return try bind(function, children, node)
    }
  }

  private mutating func compare(
    _ children: [Int], _ comparison: ExpressionComparison, _ node: Int
  ) throws -> Int {
    let type = try comparableType(of: children, "compared", node)
    return try add(
      .compare(comparison), try children.map { try step(of: $0, as: type) }, .bool, node)
  }

  private mutating func bind(
    _ arithmetic: ExpressionArithmetic, _ children: [Int], _ node: Int
  ) throws -> Int {
    switch (type(of: children[0]), arithmetic, type(of: children[1])) {
    case (.date, .subtract, .date):
      return try add(.integers(.subtract), try children.map { try step(of: $0) }, .integer, node)
    case (.date, .add, .integer), (.date, .subtract, .integer):
      return try add(.days(arithmetic), try children.map { try step(of: $0) }, .date, node)
    case (.integer, .add, .date):
      let operands = try children.reversed().map { try step(of: $0) }
      return try add(.days(.add), operands, .date, node)
    default: break
    }
    let types = try children.map { try numeric($0) }
    let isWhole = arithmetic != .divide && !types.contains(.number)
    let type = isWhole ? ExpressionType.integer : .number
    let operands = try children.map { try step(of: $0, as: type) }
    return try add(isWhole ? .integers(arithmetic) : .numbers(arithmetic), operands, type, node)
  }

  private mutating func among(_ children: [Int], _ node: Int) throws -> Int {
    let items = children.dropFirst()
    let type = try comparableType(of: children, "looked for among each other", node)
    let isSet = items.allSatisfy { if case .literal = tree.nodes[$0].kind { true } else { false } }
    guard isSet, type != .bool else {
      // `x in (a, b)` is `x = a or x = b`.
      var found: Int?
      for item in items {
        let operands = [try step(of: children[0], as: type), try step(of: item, as: type)]
        let equal = try add(.compare(.equal), operands, .bool, node)
        found = try found.map { try add(.or, [$0, equal], .bool, node) } ?? equal
      }
      return try found ?? step(of: children[0], as: type)
    }
    var set = ExpressionSet()
    for item in items {
      guard case .literal(let literal) = tree.nodes[item].kind else { continue }
      switch try self.literal(literal, as: type, item) {
      case .missing, nil: set.hasMissing = true
      case .integer(let value), .date(let value), .datetime(let value), .timestamp(let value):
        set.integers.append(value)
      case .number(let value): set.numbers.append(value)
      case .text(let bytes): set.texts.append(bytes)
      case .bool: break
      }
    }
    set.integers.sort()
    set.numbers.sort()
    set.texts.sort { $0.lexicographicallyPrecedes($1) }
    return try add(.isAmong(set), [try step(of: children[0], as: type)], .bool, node)
  }

  private mutating func bind(
    _ function: ExpressionFunction, _ children: [Int], _ node: Int
  ) throws -> Int {
    let first = children[0]
    switch function {
    case .abs:
      let type = try numeric(first)
      return try add(.abs, [try step(of: first, as: type)], type, node)
    case .floor, .ceil, .round:
      let type = try numeric(first)
      if type == .integer { return try step(of: first, as: type) }
      let rule: FloatingPointRoundingRule =
        function == .floor ? .down : function == .ceil ? .up : .toNearestOrAwayFromZero
      return try add(.rounded(rule), [try step(of: first)], .number, node)
    case .sqrt: return try call(.squareRoot, first, as: .number, giving: .number, node)
    case .log: return try call(.logarithm, first, as: .number, giving: .number, node)
    case .exp: return try call(.exponential, first, as: .number, giving: .number, node)
    case .length: return try call(.characterCount, first, as: .text, giving: .integer, node)
    case .lower: return try call(.lowercase, first, as: .text, giving: .text, node)
    case .upper: return try call(.uppercase, first, as: .text, giving: .text, node)
    case .coalesce:
      let type = try commonType(of: children, "values of one coalesce", node)
      var present = try step(of: first, as: type)
      for child in children.dropFirst() {
        present = try add(.firstPresent, [present, try step(of: child, as: type)], type, node)
      }
      return present
    case .choose:
      let condition = try step(of: first, as: .bool)
      let type = try commonType(of: Array(children.dropFirst()), "values of one if", node)
      let values = try children.dropFirst().map { try step(of: $0, as: type) }
      return try add(.choose, [condition] + values, type, node)
    case .year: return try datePart(.year, first, node)
    case .month: return try datePart(.month, first, node)
    case .day: return try datePart(.day, first, node)
    case .weekday: return try datePart(.weekday, first, node)
    }
  }

  private mutating func call(
    _ operation: ExpressionProgram.Operation, _ child: Int, as type: ExpressionType,
    giving result: ExpressionType, _ node: Int
  ) throws -> Int {
    try add(operation, [try step(of: child, as: type)], result, node)
  }

  private mutating func datePart(
    _ part: ExpressionProgram.Operation, _ child: Int, _ node: Int
  ) throws -> Int {
    let isTime = type(of: child).isTime
    return try add(
      part, [try step(of: child, as: isTime ? type(of: child) : .date)], .integer, node)
  }

  // MARK: Types

  private func type(of node: Int) -> ExpressionType {
    if case .literal(let literal) = tree.nodes[node].kind { return literal.type }
    return places[node].map { program.steps[$0].type } ?? .missing
  }

  private func range(_ node: Int) -> Range<Int> { tree.nodes[node].range }

  /// The type of a node that must be a number; `null` counts as an integer.
  private func numeric(_ node: Int) throws -> ExpressionType {
    let type = type(of: node)
    if type == .missing { return .integer }
    guard type.isNumeric else { throw mismatch(node, wanted: .number) }
    return type
  }

  /// The one type in which all of some nodes can be had.
  ///
  /// A text in quotes is a date or a time where the others are.
  private func commonType(of nodes: [Int], _ purpose: String, _ node: Int) throws -> ExpressionType
  {
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
    guard nodes.contains(where: isTextLiteral), !common.isTime, common != .text else {
      return common
    }
    guard common == .missing else { throw incompatible(nodes, (common, .text), purpose, node) }
    return .text
  }

  /// The same for values to be compared: `null` alone counts as true or false.
  private func comparableType(of nodes: [Int], _ purpose: String, _ node: Int) throws
    -> ExpressionType
  {
    let type = try commonType(of: nodes, purpose, node)
    return type == .missing ? .bool : type
  }

  private func isTextLiteral(_ node: Int) -> Bool {
    if case .literal(.text) = tree.nodes[node].kind { true } else { false }
  }

  private func incompatible(
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

  private func mismatch(_ node: Int, wanted: ExpressionType) -> Mismatch {
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
  private func column(of node: Int) -> (place: Int, type: ExpressionType)? {
    guard let step = places[node], case .column(let place) = program.steps[step].operation else {
      return nil
    }
    return (place, program.steps[step].type)
  }

  /// The step that gives a node's values as they are.
  private mutating func step(of node: Int) throws -> Int {
    try step(of: node, as: type(of: node))
  }

  /// The step that gives a node's values as a type.
  private mutating func step(of node: Int, as wanted: ExpressionType) throws -> Int {
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

  private func literal(
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

  private mutating func add(
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

extension ColumnType {
  /// Whether a column of which the first rows are of this type may turn out to be of another.
  fileprivate func mayTurnOut(_ type: ExpressionType) -> Bool {
    switch self {
    case .text, .texts, .vector: false
    case .bool, .date, .datetime, .timestamp: type == .text
    // A column of which nothing was seen yet counts as numbers.
    case .int32, .int64, .float32, .float64: true
    }
  }
}
