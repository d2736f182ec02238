internal import Cluster
internal import Platform

/// One pass over a source by all workers: guess, read, check the starts, join the types.
final class CSVPass {
  private let source: CSVSource
  private let session: Session
  private let own: Range<Int>
  private let keepsColumns: Bool
  private let names: [String]
  private let activity: String
  private var fields: [CSVField]
  private var prefix: [CSVColumn] = []
  private var results: [CSVSplitResult?]

  private struct Job: Sendable {
    var split: CSVSplit
    /// Where its first record is known to begin; nil where that is to be found.
    var start: Int?
  }

  init(
    _ source: CSVSource, columns: [String], own: Range<Int>, keepsColumns: Bool,
    in session: Session
  ) throws {
    self.source = source
    self.session = session
    self.own = own
    self.keepsColumns = keepsColumns
    names = columns
    activity = "reading \(source.name)"
    fields = try source.fields(columns)
    results = Array(repeating: nil, count: source.splits.count)
  }

  /// Reads until each split began where the one before it ended, then joins the types.
  func run() throws -> CSVReading {
    var rounds = CSVRounds(splits: source.splits, dataStarts: source.files.map(\.dataStart))
    var jobs = own.map { index in
      let split = source.splits[index]
      let start = source.files[split.file].dataStart
      return Job(split: split, start: split.range.lowerBound == start ? start : nil)
    }
    try session.communicator.agree(activity) { try guessTypes() }
    while true {
      try session.communicator.agree(activity) { try parse(jobs) }
      try share(jobs, &rounds)
      let (requests, found) = rounds.next()
      if let found {
        // All workers have the same summaries and come to the same failure.
        let file = source.files[source.splits[found.split].file]
        throw try found.problem.failure(
          in: file, columns: source.columnNames, dialect: source.dialect)
      }
      if requests.isEmpty { break }
      jobs = requests.filter { own.contains($0.split) }.map {
        Job(split: source.splits[$0.split], start: $0.start)
      }
    }
    source.parsers.drain()
    for index in own where rounds.isEmpty(index) { results[index] = nil }
    let columns = try joinTypes()
    return CSVReading(
      source, names: names, guess: fields, columns: columns, rounds: rounds,
      kept: keepsColumns ? results : Array(repeating: nil, count: results.count))
  }

  /// A join over a part of the values is never wider than the join over all: a guess can only be
  /// too narrow, and then a value shows it.
  private func guessTypes() throws {
    prefix = try source.prefix(fields)
    for (index, column) in prefix.enumerated() { fields[index].type = column.seen }
  }

  private func parse(_ jobs: [Job]) throws {
    let (source, fields, keepsColumns) = (source, fields, keepsColumns)
    let breadcrumb = session.breadcrumb
    let fresh = try source.concurrentlyEach(jobs.count, threads: session.threads) {
      index, parser in
      let job = jobs[index]
      breadcrumb.at(stage: "split", step: job.split.index)
      var result = try parser.parse(
        job.split, of: source.files[job.split.file], start: job.start, fields: fields)
      if !keepsColumns {
        for column in result.columns.indices { result.columns[column].column = nil }
      }
      return result
    }
    for result in fresh { results[result.split] = result }
  }

  private func share(_ jobs: [Job], _ rounds: inout CSVRounds) throws {
    let width = CSVSplitSummary.wordCount
    let words = jobs.flatMap { results[$0.split.index]?.summary.words ?? [] }
    for words in try session.communicator.allGather(words) {
      for first in stride(from: 0, to: words.count, by: width) {
        rounds.note(CSVSplitSummary(words: words[first..<first + width]))
      }
    }
  }

  private func joinTypes() throws -> [CSVColumnSummary] {
    let width = CSVColumnSummary.wordCount
    var columns = fields.map { CSVColumnSummary(type: $0.type) }
    for (index, column) in prefix.enumerated() { columns[index].add(column, split: 0) }
    for case let result? in results {
      for (index, column) in result.columns.enumerated() {
        columns[index].add(column, split: result.split)
      }
    }
    for words in try session.communicator.allGather(columns.flatMap(\.words)) {
      for index in columns.indices {
        columns[index].add(CSVColumnSummary(words: words[index * width..<(index + 1) * width]))
      }
    }
    return columns
  }
}
