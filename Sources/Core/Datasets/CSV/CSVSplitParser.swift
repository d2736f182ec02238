internal import CParse
internal import Platform

/// Reads splits, one after another, with memory that it keeps; one thread's.
///
/// What a split gives is a function of the file, the place to begin and the types asked for, so
/// splits can be read in any order, by anybody, and again.
final class CSVSplitParser: @unchecked Sendable {
  // Proof of Sendable: a pool hands a parser to one thread at a time.
  /// How many line feeds are tried as the start of the first record.
  private static let candidateLimit = 64

  private let tuning: CSVTuning
  private let indexer: CSVIndexer
  private let window: CSVWindow
  private let memory = CSVMemory()

  init(_ dialect: CSVDialect, columnCount: Int, tuning: CSVTuning) {
    self.tuning = tuning
    indexer = CSVIndexer(dialect, fieldCount: columnCount)
    window = CSVWindow(pieceByteCount: tuning.pieceByteCount)
  }

  /// Reads the records that begin in a split.
  /// - Parameters:
  ///   - start: where a record is known to begin; nil looks for a likely place.
  func parse(
    _ split: CSVSplit, of file: CSVFile, start: Int?, fields: [CSVField]
  ) throws -> CSVSplitResult {
    defer { window.shrink() }
    var result = CSVSplitResult(split: split.index, start: start ?? -1, end: -1)
    let limit = start == nil ? split.range.upperBound + tuning.overrunByteCount : Int.max
    if let start {
      try window.open(file, at: start)
    } else {
      guard let likely = try likelyStart(in: split, of: file) else { return result }
      result.start = likely
      window.place = likely - window.origin
    }
    let columns = CSVColumns(fields, memory: memory)
    try read(split, limit: limit, into: columns, &result)
    if result.end >= 0 { result.columns = columns.finish() }
    result.rowCount = columns.rowCount
    return result
  }

  private func read(
    _ split: CSVSplit, limit: Int, into columns: CSVColumns, _ result: inout CSVSplitResult
  ) throws {
    let upper = split.range.upperBound
    while true {
      while window.place < window.count, window.position < upper {
        let found = indexer.records(
          in: window, before: upper, wish: tuning.chunkByteCount)
        if found.status == MARTLET_CSV_INCOMPLETE { break }
        require(found.status != MARTLET_CSV_NO_MEMORY, "no memory to find CSV records")
        let rowCount = Int(found.row_count)
        if rowCount > 0 {
          if columns.rowCount + rowCount > columns.capacity {
            let share = Double(rowCount) / Double(max(1, found.end - window.place))
            let left = Double(upper - window.position)
            columns.reserve(rowCount, estimate: Int(share * left * 1.04) + 64)
          }
          columns.append(indexer, window, rowCount: rowCount)
        }
        result.badRowCount += Int(found.bad_count)
        if found.status != MARTLET_CSV_FOUND {
          result.problem = CSVProblem(found, in: window, rowCount: columns.rowCount)
          result.end = window.origin + found.end
          return
        }
        window.place = found.end
      }
      if window.position >= upper || (window.isFinal && window.place >= window.count) {
        result.end = window.position
        return
      }
      // The record reaches far behind the split: more likely the start was within quotes.
      if window.end > limit { return }
      try window.fill(toward: upper + 4096)
    }
  }

  /// A place in the split at which a record seems to begin.
  ///
  /// It lies behind a line feed, and what follows reads as a good record. It may lie within quotes
  /// all the same; the end of the split before decides.
  private func likelyStart(in split: CSVSplit, of file: CSVFile) throws -> Int? {
    try window.open(file, at: split.range.lowerBound - 1)
    var first: Int?
    var searched = split.range.lowerBound - 1
    while true {
      try window.fill(toward: split.range.upperBound + 4096)
      first = window.placeBehindLineFeed(from: searched)
      if first != nil || window.isFinal || window.end >= split.range.upperBound { break }
      searched = window.end
      window.place = window.count
    }
    guard let first, first < split.range.upperBound else { return nil }
    var candidate: Int? = first
    for _ in 0..<Self.candidateLimit {
      guard let place = candidate, place < split.range.upperBound else { break }
      if isLikely(place) { return place }
      candidate = window.placeBehindLineFeed(from: place)
    }
    return first
  }

  private func isLikely(_ place: Int) -> Bool {
    window.place = place - window.origin
    guard window.place < window.count else { return false }
    let found = indexer.records(in: window, before: .max, wish: 1)
    return found.status == MARTLET_CSV_FOUND && found.bad_count == 0
      && found.stray_quotes == 0
  }

  /// Where a row of a split begins in the file; the split's own start is known.
  func place(ofRow row: Int, in split: CSVSplit, of file: CSVFile, start: Int) throws -> Int? {
    try search(forRow: row, in: split, of: file, start: start) {
      indexer.start(ofRow: $0, in: window)
    }
  }

  /// One field of a row of a split, as text.
  func text(
    ofRow row: Int, field: Int, in split: CSVSplit, of file: CSVFile, start: Int
  ) throws -> String? {
    try search(forRow: row, in: split, of: file, start: start) {
      field < indexer.fieldCount(ofRow: $0)
        ? indexer.text(ofRow: $0, field: field, in: window) : nil
    }
  }

  /// Lets `take` look at a row of a split while its bytes are there, by its number in the last
  /// search.
  private func search<R>(
    forRow row: Int, in split: CSVSplit, of file: CSVFile, start: Int, _ take: (Int) -> R?
  ) throws -> R? {
    try window.open(file, at: start)
    var passed = 0
    while true {
      while window.place < window.count, window.position < split.range.upperBound {
        let found = indexer.records(
          in: window, before: split.range.upperBound, wish: tuning.chunkByteCount)
        guard found.status == MARTLET_CSV_FOUND else { break }
        let rowCount = Int(found.row_count)
        if row - passed < rowCount { return take(row - passed) }
        passed += rowCount
        window.place = found.end
      }
      if window.position >= split.range.upperBound || window.isFinal { return nil }
      try window.fill(toward: split.range.upperBound + 4096)
    }
  }
}
