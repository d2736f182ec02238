public import Platform

/// What is wrong with an expression, and at which of its characters.
public struct ExpressionError: FailureConvertible, Equatable {
  /// `usage` where the words are wrong, `data` where a column is not there.
  public var kind: Failure.Kind
  public var problem: String
  /// The whole expression.
  public var text: String
  /// The UTF-8 bytes of it that are meant.
  public var range: Range<Int>
  public var hint: String?

  public init(
    _ kind: Failure.Kind, _ problem: String, in text: String, at range: Range<Int>,
    hint: String? = nil
  ) {
    self.kind = kind
    self.problem = problem
    self.text = text
    self.range = range
    self.hint = hint
  }

  /// Words that are wrong.
  init(_ problem: String, in text: String, at range: Range<Int>, hint: String? = nil) {
    self.init(.usage, problem, in: text, at: range, hint: hint)
  }

  public var failure: Failure { Failure(kind, "\(problem)\n\(marked)", hint: hint) }

  /// The line in question with a mark under the place; both clipped where they are long.
  var marked: String {
    let bytes = Array(text.utf8)
    let start = min(range.lowerBound, bytes.count)
    let isBreak = { (byte: UInt8) in byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }
    let lineStart = bytes[..<start].lastIndex(where: isBreak).map { $0 + 1 } ?? 0
    let lineEnd = bytes[start...].firstIndex(where: isBreak) ?? bytes.count
    let end = max(start, min(range.upperBound, lineEnd))
    var before = Self.shown(bytes[lineStart..<start])
    var meant = Self.shown(bytes[start..<end])
    var after = Self.shown(bytes[end..<lineEnd])
    if before.count > 50 { before = "..." + before.suffix(47) }
    if meant.count > 40 { meant = meant.prefix(37) + "..." }
    if after.count > 30 { after = after.prefix(27) + "..." }
    let blanks = String(repeating: " ", count: before.count)
    return
      "  \(before)\(meant)\(after)\n  \(blanks)\(String(repeating: "^", count: max(1, meant.count)))"
  }

  private static func shown(_ bytes: ArraySlice<UInt8>) -> String {
    String(
      String(decoding: bytes, as: UTF8.self).map { character in
        character.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } ? " " : character
      })
  }
}
