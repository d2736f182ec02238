import Datasets
import Foundation
import Frames
import Platform
import Testing

struct ErrorTests {
  @Test func `A row of another shape names file, line, counts and text`() throws {
    let found = try #require(failure("a,b,c\n1,2,3\n\n4,5\n6,7,8\n"))
    #expect(found.kind == .data)
    #expect(found.message.hasSuffix("t.csv:4: 2 fields, where the file has 3 columns"))
    #expect(found.causes == ["the row reads '4,5'"])
    let many = try #require(failure("a,b\n\"x\ny\",1\n1,2,\t3\n"))
    #expect(many.message.hasSuffix("t.csv:4: 3 fields, where the file has 2 columns"))
    #expect(many.causes == ["the row reads '1,2,\\t3'"])
  }

  @Test func `The text of an error is cut to 80 bytes`() throws {
    let long = String(repeating: "x", count: 200)
    let found = try #require(failure("a,b\n\(long)\n"))
    #expect(found.causes == ["the row reads '\(long.prefix(80))...'"])
  }

  @Test func `Bad rows can be left out, and are counted`() throws {
    let folder = try TemporaryFolder()
    var options = CSVOptions()
    options.onBadRow = .skip
    let path = try folder.file("a,b\n1,2\n3\n4,5,6\n\"x\"y,8\n9,10\n")
    let source = try CSVSource(paths: [path], options: options)
    let (found, reading) = try read(source)
    #expect(
      found.values == [[.integer(1), .integer(9)], [.integer(2), .integer(10)]])
    #expect(reading.skippedRowCount == 3)
  }

  @Test func `A bad header is an error even where bad rows are left out`() {
    #expect(failure("\"a\"x,b\n1,2\n") { $0.onBadRow = .skip }?.kind == .data)
  }

  @Test func `Text behind a closing quote`() throws {
    let found = try #require(failure("a,b\n1,2\n\"x\"y,3\n"))
    #expect(found.message.hasSuffix("t.csv:3: there is text behind a closing quote"))
    #expect(failure("a,b\n\"x\" ,3\n") != nil)
    #expect(failure("a,b\n1,\"x\"\r\r\n") != nil)
  }

  @Test func `A quote that is never closed names the line where it opened`() throws {
    for text in ["a,b\n1,2\n\"x,3\n4,5\n", "a,b\n1,2\n\"", "a,b\n1,2\n\"x\"\"\n"] {
      let found = try #require(failure(text))
      #expect(found.message.hasSuffix("t.csv:3: the quote opened here is never closed"))
    }
    #expect(
      try #require(failure("a,\"b\n1,2\n")).message.hasSuffix(
        "t.csv:1: the quote opened here is never closed"))
  }

  @Test func `Bytes that are not UTF-8 name line, byte, column and the way out`() throws {
    let found = try #require(failure(Array("a,b\n1,x\n2,caf".utf8) + [0xE9, 10]))
    #expect(found.message.hasSuffix("t.csv:3: byte 6 of the line is not UTF-8"))
    #expect(found.causes == ["it is in column 'b'", "it stands behind '2,caf'"])
    #expect(found.hint?.contains("latin-1") == true)
    #expect(failure([0x61, 0xFF, 10])?.causes.first == "it is in the header")
    // Overlong, surrogate, above U+10FFFF, cut short, and stray continuation bytes.
    for bad: [UInt8] in [
      [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
      [0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
    ] { #expect(failure(Array("a,b\n1,".utf8) + bad + [10]) != nil, "\(bad)") }
  }

  @Test func `Old line ends, UTF-16 and nothing at all`() throws {
    #expect(failure("a,b\r1,2\r")?.message.contains("carriage return alone") == true)
    #expect(failure([0xFF, 0xFE, 0x61, 0x00])?.message.contains("UTF-16") == true)
    #expect(failure("")?.message.hasSuffix("t.csv is empty") == true)
    #expect(failure("\n\r\n")?.message.hasSuffix("t.csv is empty") == true)
    #expect(failure("\u{FEFF}")?.message.hasSuffix("t.csv is empty") == true)
  }

  @Test func `Files with other columns name both`() throws {
    let folder = try TemporaryFolder()
    let one = try folder.file("a,b\n1,2\n", "1.csv")
    for (text, words) in [("a,c\n1,2\n", "'c'"), ("a,b,c\n", "3")] {
      let two = try folder.file(text, "2.csv")
      let found = #expect(throws: Failure.self) { try CSVSource(paths: [one, two]) }
      #expect(found?.message.contains(one) == true && found?.message.contains(two) == true)
      #expect(found?.message.contains(words) == true)
    }
  }

  @Test func `A file that is missing, a folder, and a file that shrinks`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: Failure.self) { try CSVSource(paths: [folder.path + "/none.csv"]) }
    #expect(throws: Failure.self) { try CSVSource(paths: [folder.path]) }
    let path = try folder.file("a,b\n" + String(repeating: "1,2\n", count: 1000))
    let source = try CSVSource(paths: [path])
    _ = try folder.file("a,b\n1,2\n")
    let found = #expect(throws: Failure.self) { try read(source) }
    #expect(found?.causes == ["it became shorter while it was read"])
  }

  @Test func `Options that no file can have are refused`() {
    for change: (inout CSVOptions) -> Void in [
      { $0.delimiter = "" }, { $0.delimiter = "123456789" }, { $0.delimiter = "\"" },
      { $0.delimiter = "a\n" }, { $0.decimalMark = ";" }, { $0.columnNames = [] },
      { $0.columnNames = ["a", "a"] }, { ($0.delimiter, $0.decimalMark) = (",", ",") },
      { ($0.delimiter, $0.encoding) = ("→", .latin1) },
    ] { #expect(failure("a,b\n1,2\n", CSVTuning(), change)?.kind == .usage) }
    #expect(failure("a,b\n1,2\n") { $0.columnNames = ["a"] }?.kind == .data)
  }

  @Test func `A column that is not there names the nearest`() throws {
    let found = #expect(throws: Failure.self) {
      try table("price,b\n1,2\n", CSVTuning(), columns: ["prise"])
    }
    #expect(found?.hint?.contains("price") == true)
  }

  @Test func `The first value that made a column text is named, wherever it is met`() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<50).map { $0 == 30 ? "1,\"a\nb\"\n" : $0 == 37 ? "oops,y\n" : "\($0),y\n" }
    let path = try folder.file("x,t\n" + rows.joined())
    for bytes in [1, 7, 40, 1 << 20] {
      for prefix in [1, 1 << 20] {
        var tuning = CSVTuning()
        (tuning.splitByteCount, tuning.prefixByteCount) = (bytes, prefix)
        let source = try CSVSource(paths: [path], options: CSVOptions(), tuning: tuning)
        let reading = try read(source, threads: 2, keepsFrames: false).reading
        #expect(reading.reasonForText("x") == "'oops' at \(path):40")
      }
    }
  }

  @Test func `A row can be located for a later message`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("x,t\n1,\"a\n\nb\"\n\n2,c\n3,d\n")
    for bytes in [1, 5, 9, 1 << 20] {
      var tuning = CSVTuning()
      tuning.splitByteCount = bytes
      let source = try CSVSource(paths: [path], options: CSVOptions(), tuning: tuning)
      let reading = try read(source).reading
      let lines = try (0..<source.splitCount).flatMap { split in
        try (0..<reading.frame(ofSplit: split).rowCount).map { row in
          reading.place(ofRow: row, inSplit: split)
        }
      }
      #expect(lines == [2, 6, 7].map { "\(path):\($0)" })
    }
  }
}
