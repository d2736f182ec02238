internal import Synchronization

/// Parsers that wait for the next thread, with the memory that they hold.
final class CSVParserPool: Sendable {
  private let dialect: CSVDialect
  private let columnCount: Int
  private let tuning: CSVTuning
  private let idle = Mutex<[CSVSplitParser]>([])

  init(_ dialect: CSVDialect, columnCount: Int, tuning: CSVTuning) {
    self.dialect = dialect
    self.columnCount = columnCount
    self.tuning = tuning
  }

  /// Lends a parser to one thread for the time of `body`.
  func borrow<R>(_ body: (CSVSplitParser) throws -> R) rethrows -> R {
    let parser =
      idle.withLock { $0.popLast() }
      ?? CSVSplitParser(dialect, columnCount: columnCount, tuning: tuning)
    defer { idle.withLock { $0.append(parser) } }
    return try body(parser)
  }

  /// Gives the memory back.
  func drain() { idle.withLock { $0.removeAll() } }
}
