public import Cluster
public import Frames
internal import Platform

/// The rows of one table of a database: SQLite as a file, PostgreSQL as a server.
///
/// One worker reads the table once, in one state of it, and hands the others their rows. SQLite's
/// rows come in the order of their row numbers; PostgreSQL keeps none, so its rows are sorted by the
/// columns that are read, the first one first.
public struct DatabaseSource: Source {
  private static let attached = "source"
  private let address: DatabaseAddress
  private let database: DuckDBDatabase
  private let table: String
  private let columns: [DuckDBColumn]
  private let ranges: RowRanges
  public let warnings: [String]
  public var notes: [String] { [] }

  /// Whether a name is the address of a database.
  static func recognizes(_ name: String) -> Bool {
    ["sqlite:", "postgres://", "postgresql://"].contains { name.hasPrefix($0) }
  }

  /// The one table that is named as data.
  static func opening(_ names: [String]) throws -> DatabaseSource {
    guard names.count == 1 else {
      throw Failure(.usage, "a table of a database is read alone", hint: "name one source")
    }
    return try DatabaseSource(names[0])
  }

  /// Opens the database and looks at the table.
  /// - Parameter address: `sqlite:PATH#TABLE` or `postgres://HOST/DATABASE#TABLE`.
  public init(_ address: String) throws {
    guard let address = try DatabaseAddress(address) else {
      throw Failure(.usage, "'\(address)' is no address of a database")
    }
    self.address = address
    let database = try DuckDBDatabase(
      threads: 1, memoryByteCount: MemoryBudget.standardLimit(localWorkers: 1),
      scratch: DuckDBDatabase.standardScratch)
    self.database = database
    try address.attach(to: database, as: Self.attached)
    do {
      let table = try address.tableName(in: database, attachedAs: Self.attached)
      self.table = table
      let all = try database.texts("SELECT column_name, column_type FROM (DESCRIBE \(table))")
        .map { DuckDBColumn($0[0] ?? "", $0[1] ?? "") }
      columns = all.filter { $0.type != .unreadable }
      warnings = all.compactMap { column in
        guard column.type != .unreadable else {
          return "column \(column.name) is left out: \(column.words) has no place in a table here"
        }
        return DuckDBType.loss(column.words).map { "column \(column.name): \($0)" }
      }
      let count = try database.texts("SELECT count(*) FROM \(table)").first?.first.flatMap { $0 }
      ranges = RowRanges(rowCount: Int(count ?? "") ?? 0)
    } catch let problem as DuckDBError {
      throw Failure(.data, "cannot read \(address.name)", causes: [problem.reason])
    }
  }

  public var name: String { address.name }
  public var columnNames: [String] { columns.map(\.name) }
  public var splitCount: Int { ranges.count }

  public func expectedSchema(_ names: [String]) throws -> Schema {
    try Schema(columns.map { Schema.Field($0.name, $0.columnType ?? .text) }).selecting(names)
  }

  public func reading(
    _ names: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    let communicator = session.communicator
    let schema = try communicator.agree("reading \(name)") { try expectedSchema(names) }
    let table = try communicator.agree("reading \(name)") {
      session.isRoot && !names.isEmpty ? try answer(names) : nil
    }
    guard !names.isEmpty, let full = table, communicator.size == 1 else {
      return try received(schema, from: table, splits, in: session)
    }
    return TableReading(schema: schema, table: full, ranges: ranges, name: name)
  }

  /// The table as it is now, in its order.
  private func answer(_ names: [String]) throws -> DuckDBTable {
    let wanted = names.map(sqlName).joined(separator: ", ")
    let order = address.kind == .postgres ? " ORDER BY ALL" : ""
    do {
      let answer = try DuckDBTable(
        database, answering: "SELECT \(wanted) FROM \(table)\(order)")
      guard answer.rowCount == ranges.rowCount, answer.schema == (try expectedSchema(names)) else {
        throw Failure(.data, "cannot read \(name)", causes: ["it changed while it was read"])
      }
      return answer
    } catch let problem as DuckDBError {
      throw Failure(.data, "cannot read \(name)", causes: [problem.reason])
    }
  }

  /// The rows of this worker's splits, as rank 0 reads and tells them.
  private func received(
    _ schema: Schema, from table: DuckDBTable?, _ splits: Range<Int>, in session: Session
  ) throws -> any Reading {
    var kept: [Int: Frame] = [:]
    for split in 0..<(schema.fields.isEmpty ? 0 : ranges.count) {
      let bytes = try session.communicator.agree("reading \(name)") {
        try table?.frame(schema.names, rows: ranges[split]).encoded() ?? []
      }
      let told = try session.communicator.broadcast(bytes, from: 0)
      if splits.contains(split) { kept[split] = try Frame(decoding: told, schema: schema) }
    }
    return ReceivedReading(schema: schema, frames: kept, ranges: ranges, name: name)
  }
}

/// Rows that another worker read.
private struct ReceivedReading: Reading {
  let schema: Schema
  let frames: [Int: Frame]
  let ranges: RowRanges
  let name: String

  func frame(ofSplit split: Int) throws -> Frame {
    if let frame = frames[split] { return frame }
    require(schema.fields.isEmpty, "split \(split) was promised to another worker")
    return Frame(schema, [], rowCount: ranges[split].count)
  }

  func place(ofRow row: Int, inSplit split: Int) -> String {
    "\(name), row \(ranges[split].lowerBound + row + 1)"
  }
}
