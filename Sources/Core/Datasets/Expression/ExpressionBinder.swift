internal import Frames
internal import Platform

/// Checks an expression against the columns that there are and turns it into steps.
struct ExpressionBinder {
  let tree: ExpressionTree
  let schema: Schema
  /// Types that some columns are assumed to have, whatever the schema says.
  let assumed: [Int: ExpressionType]
  var program: ExpressionProgram
  /// The step of each node; nil for literals, which become steps where and as they are used.
  var places: [Int?] = []

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
  struct Mismatch: FailureConvertible {
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
