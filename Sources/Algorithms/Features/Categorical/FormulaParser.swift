internal import Platform

/// Reads `label ~ terms`: `+ - * : ^ ( )`, column names, `.`, `0` and `1`.
///
/// From loose to tight: `+` and `-`, then `*` (both and their product), then `:` (the product), then
/// `^` with a whole number. A name may hold letters, digits, dots and underscores; any other one
/// stands in backquotes.
struct FormulaParser {
  private typealias Term = Formula.Term

  private enum Token: Equatable {
    case name(String)
    case number(Int)
    case sign(UInt8)
  }

  private let text: String
  private var tokens: [(token: Token, place: Int)] = []
  private var next = 0

  static func formula(_ text: String) throws -> Formula {
    var parser = FormulaParser(text)
    try parser.tokenize()
    return try parser.formula()
  }

  private init(_ text: String) { self.text = text }

  private func failure(_ problem: String, at place: Int) -> Failure {
    Failure(
      .usage, "the formula '\(text)' \(problem), at character \(place + 1)",
      hint: "for example: y ~ a + b, y ~ . - id, y ~ a * b")
  }

  // MARK: Tokens

  private mutating func tokenize() throws {
    let bytes = Array(text.utf8)
    var place = 0
    func isLetter(_ byte: UInt8) -> Bool {
      (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")) || byte >= 0x80
        || byte == UInt8(ascii: "_")
    }
    func isDigit(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    while place < bytes.count {
      let start = place
      let byte = bytes[place]
      place += 1
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"): continue
      case UInt8(ascii: "`"):
        guard let end = bytes[place...].firstIndex(of: byte) else {
          throw failure("has a backquote without an end", at: start)
        }
        tokens.append((.name(String(decoding: bytes[place..<end], as: UTF8.self)), start))
        place = end + 1
      case _ where isDigit(byte):
        while place < bytes.count, isDigit(bytes[place]) { place += 1 }
        guard let number = Int(String(decoding: bytes[start..<place], as: UTF8.self)) else {
          throw failure("has too large a number", at: start)
        }
        tokens.append((.number(number), start))
      case _
      where isLetter(byte)
        || (byte == UInt8(ascii: ".") && place < bytes.count && isLetter(bytes[place])):
        while place < bytes.count,
          isLetter(bytes[place]) || isDigit(bytes[place]) || bytes[place] == UInt8(ascii: ".")
        { place += 1 }
        tokens.append((.name(String(decoding: bytes[start..<place], as: UTF8.self)), start))
      case _ where "~+-*:^().".utf8.contains(byte): tokens.append((.sign(byte), start))
      default: throw failure("has a character that means nothing", at: start)
      }
    }
  }

  private mutating func take(_ sign: String) -> Bool {
    guard let byte = sign.utf8.first, next < tokens.count, tokens[next].token == .sign(byte) else {
      return false
    }
    next += 1
    return true
  }

  private var place: Int { next < tokens.count ? tokens[next].place : text.utf8.count }

  // MARK: Grammar

  private mutating func formula() throws -> Formula {
    var label: String?
    if next < tokens.count, case .name(let name) = tokens[next].token {
      label = name
      next += 1
    }
    guard take("~") else { throw failure("needs a ~ behind the label", at: place) }
    let terms = try sum(depth: 0)
    guard next == tokens.count else { throw failure("goes on where it should end", at: place) }
    return Formula(label: label, terms: terms)
  }

  private mutating func sum(depth: Int) throws -> [Term] {
    var terms = try cross(depth)
    while true {
      if take("+") {
        terms += try cross(depth)
      } else if take("-") {
        terms += try cross(depth).map { .deletion($0) }
      } else {
        return terms
      }
    }
  }

  private mutating func cross(_ depth: Int) throws -> [Term] {
    var terms = try interaction(depth)
    while take("*") { terms = try crossed(terms, interaction(depth)) }
    return terms
  }

  private mutating func interaction(_ depth: Int) throws -> [Term] {
    var terms = try power(depth)
    while take(":") { terms = try products(terms, power(depth)) }
    return terms
  }

  private mutating func power(_ depth: Int) throws -> [Term] {
    let base = try operand(depth)
    guard take("^") else { return base }
    let start = place
    guard next < tokens.count, case .number(let degree) = tokens[next].token,
      (1...10).contains(degree)
    else { throw failure("needs a power from 1 to 10", at: start) }
    next += 1
    var terms = base
    for _ in 1..<degree { terms = try crossed(terms, base) }
    return terms
  }

  private mutating func operand(_ depth: Int) throws -> [Term] {
    let start = place
    if take("(") {
      guard depth < 50 else { throw failure("has too many brackets", at: start) }
      let terms = try sum(depth: depth + 1)
      guard take(")") else { throw failure("needs a )", at: place) }
      return terms
    }
    if take(".") { return [.product([.dot])] }
    guard next < tokens.count else { throw failure("ends too early", at: start) }
    defer { next += 1 }
    switch tokens[next].token {
    case .name(let name): return [.product([.column(name)])]
    case .number(let number) where number == 0 || number == 1: return [.intercept(number == 1)]
    case .number: throw failure("has a number other than 0 and 1", at: start)
    case .sign: throw failure("needs a column here", at: start)
    }
  }

  /// `a * b` is `a + b + a:b`.
  private func crossed(_ a: [Term], _ b: [Term]) throws -> [Term] {
    let terms = try a + b + products(a, b)
    guard terms.count <= 10_000 else { throw failure("has too many terms", at: place) }
    return terms
  }

  private func products(_ a: [Term], _ b: [Term]) throws -> [Term] {
    guard a.count * b.count <= 10_000 else { throw failure("has too many terms", at: place) }
    return try a.flatMap { one in
      try b.map { other in
        guard case .product(let left) = one, case .product(let right) = other else {
          throw failure("multiplies what is no column", at: place)
        }
        return .product(left + right)
      }
    }
  }
}
