import Martlet
import Testing

/// Words of texts, as PySpark 4.3.0 gave them where a test says so.
struct TokenizerTests {
  private func words(_ texts: String?...) throws -> [[String]?] {
    lists(try transformed(textFrame(texts)) { Tokenizer { $0.inputs = ["note"] } })
  }

  @Test func `blanks leave empty words before and between words, not behind (PySpark)`() throws {
    #expect(try words("  Hi I  heard, ") == [["", "", "hi", "i", "", "heard,"]])
  }

  @Test func `an empty text is one empty word, blanks alone are none (Java's split)`() throws {
    #expect(try words("", " ", "   ", nil) == [[""], [], [], nil])
  }

  @Test func `blanks are those of ASCII`() throws {
    #expect(
      try words("a\tb\nc\u{B}d\u{C}e\rf", "a\u{A0}b\u{2003}c")
        == [["a", "b", "c", "d", "e", "f"], ["a\u{A0}b\u{2003}c"]])
  }

  /// Made by `toLowerCase(Locale.ROOT)` of OpenJDK 17.0.15.
  @Test(arguments: [
    ("ÀÉÎÕÜ×ÞSS", "àéîõü×þss"), ("ПРИВЕТЁЖ", "приветёж"), ("ΌΣΟΣ", "όσος"), ("ΣΑΣ.ΣΑΣ", "σασ.σας"),
    ("Σ", "σ"), ("ΑΣ", "ας"), ("ΑΣ̈Α", "ασ̈α"), ("İSTANBUL", "i̇stanbul"), ("ǅǄ", "ǆǆ"), ("K", "k"),
    ("ẞ", "ß"), ("Ⱥ", "ⱥ"), ("𐐀𐐁", "𐐨𐐩"), ("日本語ABC", "日本語abc"), ("ΐΆ", "ΐά"),
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZ@[`{", "abcdefghijklmnopqrstuvwxyz@[`{"),
  ])
  func `small letters are Java's`(text: String, small: String) throws {
    #expect(try words(text).map { $0.map { $0.map { Array($0.utf8) } } } == [[Array(small.utf8)]])
  }

  @Test func `every capital of Unicode becomes what Unicode says`() throws {
    // All scalars that change, each between two letters so that no sigma is last.
    let scalars = (0...0x10FFFF).compactMap { Unicode.Scalar($0) }
      .filter { $0.properties.changesWhenLowercased }
    #expect(scalars.count > 1300)
    let texts = scalars.map { "x\(String($0))x" }
    let found = lists(
      try transformed(textFrame(texts)) { Tokenizer { $0.inputs = ["note"] } })
    for (scalar, words) in zip(scalars, found) {
      let wanted = "x\(scalar.properties.lowercaseMapping)x"
      #expect(words.map { $0.map { Array($0.utf8) } } == [Array(wanted.utf8)])
    }
  }

  @Test func `long texts among short ones are split alike`() throws {
    let long = (0..<5000).map { "Word\($0)" }
    let found = try words("A b", long.joined(separator: " "), "C")
    #expect(found == [["a", "b"], long.map { $0.lowercased() }, ["c"]])
  }
}
