import Cluster
import Datasets
import Frames
import Platform
import Synchronization

/// What was asked of a source: which columns, and which splits were read.
final class ReadingLog: Sendable {
  private let columns = Mutex([[String]]())
  private let splits = Mutex([Int]())

  func asked(_ names: [String]) { columns.withLock { $0.append(names) } }
  func read(_ split: Int) { splits.withLock { $0.append(split) } }
  var askedColumns: [[String]] { columns.withLock { $0 } }
  var readSplits: [Int] { splits.withLock { $0.sorted() } }
}

/// A frame in memory that writes down what is asked of it, and fails where told to.
struct LoggedSource: Source {
  let frame: Frame
  let rowsPerSplit: Int
  var log = ReadingLog()
  var failingSplits: Set<Int> = []

  var inner: FrameSource { FrameSource(frame, name: "logged", rowsPerSplit: rowsPerSplit) }
  var name: String { inner.name }
  var columnNames: [String] { inner.columnNames }
  var splitCount: Int { inner.splitCount }
  var notes: [String] { [] }

  func expectedSchema(_ columns: [String]) throws -> Schema { try inner.expectedSchema(columns) }

  func reading(
    _ columns: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    log.asked(columns)
    return LoggedReading(
      inner: try inner.reading(columns, splits: splits, keepsFrames: keepsFrames, in: session),
      log: log, failingSplits: failingSplits)
  }
}

private struct LoggedReading: Reading {
  let inner: any Reading
  let log: ReadingLog
  let failingSplits: Set<Int>

  var schema: Schema { inner.schema }
  func frame(ofSplit split: Int) throws -> Frame {
    log.read(split)
    guard !failingSplits.contains(split) else { throw Failure(.data, "split \(split) is broken") }
    return try inner.frame(ofSplit: split)
  }
  func place(ofRow row: Int, inSplit split: Int) -> String {
    inner.place(ofRow: row, inSplit: split)
  }
}

/// Splits of whole numbers of which a late one holds a fraction, like a text file whose types show
/// only once all of it was read: the guess is int64, the truth float64.
struct WideningSource: Source {
  /// The numbers of each split.
  let splits: [[Double]]
  let log = ReadingLog()

  var name: String { "widening" }
  var columnNames: [String] { ["x"] }
  var splitCount: Int { splits.count }
  var notes: [String] { [] }

  func expectedSchema(_ columns: [String]) throws -> Schema {
    try Schema([.init("x", .int64)]).selecting(columns)
  }

  func reading(
    _ columns: [String], splits mine: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    log.asked(columns)
    let hasFraction = mine.contains { split in
      log.read(split)
      return splits[split].contains { $0 != $0.rounded() }
    }
    let widest = try session.communicator.allReduce([hasFraction ? 1 : 0], by: .maximum)[0]
    let type: ColumnType = widest == 1 ? .float64 : .int64
    return WideningReading(
      schema: try Schema([.init("x", type)]).selecting(columns), splits: splits)
  }
}

private struct WideningReading: Reading {
  let schema: Schema
  let splits: [[Double]]

  func frame(ofSplit split: Int) throws -> Frame {
    let numbers = splits[split]
    let columns = schema.fields.map { field in
      field.type == .int64
        ? Column(numbers.map { Optional(Int64($0)) }) : Column(numbers.map { Optional($0) })
    }
    return Frame(schema, columns, rowCount: numbers.count)
  }
  func place(ofRow row: Int, inSplit split: Int) -> String { "widening:\(split):\(row)" }
  var skippedRowCount: Int { 7 }
  func reasonForText(_ column: String) -> String? { column == "x" ? "because" : nil }
}
