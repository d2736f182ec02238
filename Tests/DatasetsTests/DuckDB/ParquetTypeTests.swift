import Datasets
import Frames
import Platform
import Testing

/// Files of other programs; Golden/make-golden.py says what they were given.
@Suite(.needsDuckDB) struct ParquetTypeTests {
  private func column(_ name: String) throws -> [Value] {
    try values(golden("pandas-types.parquet"), name)
  }

  private func arrow(_ name: String) throws -> [Value] {
    try values(golden("arrow-types.parquet"), name)
  }

  @Test func `the types of pandas become ours`() throws {
    let dataset = try Dataset.reading([golden("pandas-types.parquet")])
    #expect(
      try dataset.expectedSchema().fields.map(\.type) == [
        .bool, .int32, .int32, .int32, .int64, .int32, .int32, .int64, .int64, .float32, .float32,
        .float64, .text, .text, .datetime, .datetime, .timestamp,
      ])
    #expect(dataset.source.warnings == ["column naive_ns: times are cut to microseconds"])
  }

  @Test func `the numbers of pandas are read exactly`() throws {
    #expect(try column("bool") == [.bool(true), .missing, .bool(false)])
    #expect(try column("int8") == [.integer(-128), .missing, .integer(127)])
    #expect(try column("int16") == [.integer(-32768), .integer(0), .integer(32767)])
    #expect(
      try column("int32") == [.integer(-2_147_483_648), .integer(0), .integer(2_147_483_647)])
    #expect(try column("int64") == [.integer(.min), .missing, .integer(.max)])
    #expect(try column("uint8") == [.integer(0), .integer(1), .integer(255)])
    #expect(try column("uint16") == [.integer(0), .integer(1), .integer(65535)])
    #expect(try column("uint32") == [.integer(0), .integer(1), .integer(4_294_967_295)])
    #expect(try column("uint64") == [.integer(0), .integer(1), .integer(.max)])
    #expect(try column("float16") == [.number(-1.5), .missing, .number(65504)])
    #expect(
      try column("float32") == [
        .number(Double(Float(1.1))), .missing, .number(Double(Float.greatestFiniteMagnitude)),
      ])
    #expect(try column("float64") == [.number(0.1), .missing, .number(.leastNonzeroMagnitude)])
  }

  @Test func `the texts and times of pandas are read exactly`() throws {
    #expect(try column("text") == [.text("a"), .missing, .text("Львів \"q\"")])
    #expect(try column("category") == [.text("low"), .missing, .text("high")])
    #expect(
      try column("naive_ns").map(\.description)
        == ["1969-12-31 23:59:59.999999", "", "2262-01-01 00:00:00"])
    #expect(
      try column("naive_us").map(\.description)
        == ["2026-11-21 08:30:00.123456", "", "1600-01-01 00:00:00"])
    #expect(
      try column("zoned").map(\.description)
        == ["2026-07-01T09:00:00Z", "", "2026-01-01T10:00:00Z"])
  }

  @Test func `the types of arrow become ours`() throws {
    #expect(
      try arrow("date").map(\.description)
        == ["0001-01-01", "", "9999-12-31", "1970-01-01", "2024-02-29"])
    #expect(
      try arrow("second").map(\.description) == [
        "1970-01-01 00:00:00", "", "1969-12-31 23:59:59", "2023-11-14 22:13:20",
        "9999-12-31 23:59:59",
      ])
    #expect(
      try arrow("milli").map(\.description) == [
        "1970-01-01T00:00:00Z", "", "1969-12-31T23:59:59.999Z", "2023-11-14T22:13:20Z",
        "1970-01-01T00:00:00.001Z",
      ])
    #expect(
      try arrow("price")
        == [.number(0.1), .missing, .number(-12345.67), .number(99_999_999.99), .number(3)])
    #expect(try arrow("dictionary") == [.text("x"), .missing, .text(""), .text("y"), .text("x")])
    #expect(
      try arrow("words") == [
        .texts(["a", "b"]), .missing, .texts([]), .texts(["", "Ünï"]),
        .texts(["long enough to lie elsewhere"]),
      ])
    #expect(
      try arrow("fixed").map(\.description)
        == ["[1,2]", "", "[-0,5e-324]", "[Infinity,0.5]", "[3,4]"])
    #expect(
      try arrow("singles").map(\.description) == ["[1.5]", "[2.5]", "[3.5]", "[4.5]", ""])
  }

  @Test func `Spark's vectors are read, sparse and dense`() throws {
    #expect(
      try values(golden("spark-vectors.parquet"), "features").map(\.description)
        == ["(4,[0,3],[1,-2.5])", "(4,[1,3],[7,8])", "", "(4,[],[])"])
  }

  @Test func `what has no place is left out, said, and refused by name`() throws {
    let dataset = try Dataset.reading([golden("arrow-types.parquet")])
    #expect(
      dataset.source.warnings == [
        "column price: DECIMAL(10,2) is read as 64-bit floating-point numbers, about 16 digits",
        "column bytes is left out: BLOB has no place in a table here",
        "column nested is left out: STRUCT(a INTEGER) has no place in a table here",
      ])
    #expect(!dataset.source.columnNames.contains("bytes"))
    let refused = failure { _ = try dataset.source.expectedSchema(["n", "bytes"]) }
    #expect(refused.message.hasPrefix("column 'bytes' of "))
    #expect(refused.message.hasSuffix(" holds BLOB, which cannot be read here"))
  }

  @Test func `a value that does not fit is named with its row and column`() throws {
    let path = golden("arrow-types.parquet")
    #expect(
      failure { _ = try arrow("huge") }.description.contains(
        "\(path), row 4, column huge: '18446744073709551615' is beyond 9223372036854775807"))
    #expect(
      failure { _ = try arrow("ragged") }.description.contains(
        "\(path), row 2, column ragged: the list has 2 numbers, others before it 1"))
    #expect(
      failure { _ = try arrow("holes") }.description.contains(
        "\(path), row 2, column holes: a text inside of the list is missing"))
  }

  @Test(arguments: ["huge", "most", "negative"])
  func `a number of rows that no file has is refused`(_ name: String) {
    let path = golden("\(name)-count.parquet")
    let refused = failure { _ = try Dataset.reading([path]) }
    #expect(refused.kind == .data)
    #expect(refused.message == "cannot read \(path)")
    #expect(refused.causes == ["it says that it has rows no file can have"])
  }

  @Test func `vectors with holes, of no width, or beyond the memory are refused`() throws {
    func refused(_ name: String) -> Failure {
      failure { _ = try Dataset.reading([golden(name)]).collect(in: aloneSession()) }
    }
    #expect(
      refused("sparse-hole.parquet").message.hasSuffix(
        "row 1, column f: a number inside of the vector is missing"))
    let negative = refused("sparse-negative.parquet")
    #expect(negative.kind == .data)
    #expect(negative.causes == ["column 'f' has vectors of -3 numbers"])
    // One vector of 100,000 numbers and a million missing ones in 2,575 bytes.
    #expect(refused("wide.parquet").kind == .memory)
  }

  @Test(arguments: [("negative", -1), ("huge", 1 << 31)])
  func `a width that was noted is not believed`(_ name: String, _ width: Int) {
    let refused = failure {
      _ = try Dataset.reading([golden("\(name)-width.parquet")]).collect(in: aloneSession())
    }
    #expect(refused.kind == .data)
    #expect(refused.causes == ["column 'v' has vectors of \(width) numbers"])
  }
}
