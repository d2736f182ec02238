import Martlet
import Testing

/// Words by patterns.
///
/// Golden values were made by `java.util.regex` of OpenJDK 17.0.15, whose `split`
/// and `find` Spark calls.
struct RegexTokenizerTests {
  private func words(
    _ text: String, _ pattern: String, gaps: Bool = true, least: Int = 1
  ) throws -> [String] {
    let frame = try transformed(textFrame([text])) {
      RegexTokenizer {
        $0.inputs = ["note"]
        $0.pattern = pattern
        $0.gaps = gaps
        $0.minTokenLength = least
        $0.toLowercase = false
      }
    }
    return lists(frame)[0] ?? ["missing"]
  }

  @Test func `by default words stand between blanks, in small letters, none empty`() throws {
    let frame = try transformed(textFrame(["  Hi I  heard, ", "", " \t", nil])) {
      RegexTokenizer { $0.inputs = ["note"] }
    }
    #expect(lists(frame) == [["hi", "i", "heard,"], [], [], nil])
  }

  private typealias Golden = (pattern: String, text: String, gaps: [String], matches: [String])

  private static let golden: [Golden] = [
    ("\\W+", "Don't stop-me now!", ["Don", "t", "stop", "me", "now"], ["'", " ", "-", " ", "!"]),
    ("[^a-z']+", "it's a dog's life", ["it's", "a", "dog's", "life"], [" ", " ", " "]),
    ("\\s+", " lead and trail ", ["", "lead", "and", "trail"], [" ", " ", " ", " "]),
    (",", "a,,b,", ["a", "", "b"], [",", ",", ","]),
    ("", "abc", ["a", "b", "c"], ["", "", "", ""]),
    ("b*", "abbbc", ["a", "", "c"], ["", "bbb", "", ""]),
    ("x", "aaa", ["aaa"], []),
    ("$", "a\u{A}b\u{A}", ["a\u{A}b", "\u{A}"], ["", ""]),
    ("^", "ab", ["ab"], [""]),
    ("a|ab", "abab", ["", "b", "b"], ["a", "a"]),
    ("ab|a", "abab", [], ["ab", "ab"]),
    ("(a+)(b?)", "aabab", [], ["aab", "ab"]),
    ("\\b", "a bc", ["a", " ", "bc"], ["", "", "", ""]),
    ("\\w+", "naïve café_1", ["", "ï", " ", "é"], ["na", "ve", "caf", "_1"]),
    ("[\\p{L}]+", "naïve café_1", ["", " ", "_1"], ["naïve", "café"]),
    ("\\p{Lu}\\p{Ll}*", "HelloWorldÉté", [], ["Hello", "World", "Été"]),
    ("a{2,3}", "aaaaaaa", ["", "", "a"], ["aaa", "aaa"]),
    ("a{2,3}?", "aaaaaaa", ["", "", "", "a"], ["aa", "aa", "aa"]),
    (".*?,", "x,yy,z", ["", "", "z"], ["x,", "yy,"]),
    (".", "a\u{A}b", ["", "\u{A}"], ["a", "b"]),
    ("\\Qa.b\\E", "a.bacb", ["", "acb"], ["a.b"]),
    ("[-+]?[0-9]+(\\.[0-9]+)?", "pi 3.14 -2 +7.", ["pi ", " ", " ", "."], ["3.14", "-2", "+7"]),
    (
      "(?:https?://)?[\\w.]+", "see https://swift.org or x.y",
      ["", " ", " ", " "],
      ["see", "https://swift.org", "or", "x.y"]
    ),
    ("\\h", "a\u{A0}b c", ["a", "b", "c"], ["\u{A0}", " "]),
    ("\\v", "a\u{2028}b\u{85}c", ["a", "b", "c"], ["\u{2028}", "\u{85}"]),
    ("\\.$", "end.\u{A}", ["end", "\u{A}"], ["."]),
    ("\\d{3}-\\d{4}", "555-1234 and 5555-12345", ["", " and 5", "5"], ["555-1234", "555-1234"]),
  ]

  @Test func `gaps and matches are those of Java`() throws {
    for (pattern, text, gaps, matches) in Self.golden {
      #expect(try words(text, pattern, least: 0) == gaps, "\(pattern) in \(text)")
      #expect(try words(text, pattern, gaps: false, least: 0) == matches, "\(pattern) in \(text)")
    }
  }

  @Test func `words are counted in UTF-16 units`() throws {
    #expect(try words("a 😀 éé x", "\\s", least: 2) == ["😀", "éé"])
  }

  @Test(arguments: [
    ("(a)\\1", "references to groups"), ("(?=a)", "look ahead"), ("(?<!a)b", "look ahead"),
    ("a*+", "possessive"), ("(?>a)", "atomic"), ("(?i)a", "flags"), ("[a&&b]", "intersections"),
    ("[a[b]]", "a class in a class"), ("(a", ") for each ("), ("a)", ") too many"),
    ("[a", "] for each ["), ("*a", "something to repeat"), ("a{2,1}", "counts"), ("\\q", "\\q"),
    ("a{9999}", "at most 1000"), ("((a{1000}){1000}){1000}", "steps"), ("\\p{Greek}", "\\p{Greek}"),
    ("[z-a]", "ranges"), ("[]", "]"), ("\\", "middle"), ("\\012", "octal"), ("\\R", "\\R"),
  ])
  func `what is not supported is refused by name, before any row`(
    pattern: String, name: String
  ) throws {
    let stage = RegexTokenizer {
      $0.inputs = ["note"]
      $0.pattern = pattern
    }
    #expect {
      try stage.check()
    } throws: { error in
      guard let error = error as? SettingError else { return false }
      return error.name == "pattern" && error.requirement.contains(name)
    }
  }

  @Test func `time does not explode with nested repetition`() throws {
    let text = String(repeating: "a", count: 20_000)
    // Backtracking would take 2^20000 steps.
    #expect(try words(text, "(a*)*b", gaps: false) == [])
    #expect(try words(text + "b", "(a|aa)+b", gaps: false) == [text + "b"])
  }
}
