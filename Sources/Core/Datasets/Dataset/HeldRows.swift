public import Cluster
public import Frames
internal import Platform
internal import Synchronization

/// Columns of a data set that were read once, for several passes over them.
///
/// The rows stay in memory where the session's budget has room for them; otherwise each pass reads
/// them again, and `isInMemory` says so.
public struct HeldRows: Sendable {
  /// The rows: from memory, or as they were.
  public let dataset: Dataset
  /// The columns as all rows have them, the widths of vectors included.
  public let schema: Schema
  public let numbers: RowNumbers
  /// What this worker's rows take; 0 where they are read again.
  public let byteCount: Int
  public let isInMemory: Bool
  /// Rows left out on all workers because they could not be read.
  public let skippedRowCount: Int
  private let reasons: @Sendable (String) -> String?

  /// The rows for a last pass: those in memory are forgotten split by split as they are taken.
  public func handedOver() -> Dataset {
    guard var source = dataset.source as? HeldSource else { return dataset }
    source.handsOver = true
    return Dataset(source)
  }

  /// Why a column is text, where one value made it so.
  public func reasonForText(_ column: String) -> String? { reasons(column) }

  init(
    _ dataset: Dataset, _ schema: Schema, _ numbers: RowNumbers, byteCount: Int?,
    skippedRowCount: Int, reasons: @escaping @Sendable (String) -> String?
  ) {
    self.dataset = dataset
    self.schema = schema
    self.numbers = numbers
    self.byteCount = byteCount ?? 0
    isInMemory = byteCount != nil
    self.skippedRowCount = skippedRowCount
    self.reasons = reasons
  }
}

extension Dataset {
  /// Reads some columns once and keeps them, as far as the budget has room; a collective call.
  public func held(_ columns: [String], in session: Session) throws -> HeldRows {
    let room = Atomic(session.memory.limit - session.memory.reservedByteCount)
    let read = try mapSplits(in: session, "reading \(source.name)", columns: columns) { rows in
      var rows = rows
      rows.frame = try rows.frame.selecting(columns)
      let byteCount = rows.frame.columns.reduce(0) { $0 + $1.byteCount }
      let isHeld = room.subtract(byteCount, ordering: .relaxed).newValue >= 0
      return HeldSplit(rows, byteCount: byteCount, isHeld: isHeld)
    }
    let numbers = try RowNumbers(counting: read.parts.map(\.rowCount), in: session)
    let schema = try Self.withWidths(
      read.schema.selecting(columns), read.parts.map(\.vectors), in: session)
    let byteCount = read.parts.reduce(0) { $0 + $1.byteCount }
    let isHeld =
      try session.communicator.allReduce(
        [read.parts.allSatisfy(\.isHeld) ? Int64(1) : 0], by: .minimum)[0] == 1
    let reading = read.reading
    let reasons: @Sendable (String) -> String? = { reading.reasonForText($0) }
    guard isHeld else {
      return HeldRows(
        select(columns), schema, numbers, byteCount: nil, skippedRowCount: read.skippedRowCount,
        reasons: reasons)
    }
    let reservation = try session.communicator.agree("keeping the rows") {
      try session.memory.reserve(byteCount, for: "the columns of \(source.name)")
    }
    let communicator = session.communicator
    let mine = Self.share(
      of: 0..<source.splitCount, rank: communicator.rank, of: communicator.size)
    let held = HeldSource(
      name: source.name, schema: schema, splitCount: source.splitCount,
      rows: KeptSplits(
        read.parts.compactMap(\.rows), first: mine.lowerBound, reservation))
    return HeldRows(
      Dataset(held), schema, numbers, byteCount: byteCount, skippedRowCount: read.skippedRowCount,
      reasons: reasons)
  }

  /// The schema with the widths of its vectors, which only the rows tell.
  private static func withWidths(
    _ schema: Schema, _ seen: [[HeldSplit.Vectors?]], in session: Session
  ) throws -> Schema {
    guard schema.fields.contains(where: { $0.type == .vector }) else { return schema }
    let own = schema.fields.indices.flatMap { place -> [Int64] in
      let found = seen.compactMap { $0[place] }
      return [
        Int64(found.map(\.width).max() ?? 0), found.contains { $0.isSparse } ? 1 : 0,
      ]
    }
    let all = try session.communicator.allReduce(own, by: .maximum)
    var fields = schema.fields
    for place in fields.indices where fields[place].type == .vector {
      fields[place].metadata.width = Int(all[place * 2])
      fields[place].metadata.isSparse = all[place * 2 + 1] == 1
    }
    return Schema(fields)
  }
}

/// The rows of one split, or only how many there are.
private struct HeldSplit: Sendable {
  struct Vectors: Sendable {
    let width: Int
    let isSparse: Bool
  }

  let rows: SplitRows?
  let rowCount: Int
  let byteCount: Int
  /// Of each column, what its vectors are like; nil where there are none.
  let vectors: [Vectors?]
  var isHeld: Bool { rows != nil }

  init(_ rows: SplitRows, byteCount: Int, isHeld: Bool) {
    self.rows = isHeld ? rows : nil
    self.byteCount = byteCount
    rowCount = rows.frame.rowCount
    vectors = rows.frame.columns.map { column in
      switch column.storage {
      case .dense(let width, _) where column.count > 0: Vectors(width: width, isSparse: false)
      case .sparse(let width, _, _, _): Vectors(width: width, isSparse: true)
      default: nil
      }
    }
  }
}

/// Rows that this worker has read and kept.
private struct HeldSource: Source {
  let name: String
  let schema: Schema
  let splitCount: Int
  let rows: KeptSplits
  /// Whether each split is given once and then forgotten.
  var handsOver = false

  var columnNames: [String] { schema.names }
  var notes: [String] { [] }

  func expectedSchema(_ columns: [String]) throws -> Schema { try schema.selecting(columns) }

  func reading(
    _ columns: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    HeldReading(rows: rows, schema: try schema.selecting(columns), handsOver: handsOver)
  }
}

private struct HeldReading: Reading {
  let rows: KeptSplits
  let schema: Schema
  let handsOver: Bool

  func frame(ofSplit split: Int) throws -> Frame {
    let frame = handsOver ? rows.take(split) : rows.frame(split)
    return try frame.selecting(schema.names)
  }
  func place(ofRow row: Int, inSplit split: Int) -> String { rows.place(ofRow: row, split) }
  func writtenText(ofRow row: Int, column: String, inSplit split: Int) -> String? {
    rows.writtenText(ofRow: row, column: column, split)
  }
}

/// The splits in memory, and their share of the budget.
private final class KeptSplits: Sendable {
  private struct State {
    var splits: [SplitRows]
    var left: Int
    var reservation: MemoryReservation?
  }

  /// The first of the splits that are kept here.
  private let first: Int
  private let state: Mutex<State>

  init(_ splits: [SplitRows], first: Int, _ reservation: MemoryReservation) {
    self.first = first
    state = Mutex(State(splits: splits, left: splits.count, reservation: reservation))
  }

  func frame(_ split: Int) -> Frame { state.withLock { $0.splits[split - first].frame } }

  func place(ofRow row: Int, _ split: Int) -> String {
    state.withLock { $0.splits[split - first] }.place(ofRow: row)
  }

  func writtenText(ofRow row: Int, column: String, _ split: Int) -> String? {
    state.withLock { $0.splits[split - first] }.writtenText(ofRow: row, column: column)
  }

  /// The rows of a split, which are forgotten here; after the last of them the budget has its share
  /// again.
  func take(_ split: Int) -> Frame {
    state.withLock { state in
      let frame = state.splits[split - first].frame
      // A slice of no rows would keep their memory.
      state.splits[split - first].frame = Frame(
        frame.schema, frame.schema.fields.map { Column.empty($0.type) }, rowCount: 0)
      state.left -= 1
      if state.left == 0 { state.reservation = nil }
      return frame
    }
  }
}
