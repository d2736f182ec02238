public import Cluster
internal import FoundationEssentials
public import Frames
internal import Platform

/// Files of JSON lines: one object a line, its keys the columns.
///
/// Opening it reads all lines once, shared among the workers, to find the keys and the types that
/// hold all their values; what a split holds is read when it is asked for.
///
/// What counts as what:
/// - `null` and an absent key are missing. Whole numbers of 64 bits are int64, other numbers
///   float64 (Python's `NaN` and `Infinity` too), `true` and `false` bool, texts text, or a date or
///   time where all are (ISO 8601). A list of texts is texts, a list of numbers a vector where all
///   have one width.
/// - an object within is flattened: `{"a": {"b": 1}}` is a column `a.b`.
/// - values of several kinds under one key make it text: texts without their quotes, all else as
///   it stands in the file. So do lists of anything else.
/// - a key that is in a line twice is an error, and so is nesting deeper than 512 levels.
///
/// Cost: two passes over the bytes, some hundreds of MB/s a core each.
public final class JSONLinesSource: Source {
  public let columnNames: [String]
  public let notes: [String] = []
  private let files: LineFiles
  private let fields: [JSONField]
  private let reasons: [CSVEvidence?]
  private let rowCounts: [Int]
  private let skippedRowCount: Int
  private let readers: Pool<JSONLinesReader>

  /// Opens files, in the order of their rows; a collective call.
  public init(
    paths: [String], options: JSONLinesOptions = JSONLinesOptions(), in session: Session
  ) throws {
    let communicator = session.communicator
    let files = try communicator.agree("opening the data") {
      guard !paths.isEmpty else { throw Failure(.usage, "there is no file of JSON lines to read") }
      return try LineFiles(paths, splitByteCount: max(1, options.splitByteCount))
    }
    let activity = "reading the keys of \(files.name)"
    let readers = Pool { JSONLinesReader(options) }
    let own = Dataset.share(
      of: files.splits.indices, rank: communicator.rank, of: communicator.size)
    let breadcrumb = session.breadcrumb
    let surveys = try communicator.agree(activity) {
      let surveys = try mapConcurrently(own.count, threads: session.threads) { index in
        let split = files.splits[own.lowerBound + index]
        breadcrumb.at(stage: "split", step: split.index)
        return try readers.borrow { try $0.survey(split, of: files.files[split.file]) }
      }
      if let problem = surveys.lazy.compactMap(\.problem).first {
        throw try problem.error(in: files)
      }
      return surveys
    }
    let counts = try communicator.allGather(
      surveys.flatMap { [Int64($0.rowCount), Int64($0.badRowCount)] }
    ).flatMap { $0 }
    rowCounts = stride(from: 0, to: counts.count, by: 2).map { Int(counts[$0]) }
    skippedRowCount = stride(from: 1, to: counts.count, by: 2).reduce(0) { $0 + Int(counts[$1]) }
    let mine = try JSONEncoder().encode(Self.joined(surveys.map(\.columns)))
    let parts = try communicator.allGather(Array(mine)).map {
      try JSONDecoder().decode([JSONColumn].self, from: Data($0))
    }
    let columns = Self.joined(parts).filter { !$0.isOnlyObject }
    let chosen = try Self.chosen(options.columnNames, of: columns, files)
    fields = chosen.map { JSONField(name: $0.name, type: $0.settled.type, width: $0.width) }
    reasons = chosen.map(\.settled.reason)
    columnNames = fields.map(\.name)
    self.files = files
    self.readers = readers
  }

  /// The columns of parts that follow each other, in the order of their first values.
  private static func joined(_ parts: [[JSONColumn]]) -> [JSONColumn] {
    var columns: [JSONColumn] = []
    var numbers: [[UInt8]: Int] = [:]
    for column in parts.joined() {
      let name = Array(column.name.utf8)
      if let number = numbers[name] {
        columns[number].add(column)
      } else {
        numbers[name] = columns.count
        columns.append(column)
      }
    }
    return columns
  }

  private static func chosen(
    _ names: [String]?, of columns: [JSONColumn], _ files: LineFiles
  ) throws -> [JSONColumn] {
    guard !columns.isEmpty else {
      throw Failure(
        .data, "\(files.name) has no columns", hint: "JSON lines are one object a line")
    }
    guard let names else { return columns }
    return try names.map { name in
      guard let column = columns.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
        throw Schema.noColumn(name, in: columns.map(\.name))
      }
      return column
    }
  }

  public var name: String { files.name }
  public var splitCount: Int { files.splits.count }

  public func expectedSchema(_ columns: [String]) throws -> Schema {
    try Schema(fields.map { Schema.Field($0.name, $0.type.columnType) }).selecting(columns)
  }

  public func reading(
    _ columns: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    let all = Schema(fields.map { Schema.Field($0.name, $0.type.columnType) })
    let places = try columns.map { try all.place(of: $0) }
    return JSONLinesReading(source: self, schema: try all.selecting(columns), places: places)
  }

  /// Bytes of a file as text for a person.
  static func shown(_ bytes: [UInt8]) -> String {
    var dialect = CSVDialect.plain
    dialect.isLatin1 = String(validating: bytes, as: UTF8.self) == nil
    return dialect.shown(bytes)
  }

  private struct JSONLinesReading: Reading {
    let source: JSONLinesSource
    let schema: Schema
    let places: [Int]

    var skippedRowCount: Int { source.skippedRowCount }

    func frame(ofSplit index: Int) throws -> Frame {
      let (files, count) = (source.files, source.rowCounts[index])
      let split = files.splits[index]
      let wanted = places.map { source.fields[$0] }
      // Without a column there is nothing to look at again.
      if wanted.isEmpty { return Frame(schema, [], rowCount: count) }
      let columns = try source.readers.borrow {
        try $0.convert(split, of: files.files[split.file], wanted)
      }
      guard let columns, columns.allSatisfy({ $0.count == count }) else {
        throw files.changed(index)
      }
      return Frame(schema, columns, rowCount: count)
    }

    func place(ofRow row: Int, inSplit index: Int) -> String {
      let files = source.files
      let file = files.file(ofSplit: index)
      let found = try? source.readers.borrow {
        try $0.place(ofRow: row, in: files.splits[index], of: file)
      }
      guard let found, let place = try? files.place(found, inSplit: index) else {
        return file.path
      }
      return place.text
    }

    func reasonForText(_ column: String) -> String? {
      guard let index = schema.index(of: column), schema.fields[index].type == .text,
        let reason = source.reasons[places[index]],
        let place = try? source.files.place(reason.place, inSplit: reason.split),
        let text = try? CSVLines.text(
          at: reason.place, in: source.files.file(ofSplit: reason.split))
      else { return nil }
      return "'\(shown(value(text)))' at \(place.text)"
    }

    /// The value that a text begins with, as far as it is there.
    private func value(_ text: [UInt8]) -> [UInt8] {
      guard let first = text.first else { return [] }
      if first == UInt8(ascii: "\"") {
        return Array(text.dropFirst().prefix { $0 != UInt8(ascii: "\"") })
      }
      if first == UInt8(ascii: "[") {
        let end = text.firstIndex(of: UInt8(ascii: "]")) ?? text.count - 1
        return Array(text[...end])
      }
      return Array(text.prefix { !Array(",} \t\r".utf8).contains($0) })
    }
  }
}
