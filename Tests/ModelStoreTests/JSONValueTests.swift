import Foundation
import Learning
import Testing

@Suite struct JSONValueTests {
  @Test func `the canonical form is sorted, indented and ends with a line`() {
    let value: JSONValue = [
      "b": [1, 2.0, "x\n\"\u{1}é"], "a": ["z": nil, "y": true], "c": [[1], ["k": []]], "": [:],
    ]
    #expect(
      value.printed() == #"""
        {
          "": {},
          "a": {
            "y": true,
            "z": null
          },
          "b": [1, 2.0, "x\n\"\u0001é"],
          "c": [
            [1],
            {
              "k": []
            }
          ]
        }

        """#)
    #expect(value.printed(.line).hasPrefix(#"{"b": [1, 2.0, "#))
  }

  @Test func `numbers are printed in the fewest digits that give the bits back`() throws {
    let numbers: [Double] = [
      0, -0.0, 1, 0.1, 1 / 3, 1e16, 1e22, 1e-7, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
      123456789.125,
    ]
    for number in numbers {
      let text = JSONValue.number(number).printed(.line)
      guard case .number(let back) = try JSONValue(parsing: text) else {
        Issue.record("\(text) is read as a whole number")
        continue
      }
      #expect(back.bitPattern == number.bitPattern)
    }
    #expect(JSONValue.number(0.1).printed(.line) == "0.1")
    #expect(try JSONValue(parsing: "-9223372036854775808") == .integer(.min))
    #expect(try JSONValue(parsing: "9223372036854775808") == .number(9223372036854775808))
    #expect(try JSONValue(parsing: "1E+2") == .number(100))
  }

  @Test func `NaN and infinity are null, and their places are known`() {
    let value: JSONValue = [
      "objective": [1.5, .number(.nan)], "x": ["y": .number(-.infinity)],
    ]
    #expect(value.printed(.line) == #"{"objective": [1.5, null], "x": {"y": null}}"#)
    #expect(value.nonFinitePaths == ["objective[1]", "x.y"])
  }

  @Test func `escapes and every character survive the way through text`() throws {
    let text = #""\u00e9\ud83d\ude00\b\f\n\r\t\/\\\"\u0000""#
    let value = try JSONValue(parsing: text)
    #expect(value == .text("é😀\u{8}\u{C}\n\r\t/\\\"\u{0}"))
    #expect(try JSONValue(parsing: value.printed()) == value)
  }

  @Test(arguments: [
    ("", "line 1, column 1: the text ends where a value should be"),
    ("{\"a\": 1,}", "line 1, column 9: no name of a member"),
    ("[1,\n 2", "line 2, column 3: no , or ] after a value of a list"),
    ("[1] x", "line 1, column 5: more text after the document"),
    ("01", "line 1, column 1: a number that starts with 0"),
    ("+1", "line 1, column 1: no JSON value"),
    ("1.", "line 1, column 3: no digit after the point"),
    ("1e", "line 1, column 3: no digit in the exponent"),
    (".5", "line 1, column 1: no JSON value"),
    ("NaN", "line 1, column 1: no JSON value"),
    ("nul", "line 1, column 1: no JSON value"),
    ("1e999", "line 1, column 1: the number 1e999 is too large"),
    ("\"a", "line 1, column 1: a text that does not end"),
    ("\"a\n\"", "line 1, column 3: a control character in a text"),
    ("\"\\x\"", "line 1, column 3: an unknown escape"),
    ("\"\\ud800\"", "line 1, column 8: half a character"),
    ("\"\\udc00\"", "line 1, column 8: half a character"),
    ("\"\\u12g4\"", "line 1, column 6: no hexadecimal digit"),
    (
      "{\"a\":1, \"b\":{\"a\":1,\"a\":2}}",
      "line 1, column 13: the name \"a\" comes twice in an object"
    ),
    ("// no\n1", "line 1, column 1: no JSON value"),
  ])
  func `what is no JSON is refused with its place`(text: String, message: String) {
    #expect {
      try JSONValue(parsing: text)
    } throws: { error in
      "\(error)" == message
    }
  }

  @Test func `text that is no UTF-8 is refused`() {
    for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82]] {
      #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22] + bytes + [0x22]) }
    }
  }

  @Test(arguments: ["[", "{\"a\":", "[[", "[{\"a\":"])
  func `nesting of a hundred thousand levels is refused, not followed`(opening: String) {
    let text = String(repeating: opening, count: 100_000)
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
  }

  @Test func `sixty-four levels are read, sixty-five are not`() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try JSONValue(parsing: nested(64))
    #expect(throws: JSONError.self) { try JSONValue(parsing: nested(65)) }
  }

  @Test func `any damage of a document is refused or a document, never a crash`() throws {
    let bytes = Array(#"{"a": [1, -2.5e3, "é\u00e9\n"], "b": {"c": null, "d": true}}"#.utf8)
    for length in 0..<bytes.count {
      #expect(throws: JSONError.self) { try JSONValue(parsing: Array(bytes[..<length])) }
    }
    for place in bytes.indices {
      for pattern in UInt8.min...UInt8.max {
        var damaged = bytes
        damaged[place] ^= pattern
        if let value = try? JSONValue(parsing: damaged) {
          #expect(try JSONValue(parsing: value.printed()) == value)
        }
      }
    }
  }

  @Test func `Foundation's coders and ours say the same`() throws {
    let value: JSONValue = ["a": [1, 2.5, nil, "x", false], "b": ["c": -7], "d": [], "e": [:]]
    let data = try JSONEncoder().encode(value)
    #expect(try JSONValue(parsing: [UInt8](data)) == value)
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    let text = "{a: [1, 2.5, null, 'x', false,], b: {c: -7}, d: [], e: {}}"
    #expect(try decoder.decode(JSONValue.self, from: Data(text.utf8)) == value)
  }

  @Test func `an object is its names and values, in whatever order`() {
    let one: JSONValue = ["a": 1, "b": 2]
    let other: JSONValue = ["b": 2, "a": 1]
    #expect(one == other)
    #expect(one != ["a": 1])
    let twice = JSONObject([.init("a", 1), .init("b", 2), .init("a", 3)])
    #expect(JSONValue.object(twice) == ["a": 3, "b": 2])
  }

  @Test func `a document is taken apart with every value checked`() throws {
    let document: JSONValue = ["k": 3, "x": 0.5, "name": "a", "on": true, "names": ["a", "b"]]
    #expect(try document.integer("k", in: 1...8) == 3)
    #expect(try document.number("k") == 3)
    #expect(try document.number("x") == 0.5)
    #expect(try document.text("name") == "a")
    #expect(try document.flag("on"))
    #expect(try document.texts("names") == ["a", "b"])
    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return "accepted"
    }
    #expect(
      message { _ = try document.integer("k", in: 4...8) }
        == "'k' must be a whole number from 4 to 8, not 3")
    #expect(message { _ = try document.integer("j", in: 4...8) } == "'j' is missing")
    #expect(message { _ = try document.texts("name") } == "'name' must be a list, not \"a\"")
    #expect(
      message { _ = try JSONValue.list([]).text("a") }
        == "'a' is asked of a list, where an object should be")
  }
}
