public import Cluster
public import Frames
internal import Platform

/// The answer to one SELECT over files and databases, in the order in which it was given.
///
/// A question only: a text that is anything but one statement that reads is refused, and databases
/// are attached for reading alone. Files are named in quotes (`from 'flowers.parquet'`); what DuckDB
/// makes of a CSV file is DuckDB's, not this project's reader's.
public struct SQLSource: Source {
  private let table: DuckDBTable
  private let ranges: RowRanges
  public var name: String { "the answer" }
  public var columnNames: [String] { table.schema.names }
  public var splitCount: Int { ranges.count }
  public var notes: [String] { [] }
  public var warnings: [String] { table.notes }
  /// How many rows the answer has, up to the limit.
  public var rowCount: Int { table.rowCount }

  /// Runs the query and keeps its answer.
  /// - Parameters:
  ///   - databases: databases by the name they have in the query: `shop=sqlite:shop.db`.
  ///   - limit: how many rows to keep at most; nil for all.
  ///   - threads, memoryByteCount, scratch: what DuckDB may use.
  public init(
    _ sql: String, databases: [(name: String, address: String)] = [], limit: Int? = nil,
    threads: Int, memoryByteCount: Int, scratch: String
  ) throws {
    let database = try DuckDBDatabase(
      threads: threads, memoryByteCount: memoryByteCount, scratch: scratch)
    if sql.contains("s3://") { try ObjectStore.open(in: database) }
    for (name, address) in databases {
      guard let address = try DatabaseAddress(address) else {
        throw Failure(
          .usage, "'\(address)' is no database",
          hint: "name it as sqlite:PATH or postgres://HOST/DATABASE")
      }
      try address.attach(to: database, as: name)
    }
    do {
      guard try database.borrow({ try $0.isSelect(sql) }) else {
        throw Failure(
          .usage, "martlet sql takes one SELECT and nothing that writes",
          hint: "to write the answer to a file, pass --out")
      }
      // Questions only from here on: nothing may be set up or loaded by the text.
      try database.run("SET lock_configuration = true")
      table = try DuckDBTable(database, answering: Self.statement(sql), limit: limit)
    } catch let problem as DuckDBError {
      throw Failure(.data, "the query failed", causes: [problem.words])
    }
    ranges = RowRanges(rowCount: table.rowCount)
  }

  public func expectedSchema(_ columns: [String]) throws -> Schema {
    try table.schema.selecting(columns)
  }

  public func reading(
    _ columns: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    guard session.communicator.size == 1 else {
      throw Failure(
        .usage, "the answer to a query has no order that all workers could share",
        hint: "write it to a file with martlet sql --out, and read that")
    }
    return TableReading(
      schema: try expectedSchema(columns), table: table, ranges: ranges, name: name)
  }

  /// The statement without the semicolons behind it.
  private static func statement(_ sql: String) -> String {
    var rest = Substring(sql)
    while let last = rest.last, last == ";" || last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}

/// Rows of a table that DuckDB holds.
struct TableReading: Reading {
  let schema: Schema
  let table: DuckDBTable
  let ranges: RowRanges
  let name: String

  func frame(ofSplit split: Int) throws -> Frame {
    do { return try table.frame(schema.names, rows: ranges[split]) } catch let problem
      as DuckDBError
    {
      throw Failure(.data, "cannot read \(name)", causes: [problem.reason])
    }
  }

  func place(ofRow row: Int, inSplit split: Int) -> String {
    "\(name), row \(ranges[split].lowerBound + row + 1)"
  }
}

extension DuckDBError {
  /// All that DuckDB says, without its pictures of the text.
  fileprivate var words: String {
    let lines = message.split(separator: "\n").map(String.init)
    let kept = lines.dropFirst().filter { !$0.hasPrefix("LINE ") && $0.contains { $0.isLetter } }
    return ([reason] + kept).joined(separator: "; ")
  }
}
