import Datasets
import Foundation
import Frames
import Platform
import Testing

/// A random table as text, with the options to read it.
private struct RandomTable {
  var bytes: [UInt8] = []
  var options = CSVOptions()
  var reference = ReferenceReader()

  init(_ chance: inout SeededGenerator) {
    func pick<T>(_ items: [T]) -> T { items[Int(chance.next() % UInt64(items.count))] }
    let delimiter = pick([",", ",", ",", ";", "\t", "|", "||", "→", "ab"])
    let lineEnd = pick(["\n", "\n", "\r\n"])
    options.delimiter = delimiter
    reference.delimiter = Array(delimiter.utf8)
    if delimiter != ",", chance.next() % 3 == 0 {
      options.decimalMark = ","
      reference.decimalMark = ","
    }
    if chance.next() % 4 == 0 {
      options.missingWords = ["-", "x", "7"]
      reference.missingWords = options.missingWords
    }
    let columnCount = Int(chance.next() % 5) + 1
    let names = (0..<columnCount).map { "n\($0)" }
    if chance.next() % 3 == 0 {
      options.textUnlessCanonical = ["n0"]
      reference.identifiers = ["n0"]
    }
    let kinds = names.map { _ in Int(chance.next() % 8) }
    var text = names.joined(separator: delimiter) + lineEnd
    let rowCount = Int(chance.next() % 30)
    for row in 0..<rowCount {
      if chance.next() % 12 == 0 { text += pick([lineEnd, "\n", "\r\n"]) }
      // Some columns turn into something else late.
      let fields = kinds.map { kind in
        Self.field(row * 3 > rowCount * 2 ? kind : min(kind, 4), reference, &chance)
      }
      text += fields.joined(separator: delimiter)
      if row + 1 < rowCount || chance.next() % 2 == 0 { text += lineEnd }
    }
    bytes = Array(text.utf8)
  }

  private static func field(
    _ kind: Int, _ reference: ReferenceReader, _ chance: inout SeededGenerator
  ) -> String {
    func pick<T>(_ items: [T]) -> T { items[Int(chance.next() % UInt64(items.count))] }
    let delimiter = String(decoding: reference.delimiter, as: UTF8.self)
    let number = Double.random(in: -99...99, using: &chance)
    let digits = String(format: "%.\(chance.next() % 12)f", number)
      .replacingOccurrences(of: ".", with: reference.decimalMark)
    var text: String
    switch (kind, chance.next() % 10) {
    case (_, 0): text = pick(["", "", "NA", "null", "-", "7"])
    case (0, _), (4, 1...8):
      text = String(Int64(bitPattern: chance.next()) >> Int64(chance.next() % 64))
    case (1, _): text = digits
    case (2, _): text = pick(["true", "false", "TRUE"])
    case (3, _): text = pick(["", "NA", "null", ""])
    case (4, _):
      text = pick(["007", "+5", " 8", "9 ", "9223372036854775808", "1e5", "nan", "-inf"])
    case (5, 1...7): text = digits
    default:
      text = pick([
        "a", "x", "héé", "\"", "\"\"", "a\"b", "\n", "a\nb", "\r\n", "c,d", delimiter,
        "x" + delimiter,
        "true", "0x10", "日本", " ", String(repeating: "long ", count: 12), "\n\n\n1,2\n",
      ])
    }
    let bytes = Array(text.utf8)
    let mustQuote =
      bytes.contains(10) || bytes.contains(13) || bytes.first == 34 || text.contains(delimiter)
      || reference.delimiter.contains { bytes.contains($0) }
    guard mustQuote || chance.next() % 6 == 0 else { return text }
    return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }

  func expected() throws -> Table {
    let records = try #require(reference.records(bytes))
    let names = records[0].map(\.text)
    let rows = Array(records.dropFirst())
    let columns = reference.columns(names, rows)
    return Table(
      names: names, types: columns.map(\.type), values: columns.map(\.values), rowCount: rows.count)
  }

  func found(_ path: String, _ tuning: CSVTuning, threads: Int) throws -> Table {
    let source = try CSVSource(paths: [path], options: options, tuning: tuning)
    return try read(source, threads: threads, keepsFrames: threads == 1).table
  }
}

private func randomTuning(_ splitByteCount: Int, _ chance: inout SeededGenerator) -> CSVTuning {
  var tuning = CSVTuning()
  tuning.splitByteCount = splitByteCount
  tuning.pieceByteCount = [1, 16, 64, 100, 1 << 16][Int(chance.next() % 5)]
  tuning.chunkByteCount = [1, 64, 1 << 16][Int(chance.next() % 3)]
  tuning.prefixByteCount = [1, 20, 100, 1 << 16][Int(chance.next() % 4)]
  tuning.overrunByteCount = [0, 10, 1 << 16][Int(chance.next() % 3)]
  return tuning
}

struct RandomTests {
  @Test func `Random tables cut at every small split size read as the textbook reader reads them`()
    throws
  {
    let seed: UInt64 = 7
    var chance = SeededGenerator(seed: seed)
    let folder = try TemporaryFolder()
    for number in 0..<60 {
      let random = RandomTable(&chance)
      let path = try folder.file(random.bytes)
      let expected = try random.expected()
      for size in 1...64 {
        let tuning = randomTuning(size, &chance)
        let found = try random.found(path, tuning, threads: 1 + (size + number) % 2)
        try #require(
          found == expected,
          "seed \(seed), table \(number), \(tuning)\n\(String(decoding: random.bytes, as: UTF8.self).debugDescription)\n\(found)\n---\n\(expected)"
        )
      }
    }
  }

  @Test func `Thousands of random tables read as the textbook reader reads them`() throws {
    let seed: UInt64 = 20_261_121
    var chance = SeededGenerator(seed: seed)
    let folder = try TemporaryFolder()
    for number in 0..<3000 {
      let random = RandomTable(&chance)
      let path = try folder.file(random.bytes)
      let tuning = randomTuning(Int(chance.next() % 300) + 8, &chance)
      let (found, expected) = (
        try random.found(path, tuning, threads: 1 + number % 2), try random.expected()
      )
      try #require(
        found == expected,
        "seed \(seed), table \(number), \(tuning)\n\(String(decoding: random.bytes, as: UTF8.self).debugDescription)\n\(found)\n---\n\(expected)"
      )
    }
  }

  @Test func `Random bytes end in a table or a failure that names a line, the same for each cut`()
    throws
  {
    let seed: UInt64 = 99
    var chance = SeededGenerator(seed: seed)
    let folder = try TemporaryFolder()
    for number in 0..<400 {
      let alphabet = Array((number % 4 == 0 ? "\"\"\",,\n\n\r1a.é \0" : "\"\",,\n\n\r1a. \0").utf8)
      let count = Int(chance.next() % 120)
      let bytes =
        Array("a,b\n".utf8)
        + (0..<count).map { _ in
          alphabet[Int(chance.next() % UInt64(alphabet.count))]
        }
      let path = try folder.file(bytes)
      var outcomes: Set<String> = []
      for size in [1, 3, 17, 64, 1 << 20] {
        for skips in [BadRows.error, .skip] {
          var options = CSVOptions()
          options.delimiter = ","
          options.onBadRow = skips
          let outcome: String
          do {
            let source = try CSVSource(
              paths: [path], options: options, tuning: randomTuning(size, &chance))
            let (table, reading) = try read(source)
            outcome = "\(skips) \(reading.skippedRowCount) \(table)"
          } catch { outcome = "\(skips) \(Failure(error))" }
          outcomes.insert(outcome)
        }
      }
      #expect(outcomes.count <= 2, "seed \(seed), bytes \(number): \(outcomes)")
    }
  }
}

private typealias BadRows = CSVOptions.BadRows
