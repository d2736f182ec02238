import Datasets
import Foundation
import Frames
import Platform
import Testing

private func one(_ texts: [String], _ change: (inout CSVOptions) -> Void = { _ in }) throws -> Table
{
  // A second column keeps empty values from being blank lines.
  try table("a,b\n" + texts.map { "\($0),z\n" }.joined(), CSVTuning(), columns: ["a"], threads: 1) {
    $0.delimiter = ","
    change(&$0)
  }
}

struct CorpusTests {
  @Test func `Quotes, doubled quotes, and line feeds and delimiters within quotes`() throws {
    let found = try table("a,b\r\n\"x \"\"y\"\"\",\"1,2\n3\"\r\n\"\",\"\"\"\"\r\n")
    #expect(found.values == [[.text("x \"y\""), .text("")], [.text("1,2\n3"), .text("\"")]])
  }

  @Test func `A quote within an unquoted field is a character`() throws {
    let found = try table("size,n\n6\" pipe,1\n5\"\"x\",2\n")
    #expect(found.values[0] == [.text("6\" pipe"), .text("5\"\"x\"")])
  }

  @Test func `LF, CRLF, no line end at the end, blank lines and a byte order mark`() throws {
    let expected = try table("a,b\n1,2\n3,4\n")
    #expect(expected.values == [[.integer(1), .integer(3)], [.integer(2), .integer(4)]])
    for text in [
      "a,b\r\n1,2\r\n3,4\r\n", "a,b\n1,2\n3,4", "\u{FEFF}a,b\n1,2\n3,4",
      "\n\na,b\n\n1,2\r\n\r\n3,4\n\n\r\n",
      "a,b\r\n1,2\n3,4\r",
    ] { #expect(try table(text) == expected, "\(text.debugDescription)") }
  }

  @Test func `Types come from all rows`() throws {
    #expect(try one(["1", "-2", "3"]).types == [.int64])
    #expect(try one(["1", "2.5", ""]).values == [[.number(1), .number(2.5), .missing]])
    #expect(try one(["1", "x", ""]).values == [[.text("1"), .text("x"), .missing]])
    #expect(try one(["true", "False", ""]).values == [[.bool(true), .bool(false), .missing]])
    #expect(try one(["true", "1"]).types == [.text])
    #expect(try one(["", "", "NA"]).values == [[.missing, .missing, .missing]])
    #expect(try one(["", "NA"]).types == [.float64])
    #expect(
      try one(["9223372036854775807", "9223372036854775808"]).values == [
        [.number(9223372036854775808), .number(9223372036854775808)]
      ])
    #expect(try one(["-0", "0.5"]).values[0][0].description == "-0")
  }

  @Test func `NA, null and empty text are missing beside numbers and text beside text`() throws {
    #expect(
      try one(["1", "NA", "null", "\"\"", "\"NA\""]).values == [
        [.integer(1), .missing, .missing, .missing, .missing]
      ])
    #expect(
      try one(["x", "NA", "null", "\"\"", ""]).values == [
        [.text("x"), .text("NA"), .text("null"), .text(""), .missing]
      ])
    #expect(try one(["true", "NA"]).values == [[.bool(true), .missing]])
    #expect(try one(["1", "Null"]).types == [.text])
  }

  @Test func `Words that the user names are missing everywhere`() throws {
    let found = try one(["1", "-999", "-", "\"-\""]) { $0.missingWords = ["-999", "-"] }
    #expect(found.values == [[.integer(1), .missing, .missing, .missing]])
    let text = try one(["x", "-999", "-9", ""]) { $0.missingWords = ["-999", "-"] }
    #expect(text.values == [[.text("x"), .missing, .text("-9"), .missing]])
  }

  @Test func `Spellings of numbers`() throws {
    #expect(
      try one([" 1", "2 ", "+3", "007", "\"4\""]).values == [
        [.integer(1), .integer(2), .integer(3), .integer(7), .integer(4)]
      ])
    let found = try one(["1e999", "-1e999", "nan", "inf", "-Infinity", ".5", "5.", "1E2"])
    #expect(found.types == [.float64])
    #expect(
      found.values[0].map(\.description) == [
        "Infinity", "-Infinity", "NaN", "Infinity", "-Infinity", "0.5", "5", "100",
      ])
    #expect(try one(["0x10", "1"]).types == [.text])
    #expect(try one(["\"1,5\"", "1"]).types == [.text])
    #expect(try one(["1.5.2", "1"]).types == [.text])
  }

  @Test func `A decimal comma`() throws {
    let found = try table("a;b\n1,5;2\n-0,25;3\n") { $0.decimalMark = "," }
    #expect(found.values == [[.number(1.5), .number(-0.25)], [.integer(2), .integer(3)]])
    #expect(try table("a;b\n1.5;2\n") { $0.decimalMark = "," }.types == [.text, .int64])
  }

  @Test func `Names stay text unless each is a canonical integer`() throws {
    func read(_ texts: [String]) throws -> Table {
      try one(texts) { $0.textUnlessCanonical = ["a"] }
    }
    #expect(try read(["1", "20", "-3", "0", ""]).types == [.int64])
    for odd in ["007", "+1", " 1", "-0", "1.0", "9223372036854775808", "true", "00"] {
      #expect(try read(["1", odd]).values == [[.text("1"), .text(odd)]], "\(odd)")
    }
    #expect(try read(["1", "NA"]).values == [[.integer(1), .missing]])
  }

  @Test func `Delimiters: sniffed, of several bytes, of any character`() throws {
    for mark in [",", ";", "\t", "|"] {
      let found = try table("a\(mark)b\n1\(mark)\"x\(mark)y\"\n")
      #expect(found.values == [[.integer(1)], [.text("x\(mark)y")]], "\(mark)")
    }
    for mark in ["||", "→", "::=", " ", "12345678"] {
      let found = try table("a\(mark)b\nx\(mark)\"p\(mark)q\"\n\(mark)z\n") { $0.delimiter = mark }
      #expect(
        found.values == [[.text("x"), .missing], [.text("p\(mark)q"), .text("z")]], "\(mark)")
    }
    #expect(try table("a||b\n1|2||3\n") { $0.delimiter = "||" }.values[0] == [.text("1|2")])
  }

  @Test func `A sniffed delimiter other than a comma is said`() throws {
    let folder = try TemporaryFolder()
    #expect(try CSVSource(paths: [folder.file("a;b\n1;2\n")]).notes.count == 1)
    #expect(try CSVSource(paths: [folder.file("a,b\n1,2\n")]).notes.isEmpty)
  }

  @Test func `Headers: none, given, repeated, blank`() throws {
    #expect(try table("1,2\n3,4\n") { $0.hasHeader = false }.names == ["c1", "c2"])
    #expect(try table("1,2\n3,4\n") { $0.hasHeader = false }.rowCount == 2)
    #expect(try table("p,q\n3,4\n") { $0.columnNames = ["x", "y"] }.names == ["x", "y"])
    #expect(try table("p,q\n3,4\n") { $0.columnNames = ["x", "y"] }.rowCount == 1)
    let folder = try TemporaryFolder()
    let source = try CSVSource(paths: [folder.file("a,a,,a_2,a, ,\"\"\n1,2,3,4,5,6,7\n")])
    #expect(source.columnNames == ["a", "a_3", "c3", "a_2", "a_4", "c6", "c7"])
    #expect(source.notes.count == 5)
    #expect(try table("a,b\n").types == [.float64, .float64])
    #expect(try table("a,b").rowCount == 0)
    #expect(
      try table("") {
        $0.hasHeader = false; $0.columnNames = ["x"]
      }.names == ["x"])
  }

  @Test func `20,000 columns, all of one name or none, take no minutes`() throws {
    // By the thread's own clock: other tests may hold the processors as long as they like.
    let start = threadSeconds()
    for name in ["x", ""] {
      let header = [String](repeating: name, count: 20_000).joined(separator: ",")
      let folder = try TemporaryFolder()
      let source = try CSVSource(paths: [folder.file("\(header)\n")])
      #expect(Set(source.columnNames).count == 20_000)
    }
    #expect(threadSeconds() - start < 20)
  }

  @Test func `Latin-1 is converted, in names, delimiters, words and values`() throws {
    let bytes: [UInt8] = Array("na".utf8) + [0xEF] + Array("f\n".utf8) + [0xE9, 10, 0xFF, 0xA7, 10]
    let found = try table(bytes) { $0.encoding = .latin1 }
    #expect(found.names == ["naïf"])
    #expect(found.values == [[.text("é"), .text("ÿ§")]])
    let marked: [UInt8] = [97, 0xA7, 98, 10, 0xE9, 0xA7, 49, 10, 50, 0xA7, 51, 10]
    let cut = try table(marked) {
      ($0.encoding, $0.delimiter, $0.missingWords) = (.latin1, "§", ["é", "→"])
    }
    #expect(cut.values == [[.missing, .integer(2)], [.integer(1), .integer(3)]])
  }

  @Test func `NUL bytes and other control characters are text`() throws {
    #expect(try one(["a\0b", "\u{1}"]).values == [[.text("a\0b"), .text("\u{1}")]])
  }

  @Test func `Text keeps its spaces, carriage returns within and all of Unicode`() throws {
    let texts = [" x ", "a\rb", "e\u{301}", "é", "👩‍👩‍👧", "\u{2028}", "'"]
    let values = try one(texts).values[0]
    #expect(values.count == texts.count)
    for (value, text) in zip(values, texts) {
      #expect(Table.same(value, .text(text)), "\(text.debugDescription)")
    }
  }

  @Test func `A file of one column skips empty lines and keeps empty texts`() throws {
    #expect(try table("a\n1\n\n2\n").values == [[.integer(1), .integer(2)]])
    #expect(try table("a\nx\n\"\"\n").values == [[.text("x"), .text("")]])
  }

  @Test func `A field of a megabyte`() throws {
    let long = String(repeating: "0123456789abcdef\n", count: 65_536)
    let found = try table("a,b\n\"\(long)\",1\nx,2\n")
    #expect(found.values == [[.text(long), .text("x")], [.integer(1), .integer(2)]])
  }

  @Test func `A hundred thousand columns, of which two are wanted`() throws {
    let count = 100_000
    let names = (0..<count).map { "n\($0)" }.joined(separator: ",")
    let row = (0..<count).map(String.init).joined(separator: ",")
    let found = try table("\(names)\n\(row)\n\(row)\n", CSVTuning(), columns: ["n99999", "n3"])
    #expect(found.values == [[.integer(99_999), .integer(99_999)], [.integer(3), .integer(3)]])
    let all = try table("\(names)\n\(row)\n")
    #expect(all.values[12_345] == [.integer(12_345)])
  }

  @Test func `Columns in the order asked for, and the same one twice`() throws {
    let found = try table("a,b,c\n1,x,2.5\n", CSVTuning(), columns: ["c", "a", "c"])
    #expect(found.names == ["c", "a", "c"])
    #expect(found.values == [[.number(2.5)], [.integer(1)], [.number(2.5)]])
  }

  @Test func `Several files are one table, in the order given`() throws {
    let folder = try TemporaryFolder()
    let paths = [
      try folder.file("a,b\n1,x\n", "1.csv"), try folder.file("", "2.csv"),
      try folder.file("a,b\r\n2.5,\r\n", "3.csv"), try folder.file("a,b", "4.csv"),
    ]
    let source = try CSVSource(paths: paths)
    #expect(
      try read(source, threads: 2).table.values == [
        [.number(1), .number(2.5)], [.text("x"), .missing],
      ])
    #expect(source.notes.count == 1)
  }

  @Test(arguments: ["latin1.csv", "nul.csv", "mixed-ends.csv"])
  func `Files of the corpus read as written down beside them`(name: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Corpus")
    let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    let expected = try String(
      contentsOf: folder.appendingPathComponent(name + ".expected"), encoding: .utf8)
    let found = try table(bytes) { if name.hasPrefix("latin1") { $0.encoding = .latin1 } }
    #expect(found.description + "\n" == expected)
  }
}
