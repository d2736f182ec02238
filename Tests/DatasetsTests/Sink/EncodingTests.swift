import Datasets
import Foundation
import Frames
import Platform
import Testing

@Suite struct EncodingTests {
  /// What a value is in CSV before quotes: as a person sees it, but a negative zero keeps its point
  /// so that it is no integer.
  private func plainText(_ column: Column, _ row: Int) -> String {
    let text = column.fieldText(at: row)
    return text == "-0" ? "-0.0" : text
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func `a short value is written as its one text`(
    seed: UInt64
  ) throws {
    var random = RandomFrames(seed: seed)
    let count = 3000
    for type in ColumnType.allCases where type != .text && type != .texts && type != .vector {
      let column = random.column(type, count)
      let frame = Frame([("x", column), ("end", Column((0..<count).map { Int64($0) as Int64? }))])
      let rows = try CSVWriter().encoded(frame)
      let lines = String(decoding: rows.bytes, as: UTF8.self).split(separator: "\n")
      #expect(lines.count == count)
      for row in 0..<count {
        #expect(lines[row] == "\(plainText(column, row)),\(row)", "seed \(seed), \(type)")
      }
    }
  }

  @Test func `rows of a slice are the rows of the whole, and their ends are where they end`() throws
  {
    var random = RandomFrames(seed: 4)
    let frame = random.frame(211)
    for encoder in [CSVWriter(), JSONLinesWriter()] as [any FrameEncoder] {
      let whole = try encoder.encoded(frame)
      #expect(whole.rowEnds.count == 211)
      #expect(Int(whole.rowEnds[210]) == whole.bytes.count)
      for range in [0..<1, 3..<50, 9..<211, 64..<64] {
        let part = try encoder.encoded(frame.slice(range))
        let start = range.lowerBound == 0 ? 0 : whole.rowEnds[range.lowerBound - 1]
        let end = range.isEmpty ? start : whole.rowEnds[range.upperBound - 1]
        #expect(part.bytes == Array(whole.bytes[Int(start)..<Int(end)]))
        #expect(part.rowEnds == whole.rowEnds[range].map { $0 - start })
      }
    }
  }

  @Test(arguments: [5, 6] as [UInt64]) func `JSON lines are what Foundation reads`(seed: UInt64)
    throws
  {
    var random = RandomFrames(seed: seed)
    let frame = random.frame(400)
    let rows = try JSONLinesWriter().encoded(frame)
    let lines = rows.bytes.split(separator: UInt8(ascii: "\n"))
    #expect(lines.count == 400)
    for row in 0..<400 {
      let object = try JSONDecoder().decode([String: JSON].self, from: Data(lines[row]))
      #expect(object.count == frame.columns.count)
      for (name, column) in zip(frame.schema.names, frame.columns) {
        let value = try #require(object[name])
        #expect(isSame(value, column, row), "seed \(seed), row \(row), \(name): \(value)")
      }
    }
    #expect(rows.lostCount == 0)
  }

  /// What Foundation understands of a value.
  private enum JSON: Decodable, Equatable {
    case null, flag(Bool), integer(Int64), number(Double), text([UInt8]), list([JSON])
    case vector(Int, [Int32], [Double])

    private enum Key: CodingKey { case size, indices, values }

    init(from decoder: any Decoder) throws {
      if let vector = try? decoder.container(keyedBy: Key.self) {
        self = .vector(
          try vector.decode(Int.self, forKey: .size),
          try vector.decode([Int32].self, forKey: .indices),
          try vector.decode([Double].self, forKey: .values))
        return
      }
      let value = try decoder.singleValueContainer()
      if value.decodeNil() {
        self = .null
      } else if let flag = try? value.decode(Bool.self) {
        self = .flag(flag)
      } else if let text = try? value.decode(String.self) {
        self = .text(Array(text.utf8))
      } else if let list = try? value.decode([JSON].self) {
        self = .list(list)
      } else if let integer = try? value.decode(Int64.self) {
        self = .integer(integer)
      } else {
        self = .number(try value.decode(Double.self))
      }
    }

    var bits: UInt64? {
      switch self {
      case .integer(let value): Double(value).bitPattern
      case .number(let value): value.bitPattern
      default: nil
      }
    }
  }

  private func isSame(_ found: JSON, _ column: Column, _ row: Int) -> Bool {
    switch column[row] {
    case .missing: return found == .null
    case .bool(let value): return found == .flag(value)
    case .integer(let value): return found == .integer(value)
    case .number(let value):
      if column.type == .float32, let bits = found.bits {
        return Float(Double(bitPattern: bits)).bitPattern == Float(value).bitPattern
      }
      return isSame(found, value)
    case .date, .datetime, .timestamp: return found == .text(Array(column[row].description.utf8))
    case .text(let value): return found == .text(Array(value.utf8))
    case .texts(let values): return found == .list(values.map { .text(Array($0.utf8)) })
    case .vector(.dense(let values)):
      guard case .list(let list) = found else { return false }
      return list.count == values.count && zip(list, values).allSatisfy { isSame($0, $1) }
    case .vector(.sparse(let width, let indices, let values)):
      return found == .vector(width, indices, values)
    }
  }

  // Foundation reads -0.0 as an integer without a sign.
  private func isSame(_ found: JSON, _ value: Double) -> Bool {
    found.bits == value.bitPattern || value == 0 && found.bits == 0
  }

  @Test func `JSON has no NaN and no infinity, so they are null and counted`() throws {
    let frame = Frame([
      ("x", Column([.nan, 1, .infinity, nil, -0.0] as [Double?])),
      ("v", Column(vectors: [.dense([.nan, 2]), nil, nil, nil, nil], width: 2)),
    ])
    let rows = try JSONLinesWriter().encoded(frame)
    #expect(
      String(decoding: rows.bytes, as: UTF8.self) == """
        {"x":null,"v":[null,2]}
        {"x":1.0,"v":null}
        {"x":null,"v":null}
        {"x":null,"v":null}
        {"x":-0.0,"v":null}

        """)
    #expect(rows.lostCount == 3)
    #expect(JSONLinesWriter().lossWords(3).hasPrefix("3 values are NaN or infinite"))
  }

  @Test func `a lone missing text cannot be told from NA, which is counted`() throws {
    let rows = try CSVWriter().encoded(Frame([("t", Column(["a", nil, ""] as [String?]))]))
    #expect(String(decoding: rows.bytes, as: UTF8.self) == "a\nNA\n\"\"\n")
    #expect(rows.lostCount == 1)
  }

  @Test func `delimiters that values are made of are refused`() throws {
    for delimiter in "a5\".- +:\n" {
      let writer = CSVWriter(delimiter: try #require(delimiter.asciiValue))
      #expect(throws: Failure.self) { try writer.check(Schema([])) }
    }
    for delimiter in ",;|\t" {
      try CSVWriter(delimiter: try #require(delimiter.asciiValue)).check(Schema([]))
    }
  }
}

@Suite struct LibSVMWriterTests {
  @Test func `numbers and vectors take their indices in order, zeros are left out`() throws {
    let frame = Frame([
      ("a", Column([0.5, 0, -0.0] as [Double?])),
      (
        "v",
        Column(vectors: [.dense([0, 2, 0]), .dense([1, 0, 3]), .dense([0, 0, 0])], width: 3)
      ),
      ("label", Column([1, -1, 2.5] as [Double?])), ("b", Column([true, false, true])),
      (
        "s",
        Column(
          vectors: [
            .sparse(width: 4, indices: [0, 3], values: [7, 8]),
            .sparse(width: 4, indices: [], values: []),
            .sparse(width: 4, indices: [2], values: [0.1]),
          ], width: 4)
      ), ("n", Column([.max, 0, .min] as [Int64?])), ("f", Column([0.1, 0, 1] as [Float?])),
    ])
    let writer = LibSVMWriter()
    try writer.check(frame.schema)
    #expect(
      String(decoding: try writer.encoded(frame).bytes, as: UTF8.self) == """
        1 1:0.5 3:2 5:1 6:7 9:8 10:9223372036854775807 11:0.1
        -1 2:1 4:3
        2.5 1:-0.0 5:1 8:0.1 10:-9223372036854775808 11:1

        """)
  }

  @Test func `columns that are no numbers are refused by name, before any row`() throws {
    let schema = Schema([.init("label", .int64), .init("city", .text), .init("day", .date)])
    let thrown = failure { try LibSVMWriter().check(schema) }
    #expect(thrown.message == "libsvm keeps numbers only, not 'city' (text), 'day' (date)")
    let other = failure { try LibSVMWriter(label: "y").check(schema) }
    #expect(other.message.hasSuffix("there is no column 'y'"))
    #expect(other.hint == "say which one it is with --label COLUMN")
  }

  @Test func `a value that is missing or no number is refused with its place`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("label,a\n1,2\n0,\n".utf8), to: "in.csv")
    let destination = try Destination(folder.place("out.svm"))
    for crew in [(ranks: 1, threads: 1), (2, 2)] {
      let thrown = failure {
        _ = try asCrew(crew) { try Dataset.reading([path]).write(to: destination, in: $0) }
      }
      #expect(
        thrown.message
          == "\(path):3, column a: the value is missing, and libsvm cannot tell that from zero")
      #expect(folder.names == ["in.csv"])
    }
    let frame = Frame([("label", Column([1.0] as [Double?])), ("a", Column([Double.nan]))])
    #expect(throws: UnfitValue.self) { try LibSVMWriter().encoded(frame) }
  }
}
