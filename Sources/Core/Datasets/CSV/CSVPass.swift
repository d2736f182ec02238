internal import CParse
internal import Frames
internal import Platform

/// One pass over a source by all workers: guess, read, check the starts, join the types.
final class CSVPass {
  private let source: CSVSource
  private let own: [Int]
  private let keepsColumns: Bool
  private let names: [String]
  private var guess: [CSVField] = []
  private var prefix: [CSVColumn] = []
  private var results: [CSVSplitResult?]

  init(_ source: CSVSource, columns: [String], own: [Int], keepsColumns: Bool) throws {
    self.source = source
    self.own = own
    self.keepsColumns = keepsColumns
    names = columns
    results = Array(repeating: nil, count: source.splits.count)
    let places = try Self.places(of: columns, in: source.columnNames)
    let identifiers = Set(source.identifiers.map { Array($0.utf8) })
    guess = zip(columns, places).map { name, place in
      CSVField(
        place: place, type: .missing, isIdentifier: identifiers.contains(Array(name.utf8)))
    }
  }

  private static func places(of names: [String], in all: [String]) throws -> [Int] {
    if names.count == all.count, zip(names, all).allSatisfy({ $0.utf8.elementsEqual($1.utf8) }) {
      return Array(all.indices)
    }
    var byName: [[UInt8]: Int] = [:]
    for (index, name) in all.enumerated() { byName[Array(name.utf8)] = index }
    return try names.map { name in
      guard let place = byName[Array(name.utf8)] else { throw Schema.noColumn(name, in: all) }
      return place
    }
  }

  /// Reads until each split began where the one before it ended, then joins the types.
  func run(threads: Int, exchange: CSVExchange) throws -> CSVLayout {
    try guessTypes()
    let source = source
    var rounds = CSVRounds(splits: source.splits, dataStarts: source.files.map(\.dataStart))
    var jobs: [(split: CSVSplit, start: Int?)] = own.map { index in
      let split = source.splits[index]
      let start = source.files[split.file].dataStart
      return (split, split.range.lowerBound == start ? start : nil)
    }
    while true {
      try parse(jobs, threads: threads)
      let words = jobs.flatMap { results[$0.split.index]?.summary.words ?? [] }
      for words in try exchange.gather(words) {
        for first in stride(from: 0, to: words.count, by: CSVSplitSummary.wordCount) {
          rounds.note(CSVSplitSummary(words: words[first..<first + CSVSplitSummary.wordCount]))
        }
      }
      let (requests, found) = rounds.next()
      if let found {
        let file = source.files[source.splits[found.split].file]
        throw try found.problem.failure(
          in: file, columns: source.columnNames, dialect: source.dialect)
      }
      if requests.isEmpty { break }
      let mine = Set(own)
      jobs = requests.filter { mine.contains($0.split) }.map { request in
        (source.splits[request.split], request.start)
      }
    }
    for index in own where rounds.isEmpty(index) { results[index] = nil }
    return try joinTypes(rounds, exchange)
  }

  /// A join over a part of the values is never wider than the join over all: a guess can only be
  /// too narrow, and then a value shows it.
  private func guessTypes() throws {
    guard let split = source.splits.first else { return }
    let file = source.files[split.file]
    let start = file.dataStart
    let end = min(file.byteCount, start + source.tuning.prefixByteCount)
    let first = CSVSplit(index: split.index, file: split.file, range: start..<end)
    let result = try source.parsers.borrow {
      try $0.parse(first, of: file, start: start, fields: guess)
    }
    prefix = result.columns
    for (index, column) in result.columns.enumerated() { guess[index].type = column.seen }
  }

  private func parse(_ jobs: [(split: CSVSplit, start: Int?)], threads: Int) throws {
    let (source, fields, keepsColumns) = (source, guess, keepsColumns)
    let fresh = try source.concurrentlyEach(jobs.count, threads: threads) { index, parser in
      let job = jobs[index]
      var result = try parser.parse(
        job.split, of: source.files[job.split.file], start: job.start, fields: fields)
      if !keepsColumns {
        for column in result.columns.indices { result.columns[column].column = nil }
      }
      return result
    }
    for result in fresh { results[result.split] = result }
  }

  private func joinTypes(_ rounds: CSVRounds, _ exchange: CSVExchange) throws -> CSVLayout {
    var columns = guess.indices.map { CSVColumnSummary(type: guess[$0].type) }
    for (index, column) in prefix.enumerated() { columns[index].add(column, split: 0) }
    for case let result? in results {
      for (index, column) in result.columns.enumerated() {
        columns[index].add(column, split: result.split)
      }
    }
    let words = columns.flatMap(\.words)
    for words in try exchange.gather(words) {
      for index in columns.indices {
        let first = index * CSVColumnSummary.wordCount
        columns[index].add(
          CSVColumnSummary(words: words[first..<first + CSVColumnSummary.wordCount]))
      }
    }
    let schema = Schema(
      zip(names, columns).map { name, column in
        Schema.Field(name, column.type.columnType)
      })
    return CSVLayout(
      schema: schema, rowCounts: rounds.rowCounts, badRowCounts: rounds.badRowCounts,
      fields: zip(guess, columns).map { field, column in
        CSVField(place: field.place, type: column.type, isIdentifier: field.isIdentifier)
      },
      starts: rounds.starts.map { $0 ?? 0 }, evidence: columns.map(\.evidence))
  }

  /// The frames of this worker's splits, columns that were read under too narrow a type read again.
  func parts(_ layout: CSVLayout, threads: Int) throws -> [CSVPart] {
    let again = guess.indices.filter { guess[$0].type != layout.fields[$0].type }
    let (source, fields) = (source, again.map { layout.fields[$0] })
    let ready = results.compactMap { $0 }.filter { $0.rowCount > 0 }
    results = []
    return try source.concurrentlyEach(ready.count, threads: threads) { index, parser in
      var result = ready[index]
      let split = source.splits[result.split]
      if !again.isEmpty {
        let more = try parser.parse(
          split, of: source.files[split.file], start: layout.starts[split.index], fields: fields)
        guard more.columns.count == again.count else { throw source.changed(split) }
        for (column, place) in zip(more.columns, again) { result.columns[place] = column }
      }
      return CSVPart(split: result.split, frame: try source.frame(result, layout))
    }
  }
}

extension CSVType {
  /// The type in a frame; a column in which nothing is there counts as numbers.
  var columnType: ColumnType {
    switch self {
    case .bool: .bool
    case .int64: .int64
    case .missing, .float64: .float64
    case .text: .text
    }
  }

  /// The narrowest type that holds both.
  func joined(_ other: CSVType) -> CSVType {
    CSVType(rawValue: martlet_csv_join(rawValue, other.rawValue)) ?? .text
  }
}

/// What a worker knows of one column, as five numbers that travel between workers.
struct CSVColumnSummary {
  static let wordCount = 5
  var type: CSVType
  private var text: CSVEvidence?
  private var bool: CSVEvidence?

  init(type: CSVType) { self.type = type }

  /// Where the column became text: a text, or a bool beside numbers.
  var evidence: CSVEvidence? { text ?? bool }

  mutating func add(_ column: CSVColumn, split: Int) {
    type = type.joined(column.seen)
    if column.firstText >= 0 {
      text = .first(text, CSVEvidence(split: split, place: column.firstText))
    }
    if column.firstBool >= 0 {
      bool = .first(bool, CSVEvidence(split: split, place: column.firstBool))
    }
  }

  mutating func add(_ other: CSVColumnSummary) {
    type = type.joined(other.type)
    text = .first(text, other.text)
    bool = .first(bool, other.bool)
  }

  var words: [Int64] {
    [
      Int(type.rawValue), text?.split ?? -1, text?.place ?? 0, bool?.split ?? -1, bool?.place ?? 0,
    ].map(Int64.init)
  }

  init(words: ArraySlice<Int64>) {
    let words = words.map(Int.init)
    type = CSVType(rawValue: UInt8(truncatingIfNeeded: words[0])) ?? .text
    if words[1] >= 0 { text = CSVEvidence(split: words[1], place: words[2]) }
    if words[3] >= 0 { bool = CSVEvidence(split: words[3], place: words[4]) }
  }
}
