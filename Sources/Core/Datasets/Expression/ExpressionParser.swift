internal import Frames
internal import Platform

/// Reads the words of an expression into a tree, by recursive descent.
///
/// From the loosest to the tightest: `or`, `and`, `not`, comparisons and `is null`, `+ -`, `* / %`,
/// the sign, a value. Only parentheses, `not`, signs and calls recurse, and no deeper than `depthLimit`.
struct ExpressionParser {
  /// How deep parentheses, calls and signs may nest.
  static let depthLimit = 100

  private let tokens: [ExpressionToken]
  private var place = 0
  private var depth = 0
  private var tree: ExpressionTree

  /// The tree of a whole text; an error points at the first word that does not fit.
  static func tree(of text: String) throws -> ExpressionTree {
    var parser = ExpressionParser(
      tokens: try ExpressionLexer.tokens(of: text), tree: ExpressionTree(text: text))
    if parser.next.kind == .end { throw parser.error("the expression is empty") }
    _ = try parser.disjunction()
    if parser.next.kind != .end { throw parser.unexpected() }
    return parser.tree
  }

  private init(tokens: [ExpressionToken], tree: ExpressionTree) {
    self.tokens = tokens
    self.tree = tree
  }

  // MARK: The grammar, a function a level; each returns the place of its node

  private mutating func disjunction() throws -> Int {
    try nested { parser in
      var left = try parser.conjunction()
      while parser.take(word: "or") {
        left = parser.add(.or, [left, try parser.conjunction()])
      }
      return left
    }
  }

  private mutating func conjunction() throws -> Int {
    var left = try negation()
    while take(word: "and") { left = add(.and, [left, try negation()]) }
    return left
  }

  private mutating func negation() throws -> Int {
    let start = next.range.lowerBound
    guard take(word: "not") else { return try predicate() }
    return add(.not, [try nested { try $0.negation() }], from: start)
  }

  private mutating func predicate() throws -> Int {
    var left = try sum()
    if let comparison = takeComparison() {
      left = add(.compare(comparison), [left, try sum()])
      if peekComparison() != nil {
        throw error(
          "comparisons cannot follow each other", hint: "join two of them with 'and'")
      }
    } else {
      let isNegated = next.isWord("not")
      if isNegated { place += 1 }
      if take(word: "in") {
        left = try membership(of: left)
      } else if take(word: "between") {
        left = try range(of: left)
      } else if take(word: "like") {
        left = try likeness(of: left)
      } else if isNegated {
        throw unexpected("'in', 'between' or 'like'")
      }
      if isNegated { left = add(.not, [left]) }
    }
    while take(word: "is") {
      let isNegated = take(word: "not")
      guard take(word: "null") else { throw unexpected("'null'") }
      left = add(.isMissing, [left], until: last.range.upperBound)
      if isNegated { left = add(.not, [left]) }
    }
    return left
  }

  private mutating func membership(of left: Int) throws -> Int {
    try expect("(")
    var items: [Int] = []
    repeat { items.append(try sum()) } while take(sign: ",")
    try expect(")")
    return add(.isAmong, [left] + items, until: last.range.upperBound)
  }

  private mutating func range(of left: Int) throws -> Int {
    let lowest = try sum()
    guard take(word: "and") else { throw unexpected("'and', as in 'between 1 and 5'") }
    let highest = try sum()
    let bounds = [
      add(.compare(.greaterOrEqual), [left, lowest]), add(.compare(.lessOrEqual), [left, highest]),
    ]
    return add(.and, bounds)
  }

  private mutating func likeness(of left: Int) throws -> Int {
    guard case .text(let pattern) = next.kind else { throw unexpected("a pattern like 'L%'") }
    let token = next
    place += 1
    var escape: Character?
    if take(word: "escape") {
      guard case .text(let text) = next.kind, text.unicodeScalars.count == 1 else {
        throw unexpected("one character in quotes")
      }
      escape = text.first
      place += 1
    }
    guard let like = LikePattern(pattern, escape: escape) else {
      throw ExpressionError(
        "the pattern ends in its escape character", in: tree.text, at: token.range)
    }
    return add(.like(like), [left], until: last.range.upperBound)
  }

  private mutating func sum() throws -> Int {
    var left = try product()
    while true {
      if take(sign: "+") {
        left = add(.arithmetic(.add), [left, try product()])
      } else if take(sign: "-") {
        left = add(.arithmetic(.subtract), [left, try product()])
      } else {
        return left
      }
    }
  }

  private mutating func product() throws -> Int {
    var left = try signed()
    while true {
      if take(sign: "*") {
        left = add(.arithmetic(.multiply), [left, try signed()])
      } else if take(sign: "/") {
        left = add(.arithmetic(.divide), [left, try signed()])
      } else if take(sign: "%") {
        left = add(.arithmetic(.remainder), [left, try signed()])
      } else {
        return left
      }
    }
  }

  private mutating func signed() throws -> Int {
    let start = next.range.lowerBound
    if take(sign: "+") { return try nested { try $0.signed() } }
    guard take(sign: "-") else { return try value() }
    // A number with its sign is one value: the least integer has no counterpart above zero.
    let number = next
    switch number.kind {
    case .integer(let value):
      place += 1
      return add(.literal(.integer(-value)), [], from: start, until: number.range.upperBound)
    case .number(let value):
      place += 1
      let literal: ExpressionLiteral = value == 0x1p63 ? .integer(.min) : .number(-value)
      return add(.literal(literal), [], from: start, until: number.range.upperBound)
    default: return add(.negate, [try nested { try $0.signed() }], from: start)
    }
  }

  private mutating func value() throws -> Int {
    let token = next
    place += 1
    switch token.kind {
    case .integer(let value): return add(.literal(.integer(value)), [], at: token)
    case .number(let value): return add(.literal(.number(value)), [], at: token)
    case .text(let text): return add(.literal(.text(Array(text.utf8))), [], at: token)
    case .quoted(let name): return add(.column(name), [], at: token)
    case .sign("("):
      let inner = try disjunction()
      try expect(")")
      tree.nodes[inner].range = token.range.lowerBound..<last.range.upperBound
      return inner
    case .word(let word):
      if next.isSign("("), !Self.isReserved(word) { return try call(word, token) }
      return add(
        try namedValue(word, token), [], from: token.range.lowerBound, until: last.range.upperBound)
    case .sign, .end:
      place -= 1
      throw unexpected("a value")
    }
  }

  /// A literal that is a word, or a column.
  private mutating func namedValue(_ word: String, _ token: ExpressionToken) throws
    -> ExpressionTree.Kind
  {
    switch word.lowercased() {
    case "null": return .literal(.missing)
    case "true": return .literal(.bool(true))
    case "false": return .literal(.bool(false))
    case "date", "timestamp":
      guard case .text(let text) = next.kind else { return .column(word) }
      let range = next.range
      place += 1
      let literal =
        word.lowercased() == "date"
        ? ExpressionLiteral(date: text) : ExpressionLiteral(timestamp: text)
      guard let literal else {
        throw ExpressionError(
          "this is no \(word.lowercased())", in: tree.text, at: range,
          hint: word.lowercased() == "date"
            ? "write date '2024-01-31'"
            : "write timestamp '2024-01-31 14:05', with 'Z' or '+02:00' behind where it has a zone")
      }
      return .literal(literal)
    default:
      guard !Self.isReserved(word) else {
        place -= 1
        throw unexpected("a value")
      }
      return .column(word)
    }
  }

  private mutating func call(_ word: String, _ token: ExpressionToken) throws -> Int {
    let all = ExpressionFunction.allCases
    guard let function = all.first(where: { $0.rawValue == word.lowercased() }) else {
      throw ExpressionError(
        "there is no function '\(word)'", in: tree.text, at: token.range,
        hint: nameHint(for: word, in: all.map(\.rawValue)))
    }
    try expect("(")
    var arguments: [Int] = []
    if !next.isSign(")") {
      repeat { arguments.append(try disjunction()) } while take(sign: ",")
    }
    try expect(")")
    let range = token.range.lowerBound..<last.range.upperBound
    guard function.argumentCounts.contains(arguments.count) else {
      throw ExpressionError(
        "\(function.rawValue) was given \(arguments.count) arguments", in: tree.text, at: range,
        hint: "it is called \(function.usage)")
    }
    return add(.call(function), arguments, from: range.lowerBound, until: range.upperBound)
  }

  // MARK: Words

  private var next: ExpressionToken { tokens[min(place, tokens.count - 1)] }
  private var last: ExpressionToken { tokens[max(0, place - 1)] }

  private mutating func take(word: String) -> Bool {
    guard next.isWord(word) else { return false }
    place += 1
    return true
  }

  private mutating func take(sign: String) -> Bool {
    guard next.isSign(sign) else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ sign: String) throws {
    guard take(sign: sign) else { throw unexpected("'\(sign)'") }
  }

  private func peekComparison() -> ExpressionComparison? {
    guard case .sign(let sign) = next.kind else { return nil }
    return switch sign {
    case "=", "==": .equal
    case "!=", "<>": .unequal
    case "<": .less
    case "<=": .lessOrEqual
    case ">": .greater
    case ">=": .greaterOrEqual
    default: nil
    }
  }

  private mutating func takeComparison() -> ExpressionComparison? {
    guard let comparison = peekComparison() else { return nil }
    place += 1
    return comparison
  }

  private static func isReserved(_ word: String) -> Bool {
    ["and", "or", "not", "in", "is", "between", "like", "escape", "null", "true", "false"].contains(
      word.lowercased())
  }

  // MARK: Nodes and errors

  private mutating func nested(_ body: (inout Self) throws -> Int) throws -> Int {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else {
      throw error("the expression is nested more than \(Self.depthLimit) deep")
    }
    return try body(&self)
  }

  /// Adds a node; it spans its children, and what `start` and `end` say beyond them.
  private mutating func add(
    _ kind: ExpressionTree.Kind, _ children: [Int], from start: Int? = nil, until end: Int? = nil
  ) -> Int {
    let ranges = children.map { tree.nodes[$0].range }
    let lower = start ?? ranges.map(\.lowerBound).min() ?? 0
    let upper = end ?? ranges.map(\.upperBound).max() ?? lower
    tree.nodes.append(.init(kind: kind, children: children, range: lower..<max(lower, upper)))
    return tree.nodes.count - 1
  }

  private mutating func add(
    _ kind: ExpressionTree.Kind, _ children: [Int], at token: ExpressionToken
  ) -> Int {
    add(kind, children, from: token.range.lowerBound, until: token.range.upperBound)
  }

  private func error(_ problem: String, hint: String? = nil) -> ExpressionError {
    ExpressionError(problem, in: tree.text, at: next.range, hint: hint)
  }

  private func unexpected(_ wanted: String? = nil) -> ExpressionError {
    let wish = wanted.map { ", where \($0) is expected" } ?? ""
    switch next.kind {
    case .end: return error("the expression ends here\(wish)")
    case .quoted, .word, .integer, .number, .text, .sign:
      let word = String(decoding: Array(tree.text.utf8)[next.range].prefix(40), as: UTF8.self)
      return error("'\(word)' does not fit here\(wish)")
    }
  }
}

extension ExpressionLiteral {
  /// A day, `2024-01-31`.
  init?(date text: String) {
    guard let date = CivilDate(text) else { return nil }
    self = .date(Int64(date.daysSinceEpoch))
  }

  /// A time, which is an instant where its zone is named; a day alone is its midnight.
  init?(timestamp text: String) {
    if let date = CivilDate(text) {
      self = .datetime(Int64(date.daysSinceEpoch) * microsecondsPerDay)
    } else if let time = ParsedTimestamp(text) {
      self = time.hasZone ? .timestamp(time.microseconds) : .datetime(time.microseconds)
    } else {
      return nil
    }
  }
}
