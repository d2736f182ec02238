import Cluster
import Datasets
import Frames
import Platform
import Testing

/// A value as it is written, and as it must be read in a column of its own type.
private struct Sample {
  var text: String
  var value: Value
}

/// Random tables whose values are known, written in many ways.
private struct RandomTable {
  var lines: [String] = []
  var expected: Table

  init(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    let kinds = (0..<Int.random(in: 1...8, using: &chance)).map { _ in
      Int.random(in: 0..<8, using: &chance)
    }
    let rowCount = Int.random(in: 1...40, using: &chance)
    let names = kinds.indices.map { "k\($0)\(["", ".x", "é", " \\\" "][$0 % 4])" }
    let shown = names.map { $0.replacing("\\\"", with: "\"") }
    let width = Int.random(in: 1...4, using: &chance)
    var order: [Int] = []
    var types: [ColumnType?] = kinds.map { _ in nil }
    var rows: [[Value]] = []
    for _ in 0..<rowCount {
      var row = Array(repeating: Value.missing, count: kinds.count)
      var members: [String] = []
      for column in kinds.indices.shuffled(using: &chance) where chance.next() % 4 > 0 {
        let isNull = chance.next() % 6 == 0
        let sample =
          isNull
          ? Sample(text: "null", value: .missing)
          : Self.sample(kinds[column], width: width, &chance)
        if !isNull { types[column] = Self.types[kinds[column]] }
        if !order.contains(column) { order.append(column) }
        row[column] = sample.value
        members.append(
          "\(Self.gap(&chance))\"\(names[column])\"\(Self.gap(&chance)):\(Self.gap(&chance))\(sample.text)\(Self.gap(&chance))"
        )
      }
      rows.append(row)
      lines.append("{\(members.isEmpty ? " " : members.joined(separator: ","))}")
    }
    expected = Table(
      order.map { shown[$0] }, order.map { types[$0] ?? .float64 },
      rows.map { row in order.map { row[$0] } })
  }

  private static let types: [ColumnType] = [
    .bool, .int64, .float64, .text, .date, .timestamp, .texts, .vector,
  ]

  private static func gap(_ chance: inout SeededGenerator) -> String {
    ["", "", "", " ", "\t", "  \r "][Int(chance.next() % 6)]
  }

  private static func text(_ chance: inout SeededGenerator) -> (written: String, value: String) {
    let pieces = [
      ("a", "a"), ("é", "é"), ("\\n", "\n"), ("\\u00e9", "é"), ("\\ud83d\\ude00", "😀"),
      ("\\\"", "\""), ("{", "{"), (",", ","), ("0123456789abcdef", "0123456789abcdef"), ("]", "]"),
    ]
    let chosen = (0..<Int(chance.next() % 9)).map { _ in pieces[Int(chance.next() % 10)] }
    return (chosen.map(\.0).joined(), chosen.map(\.1).joined())
  }

  private static func sample(_ kind: Int, width: Int, _ chance: inout SeededGenerator) -> Sample {
    switch kind {
    case 0:
      let value = chance.next() % 2 == 0
      return Sample(text: "\(value)", value: .bool(value))
    case 1:
      let value = Int64(bitPattern: chance.next()) >> Int64(chance.next() % 64)
      return Sample(text: "\(value)", value: .integer(value))
    case 2:
      let value = number(&chance)
      // With a point or an exponent, so that no column is whole by chance.
      let text = "\(value)"
      return Sample(
        text: text.contains(where: { ".e".contains($0) }) ? text : text + ".0",
        value: .number(value))
    case 3:
      let (written, value) = text(&chance)
      return Sample(text: "\"x\(written)\"", value: .text("x" + value))
    case 4:
      let days = Int32(chance.next() % 200_000)
      return Sample(text: "\"\(CivilDate(daysSinceEpoch: Int(days)))\"", value: .date(days))
    case 5:
      let clock = Int64(chance.next() % 4_000_000_000_000_000)
      return Sample(text: "\"\(timestampText(clock))\"", value: .timestamp(clock))
    case 6:
      let texts = (0..<Int(chance.next() % 4)).map { _ in text(&chance) }
      let list = texts.map { "\"\($0.written)\"" }.joined(separator: ", ")
      return Sample(text: "[\(list)]", value: .texts(texts.map(\.value)))
    default:
      let values = (0..<width).map { _ in number(&chance) }
      return Sample(
        text: "[\(values.map { "\($0)" }.joined(separator: gap(&chance) + ","))]",
        value: .vector(.dense(values)))
    }
  }

  private static func number(_ chance: inout SeededGenerator) -> Double {
    while true {
      let value =
        chance.next() % 2 == 0
        ? Double(bitPattern: chance.next()) : Double(Int64(chance.next() % 100_000)) / 100
      if value.isFinite { return value }
    }
  }
}

@Suite struct JSONRandomTests {
  @Test(arguments: 0..<40)
  func `random tables read the same by any cut and any crew`(seed: Int) throws {
    let table = RandomTable(seed: UInt64(seed))
    guard !table.expected.names.isEmpty else { return }
    let folder = try TemporaryFolder()
    let half = table.lines.count / 2
    let paths = [
      try folder.file(table.lines[..<half].joined(separator: "\n"), "a.jsonl"),
      try folder.file(table.lines[half...].joined(separator: "\r\n") + "\n\n", "b.ndjson"),
    ]
    for (ranks, threads, size) in [(1, 1, 1 << 20), (1, 2, 40), (2, 1, 100), (3, 2, 17), (4, 1, 3)]
    {
      let found = try Communicator.withThreads(ranks) { communicator in
        let session = Session(communicator: communicator, threads: threads)
        var options = JSONLinesOptions()
        options.splitByteCount = size
        let source = try JSONLinesSource(paths: paths, options: options, in: session)
        return Table(try Dataset(source).collect(in: session))
      }
      for one in found { #expect(one == table.expected, "seed \(seed), \(ranks) ranks, \(size)") }
    }
  }

  @Test func `no cut or changed byte makes it crash, and what it reads has all rows`() throws {
    var chance = SeededGenerator(seed: 7)
    for round in 0..<150 {
      let table = RandomTable(seed: UInt64(1000 + round))
      var bytes = Array(table.lines.joined(separator: "\n").utf8)
      for _ in 0..<Int(chance.next() % 3) + 1 where !bytes.isEmpty {
        let place = Int(chance.next() % UInt64(bytes.count))
        switch chance.next() % 3 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: chance.next())
        case 1: bytes.remove(at: place)
        default: bytes.removeSubrange(place...)
        }
      }
      do { _ = try json(bytes, splitByteCount: 30) } catch { #expect(Failure(error).kind == .data) }
      do { _ = try json(bytes, splitByteCount: 30) { $0.skipsBadRows = true } } catch {
        #expect(Failure(error).message.hasSuffix("has no columns"))
      }
    }
  }
}
