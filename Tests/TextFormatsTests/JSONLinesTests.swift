import Cluster
import Datasets
import Frames
import Platform
import Testing

@Suite struct JSONLinesTests {
  @Test func `each type is found from all rows and read exactly`() throws {
    let table = try json(
      #"""
      {"b": true, "i": 1, "f": 1, "t": "a", "d": "2026-11-21", "c": "2026-11-21 14:03", "z": "2026-11-21T14:03:05.25+02:00", "l": ["x", ""], "v": [1, 2.5]}
      {"b": null, "i": -9223372036854775808, "f": 2.5e-3, "t": "", "d": "0000-01-01", "c": "1969-12-31T23:59:59.999999", "z": "1970-01-01T00:00:00Z", "l": [], "v": [-0.0, 1e300]}
      {}

      {"v": null, "l": null, "i": 9223372036854775807}
      """#)
    #expect(table.names == ["b", "i", "f", "t", "d", "c", "z", "l", "v"])
    #expect(
      table.types == [
        .bool, .int64, .float64, .text, .date, .datetime, .timestamp, .texts, .vector,
      ])
    #expect(
      table
        == Table(
          table.names, table.types,
          [
            [
              .bool(true), .integer(1), .number(1), .text("a"), .date(20_778),
              .datetime(20_778 * microsecondsPerDay + 50_580_000_000),
              .timestamp(20_778 * microsecondsPerDay + 43_385_250_000), .texts(["x", ""]),
              .vector(.dense([1, 2.5])),
            ],
            [
              .missing, .integer(.min), .number(0.0025), .text(""), .date(-719_528),
              .datetime(-1), .timestamp(0), .texts([]), .vector(.dense([-0.0, 1e300])),
            ],
            Array(repeating: .missing, count: 9),
            [.missing, .integer(.max)] + Array(repeating: .missing, count: 7),
          ]))
  }

  @Test(arguments: [
    // Several kinds make text, each as it stands in the file.
    (#"{"a": 1}|{"a": "x"}|{"a": true}|{"a": [1]}|{"a": null}|{"a": 1.50}"#, "1|x|true|[1]||1.50"),
    (#"{"a": [1]}|{"a": [1, 2]}"#, "[1]|[1, 2]"),
    (#"{"a": ["x", 1]}"#, #"["x", 1]"#),
    (#"{"a": [{"b": [1]}]}"#, #"[{"b": [1]}]"#),
    (#"{"a": [null]}"#, "[null]"),
    (#"{"a": [[1, 2], [3]]}"#, "[[1, 2], [3]]"),
    (#"{"a": [1]}|{"a": []}"#, "[1]|[]"),
    (#"{"a": "2026-11-21"}|{"a": "2026-11-21 10:00"}"#, "2026-11-21|2026-11-21 10:00"),
    (#"{"a": "2026-02-30"}"#, "2026-02-30"),
    (#"{"a": "2026-11-21T14:03:05.1234567"}"#, "2026-11-21T14:03:05.1234567"),
    (#"{"a": false}|{"a": 0}"#, "false|0"),
    (#"{"a": " 7 "}|{"a": 7}"#, " 7 |7"),
  ])
  func `what has no type of its own is text`(lines: String, texts: String) throws {
    for size in [1, 9, 1 << 20] {
      let table = try json(
        lines.replacing("|", with: "\n"), splitByteCount: size)
      #expect(table.types == [.text], "splits of \(size)")
      #expect(
        table.rows.map { $0[0].description }
          == texts.split(separator: "|", omittingEmptySubsequences: false).map(String.init))
    }
  }

  @Test func `objects are flattened, and an object beside a value is another column`() throws {
    let table = try json(
      #"""
      {"a": {"b": 1, "c": {"d": "x"}}, "e": {}}
      {"a": null}
      {"a": {"c": {}, "b": 2}, "e": 5}
      """#)
    #expect(table.names == ["a.b", "a.c.d", "e"])
    #expect(
      table.rows == [
        [.integer(1), .text("x"), .missing], [.missing, .missing, .missing],
        [.integer(2), .missing, .integer(5)],
      ])
    // A key with a dot and a key within are the same column.
    #expect(
      try json("{\"a.b\": 1}\n{\"a\": {\"b\": 2}}\n")
        == Table(["a.b"], [.int64], [[.integer(1)], [.integer(2)]]))
  }

  @Test func `escapes and surrogates are read, in keys too`() throws {
    let table = try json(#"{"k\u00e9\n": "\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00é€😀"}"#)
    #expect(table.names == ["ké\n"])
    #expect(table.rows == [[.text("\"\\/\u{8}\u{c}\n\r\tAé€😀é€😀")]])
    let other = try json("{\"\\u0061\": 1}\n{\"a\": 2}\n{\"\\u0000\": 3}")
    #expect(other.names == ["a", "\u{0}"])
  }

  @Test func `numbers of any size keep their value`() throws {
    let table = try json(
      """
      {"big": 9223372036854775808, "f": 0.1, "e": 1E5, "n": NaN}
      {"big": 1, "f": 123456789012345678901234567890, "e": -0, "n": -Infinity}
      """)
    #expect(table.types == [.float64, .float64, .float64, .float64])
    #expect(
      table.rows[0].dropLast() == [.number(9_223_372_036_854_775_808), .number(0.1), .number(1e5)])
    #expect(
      table.rows[1] == [
        .number(1), .number(1.2345678901234568e29), .number(-0.0), .number(-.infinity),
      ])
  }

  @Test func `the reason for text is the first value that made it so, wherever the cuts are`()
    throws
  {
    let folder = try TemporaryFolder()
    let path = try folder.file(
      (0..<30).map { "{\"a\": \($0), \"v\": [1, 2]}\n" }.joined()
        + "{\"a\": \"x,y\"}\n{\"a\": true, \"v\": [3]}\n{\"a\": \"z\"}\n", "t.jsonl")
    for size in [1, 20, 64, 1 << 20] {
      var options = JSONLinesOptions()
      options.splitByteCount = size
      let source = try JSONLinesSource(paths: [path], options: options, in: Session(threads: 1))
      let reading = try source.reading(
        ["v", "a"], splits: 0..<source.splitCount, keepsFrames: false, in: Session(threads: 1))
      #expect(reading.reasonForText("a") == "'x,y' at \(path):31")
      #expect(reading.reasonForText("v") == "'[3]' at \(path):32")
      #expect(reading.place(ofRow: 0, inSplit: 0) == "\(path):1")
    }
  }

  @Test func `columns can be chosen, words can mean missing, bad lines can be left out`() throws {
    let text =
      "{\"a\": \"NA\", \"b\": 1, \"c\": 2}\n{\"a\": \"x\", \"b\"\n[]\n{\"b\": 3, \"b\": 4}\n{\"b\": 5}"
    let table = try json(text) {
      $0.columnNames = ["b", "a"]
      $0.missingWords = ["NA"]
      $0.skipsBadRows = true
    }
    #expect(
      table
        == Table(
          ["b", "a"], [.int64, .float64], [[.integer(1), .missing], [.integer(5), .missing]])
    )
    #expect(
      failure { _ = try json("{\"abc\": 1}") { $0.columnNames = ["abd"] } }.hint?.contains("abc")
        == true)
  }

  @Test func `line ends, blank lines and a byte order mark change nothing`() throws {
    let plain = Table(["a"], [.int64], [[.integer(1)], [.integer(2)]])
    #expect(try json("{\"a\": 1}\n{\"a\": 2}") == plain)
    #expect(try json("\u{FEFF}{\"a\": 1}\r\n \t\r\n\n{\"a\":2}\r\n\n") == plain)
    for size in 1...12 {
      #expect(
        try json("\u{FEFF}\n{\"a\":1}\n\n\n{\"a\":2}\n\n", splitByteCount: size) == plain)
    }
  }

  @Test func `a key without letters is a column too`() throws {
    #expect(try json("{\"\": 1}") == Table([""], [.int64], [[.integer(1)]]))
    #expect(try json("{\"a\": {\"\": 1}}") == Table(["a."], [.int64], [[.integer(1)]]))
  }
}
