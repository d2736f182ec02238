/// One word of an expression, and the bytes that it stands at.
struct ExpressionToken: Equatable {
  enum Kind: Equatable {
    /// A bare name: a column, a function or a word of the grammar.
    case word(String)
    /// A name in double quotes: always a column.
    case quoted(String)
    case integer(Int64)
    case number(Double)
    case text(String)
    /// `<=`, `(`, `+`, ...
    case sign(String)
    case end
  }

  let kind: Kind
  let range: Range<Int>

  /// A word of the grammar, whatever its case.
  func isWord(_ word: String) -> Bool {
    if case .word(let own) = kind { own.lowercased() == word } else { false }
  }

  func isSign(_ sign: String) -> Bool { kind == .sign(sign) }
}

/// Cuts an expression into its words.
struct ExpressionLexer {
  /// More text than this is no expression that a person wrote.
  static let byteLimit = 65_536

  private let text: String
  private let bytes: [UInt8]
  private var place = 0

  private init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }

  /// All words in order, the last one `end`.
  static func tokens(of text: String) throws -> [ExpressionToken] {
    guard text.utf8.count <= byteLimit else {
      throw ExpressionError(
        "the expression has \(text.utf8.count) bytes, more than \(byteLimit)", in: text, at: 0..<0)
    }
    var lexer = ExpressionLexer(text)
    var tokens: [ExpressionToken] = []
    while true {
      let token = try lexer.next()
      tokens.append(token)
      if token.kind == .end { return tokens }
    }
  }

  private mutating func next() throws -> ExpressionToken {
    while let byte = peek(), [0x20, 0x09, 0x0A, 0x0D].contains(byte) { place += 1 }
    let start = place
    guard let byte = peek() else { return ExpressionToken(kind: .end, range: start..<start) }
    let kind: ExpressionToken.Kind
    if Self.startsWord(byte) {
      while let byte = peek(), Self.continuesWord(byte) { place += 1 }
      kind = .word(String(decoding: bytes[start..<place], as: UTF8.self))
    } else if Self.isDigit(byte) || byte == UInt8(ascii: ".") && peek(1).map(Self.isDigit) == true {
      kind = try number(from: start)
    } else if byte == UInt8(ascii: "'") {
      kind = .text(try enclosed("'", what: "text"))
    } else if byte == UInt8(ascii: "\"") {
      kind = .quoted(try enclosed("\"", what: "column name"))
    } else {
      kind = try sign(from: start)
    }
    return ExpressionToken(kind: kind, range: start..<place)
  }

  private mutating func number(from start: Int) throws -> ExpressionToken.Kind {
    var isWhole = true
    skipDigits()
    if peek() == UInt8(ascii: ".") {
      isWhole = false
      place += 1
      skipDigits()
    }
    if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
      let sign = peek(1).map { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") } ?? false
      if let digit = peek(sign ? 2 : 1), Self.isDigit(digit) {
        isWhole = false
        place += sign ? 2 : 1
        skipDigits()
      }
    }
    let digits = String(decoding: bytes[start..<place], as: UTF8.self)
    if let byte = peek(), Self.continuesWord(byte) || byte == UInt8(ascii: ".") {
      while let byte = peek(), Self.continuesWord(byte) || byte == UInt8(ascii: ".") { place += 1 }
      throw error(
        "this is neither a number nor a name", start..<place,
        hint: "a column name that begins with a digit stands in double quotes")
    }
    if isWhole, let value = Int64(digits) { return .integer(value) }
    guard let value = Double(digits), value.isFinite else {
      throw error("this number is too large", start..<place)
    }
    return .number(value)
  }

  private mutating func enclosed(_ mark: Unicode.Scalar, what: String) throws -> String {
    let quote = UInt8(ascii: mark)
    let start = place
    place += 1
    var content: [UInt8] = []
    while let byte = peek() {
      place += 1
      if byte != quote {
        content.append(byte)
      } else if peek() == quote {
        content.append(quote)
        place += 1
      } else {
        return String(decoding: content, as: UTF8.self)
      }
    }
    throw error(
      "the \(what) that begins here is never closed", start..<start + 1,
      hint: "within it, the quote itself is written twice")
  }

  private mutating func sign(from start: Int) throws -> ExpressionToken.Kind {
    for sign in ["<=", ">=", "<>", "!=", "=="] where bytes[start...].starts(with: sign.utf8) {
      place += 2
      return .sign(sign)
    }
    let one = String(decoding: bytes[start..<start + 1], as: UTF8.self)
    if "=<>()+-*/%,".contains(one) {
      place += 1
      return .sign(one)
    }
    let hints = [
      ".": "a column name with a dot in it stands in double quotes", "&": "write 'and'",
      "|": "write 'or'", "!": "write 'not', or '!='", "`": "names stand in double quotes",
      "^": "there is no power: write x * x",
    ]
    throw error("'\(character(at: start))' means nothing here", start..<start + 1, hint: hints[one])
  }

  /// The whole character that begins at a byte.
  private func character(at start: Int) -> Character {
    String(decoding: bytes[start..<min(bytes.count, start + 16)], as: UTF8.self).first ?? " "
  }

  private mutating func skipDigits() {
    while let byte = peek(), Self.isDigit(byte) { place += 1 }
  }

  private func peek(_ ahead: Int = 0) -> UInt8? {
    place + ahead < bytes.count ? bytes[place + ahead] : nil
  }

  private func error(_ problem: String, _ range: Range<Int>, hint: String? = nil) -> ExpressionError
  {
    ExpressionError(problem, in: text, at: range, hint: hint)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  /// Letters, `_`, and every character beyond ASCII.
  private static func startsWord(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte == UInt8(ascii: "_") || (0x61...0x7A).contains(byte | 0x20)
  }

  private static func continuesWord(_ byte: UInt8) -> Bool { startsWord(byte) || isDigit(byte) }
}
