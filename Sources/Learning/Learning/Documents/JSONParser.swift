public import Platform

extension JSONValue {
  /// Reads one strict JSON document; what is not JSON is refused with line and column.
  ///
  /// Refused too: names that come twice, nesting beyond `depthLimit`, text that is no UTF-8, and
  /// numbers too large for a Double. Time and memory are linear in the bytes given.
  public init(parsing bytes: [UInt8], depthLimit: Int = 64) throws(JSONError) {
    var parser = JSONParser(bytes: bytes, depthLimit: depthLimit)
    self = try parser.document()
  }

  /// Reads one strict JSON document from a text.
  public init(parsing text: String, depthLimit: Int = 64) throws(JSONError) {
    try self.init(parsing: Array(text.utf8), depthLimit: depthLimit)
  }
}

/// A text that is no JSON document: what was wrong, and where.
public struct JSONError: FailureConvertible, Equatable {
  public let fault: String
  /// Counted from 1; the column counts bytes.
  public let line: Int
  public let column: Int

  public var failure: Failure {
    Failure(.data, "this is no JSON document", causes: [description])
  }
}

extension JSONError: CustomStringConvertible {
  public var description: String { "line \(line), column \(column): \(fault)" }
}

/// The parser of documents that may come from anywhere.
///
/// Our own, because Foundation's takes the last of two equal names in silence, limits depth only
/// at 512, and does not tell `1` from `1.0`; and because the start of the program pays for it.
struct JSONParser {
  let bytes: [UInt8]
  let depthLimit: Int
  private var place = 0

  init(bytes: [UInt8], depthLimit: Int) {
    self.bytes = bytes
    self.depthLimit = depthLimit
  }

  mutating func document() throws(JSONError) -> JSONValue {
    let value = try value(depth: 0)
    skipSpace()
    if place < bytes.count { throw error("more text after the document") }
    return value
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private func error(_ fault: String, at place: Int? = nil) -> JSONError {
    let before = bytes.prefix(place ?? self.place)
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let line = before.reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    return JSONError(fault: fault, line: line, column: before.count - start + 1)
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      place += 1
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    place += 1
    return true
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    skipSpace()
    switch next {
    case nil: throw error("the text ends where a value should be")
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try list(depth: depth + 1)
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "t"): return try word("true", .flag(true))
    case UInt8(ascii: "f"): return try word("false", .flag(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(
    _ word: StaticString, _ value: JSONValue
  ) throws(JSONError) -> JSONValue {
    let expected = Array(word.description.utf8)
    guard bytes[place...].starts(with: expected) else { throw error("no JSON value") }
    place += expected.count
    return value
  }

  private mutating func list(depth: Int) throws(JSONError) -> JSONValue {
    guard depth <= depthLimit else { throw error("nested deeper than \(depthLimit)") }
    place += 1
    var values: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .list(values) }
    while true {
      values.append(try value(depth: depth))
      skipSpace()
      if take(UInt8(ascii: "]")) { return .list(values) }
      guard take(UInt8(ascii: ",")) else { throw error("no , or ] after a value of a list") }
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
    guard depth <= depthLimit else { throw error("nested deeper than \(depthLimit)") }
    let start = place
    place += 1
    var members: [JSONObject.Member] = []
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(JSONObject(uniqueMembers: members)) }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw error("no name of a member") }
      let name = try text()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw error("no : after a name") }
      members.append(JSONObject.Member(name, try value(depth: depth)))
      skipSpace()
      if take(UInt8(ascii: "}")) { break }
      guard take(UInt8(ascii: ",")) else { throw error("no , or } after a member") }
    }
    let object = JSONObject(uniqueMembers: members)
    let sorted = object.sorted
    for (one, other) in zip(sorted, sorted.dropFirst()) where sameBytes(one.name, other.name) {
      let name = String(String.UnicodeScalarView(one.name.unicodeScalars.prefix(60)))
      let shown = JSONValue.text(name).printed(.line)
      throw error("the name \(shown) comes twice in an object", at: start)
    }
    return .object(object)
  }
}

// MARK: Numbers and texts

extension JSONParser {
  private mutating func digits() -> Int {
    let start = place
    while let byte = next, isDigit(byte) { place += 1 }
    return place - start
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = place
    _ = take(UInt8(ascii: "-"))
    let isZero = next == UInt8(ascii: "0")
    let count = digits()
    guard count > 0 else { throw error("no JSON value", at: start) }
    if isZero, count > 1 { throw error("a number that starts with 0", at: start) }
    var isInteger = true
    if take(UInt8(ascii: ".")) {
      isInteger = false
      guard digits() > 0 else { throw error("no digit after the point") }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isInteger = false
      place += 1
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard digits() > 0 else { throw error("no digit in the exponent") }
    }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    // Minus zero is a number of its own, which no Int can hold.
    if isInteger, text != "-0", let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw error("the number \(text.prefix(60)) is too large", at: start)
    }
    return .number(value)
  }

  private mutating func text() throws(JSONError) -> String {
    let start = place
    place += 1
    var decoded: [UInt8] = []
    while true {
      guard let byte = next else { throw error("a text that does not end", at: start) }
      switch byte {
      case UInt8(ascii: "\""):
        place += 1
        guard let text = String(validating: decoded, as: UTF8.self) else {
          throw error("a text that is no UTF-8", at: start)
        }
        return text
      case UInt8(ascii: "\\"):
        place += 1
        try escape(into: &decoded)
      case 0..<0x20: throw error("a control character in a text")
      default:
        decoded.append(byte)
        place += 1
      }
    }
  }

  private mutating func escape(into decoded: inout [UInt8]) throws(JSONError) {
    guard let byte = next else { throw error("a text that does not end") }
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(byte)
    case UInt8(ascii: "b"): decoded.append(0x08)
    case UInt8(ascii: "f"): decoded.append(0x0C)
    case UInt8(ascii: "n"): decoded.append(0x0A)
    case UInt8(ascii: "r"): decoded.append(0x0D)
    case UInt8(ascii: "t"): decoded.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if code >= 0xD800, code < 0xDC00 {
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
          throw error("half a character")
        }
        let low = try hexadecimal()
        guard low >= 0xDC00, low < 0xE000 else { throw error("half a character") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw error("half a character") }
      decoded.append(contentsOf: Array(String(scalar).utf8))
    default: throw error("an unknown escape", at: place - 1)
    }
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("no hexadecimal digit")
      }
      code = code << 4 + UInt32(digit)
      place += 1
    }
    return code
  }
}
