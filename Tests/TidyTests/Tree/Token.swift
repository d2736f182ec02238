/// A word or a sign of a source file.
struct Token: Sendable, Equatable {
  var text: String
  var line: Int
  /// Whether it stands right after the token before it.
  var touches: Bool
}

enum Language: Sendable { case swift, c }

/// Cuts a source into words and signs; comments vanish, a string becomes its two quotes with the
/// code of its interpolations between them.
///
/// It knows nested comments, quoted names, raw and multi-line strings and C's character constants. It does not
/// know Swift's bare regex literals: a quote in one is taken for the start of a string, to the end
/// of the line at most.
func tokenize(_ text: String, as language: Language) -> [Token] {
  var tokenizer = Tokenizer(bytes: Array(text.utf8), language: language)
  return tokenizer.run()
}

private struct Tokenizer {
  let bytes: [UInt8]
  let language: Language
  private var position = 0
  private var line = 1
  private var tokens: [Token] = []
  private var tokenEnd = -1
  /// The strings that we are inside of, each with the parentheses open in its interpolation;
  /// nil while in the text of the string itself.
  private var strings: [(hashes: Int, isMultiline: Bool, depth: Int?)] = []

  init(bytes: [UInt8], language: Language) {
    (self.bytes, self.language) = (bytes, language)
  }

  mutating func run() -> [Token] {
    while position < bytes.count {
      if let string = strings.last, string.depth == nil { readText(string) } else { readCode() }
    }
    return tokens
  }

  private func sees(_ text: StaticString, at offset: Int = 0) -> Bool {
    let start = position + offset
    guard start + text.utf8CodeUnitCount <= bytes.count else { return false }
    return text.description.utf8.enumerated().allSatisfy { bytes[start + $0.offset] == $0.element }
  }

  private func hashes(at offset: Int) -> Int {
    var count = 0
    while position + offset + count < bytes.count,
      bytes[position + offset + count] == UInt8(ascii: "#")
    { count += 1 }
    return count
  }

  private mutating func skip(_ count: Int) {
    for _ in 0..<count where position < bytes.count {
      if bytes[position] == UInt8(ascii: "\n") { line += 1 }
      position += 1
    }
  }

  private mutating func emit(_ count: Int) {
    let text = String(decoding: bytes[position..<position + count], as: UTF8.self)
    tokens.append(Token(text: text, line: line, touches: tokenEnd == position))
    skip(count)
    tokenEnd = position
  }

  private mutating func readCode() {
    let byte = bytes[position]
    if sees("//") {
      while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { skip(1) }
    } else if sees("/*") {
      skipComment()
    } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "#") {
      let hashes = hashes(at: 0)
      guard sees("\"", at: hashes), language == .swift || hashes == 0 else { return emit(1) }
      let isMultiline = language == .swift && sees("\"\"\"", at: hashes)
      strings.append((hashes, isMultiline, nil))
      emit(hashes + (isMultiline ? 3 : 1))
    } else if language == .c, byte == UInt8(ascii: "'") {
      skip(sees("\\", at: 1) ? 3 : 2)
      while position < bytes.count, bytes[position] != UInt8(ascii: "'"),
        bytes[position] != UInt8(ascii: "\n")
      { skip(1) }
      skip(1)
    } else if language == .swift, byte == UInt8(ascii: "`") {
      // A quoted name, which may be a whole sentence.
      var count = 1
      while position + count < bytes.count, !"`\n".utf8.contains(bytes[position + count]) {
        count += 1
      }
      emit(min(count + 1, bytes.count - position))
    } else if isWord(byte) {
      var count = 1
      while position + count < bytes.count, isWord(bytes[position + count]) { count += 1 }
      emit(count)
    } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte < 32 {
      skip(1)
    } else {
      if let depth = strings.last?.depth {
        if byte == UInt8(ascii: "(") { strings[strings.count - 1].depth = depth + 1 }
        if byte == UInt8(ascii: ")") {
          strings[strings.count - 1].depth = depth > 1 ? depth - 1 : nil
        }
      }
      emit(1)
    }
  }

  private mutating func skipComment() {
    var depth = 0
    repeat {
      if sees("/*"), language == .swift || depth == 0 {
        depth += 1
        skip(2)
      } else if sees("*/") {
        depth -= 1
        skip(2)
      } else {
        skip(1)
      }
    } while depth > 0 && position < bytes.count
  }

  private mutating func readText(_ string: (hashes: Int, isMultiline: Bool, depth: Int?)) {
    let quotes = string.isMultiline ? 3 : 1
    if string.isMultiline ? sees("\"\"\"") : sees("\""), hashes(at: quotes) >= string.hashes {
      strings.removeLast()
      emit(quotes + string.hashes)
    } else if sees("\\"), hashes(at: 1) >= string.hashes {
      if language == .swift, sees("(", at: 1 + string.hashes) {
        skip(1 + string.hashes)
        strings[strings.count - 1].depth = 1
        emit(1)
      } else {
        skip(2 + string.hashes)
      }
    } else {
      if sees("\n"), !string.isMultiline { strings.removeLast() }
      skip(1)
    }
  }

  private func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 128...:
      true
    default: false
    }
  }
}

extension [Token] {
  /// The index of the token that closes the bracket at `open`, or the last index.
  func close(of open: Int) -> Int {
    var depth = 0
    for index in open..<count {
      switch self[index].text {
      case "(", "[", "{": depth += 1
      case ")", "]", "}":
        depth -= 1
        if depth == 0 { return index }
      default: break
      }
    }
    return count - 1
  }

  /// The text of a token, or nothing past the end.
  func text(_ index: Int) -> String? { indices.contains(index) ? self[index].text : nil }
}
