internal import CDuckDB
internal import Frames
internal import Platform

/// What DuckDB says is wrong, in its own words.
struct DuckDBError: FailureConvertible {
  let message: String

  var failure: Failure { Failure(.data, message) }

  /// The first line, without the kind of error that DuckDB puts before it.
  var reason: String {
    let line = message.split(separator: "\n").first.map(String.init) ?? message
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    guard let end = words.firstIndex(of: "Error:"), end < 4 else { return line }
    return words[(end + 1)...].joined(separator: " ")
  }
}

/// One line of work with a database; used by one thread at a time.
@safe final class DuckDBConnection: @unchecked Sendable {
  // Proof of Sendable: the pool of the database lends it to one thread at a time.
  let handle: UnsafeMutableRawPointer

  fileprivate init(connecting database: UnsafeMutableRawPointer) throws {
    var opened: UnsafeMutableRawPointer?
    guard unsafe martlet_duckdb_connect(database, &opened) == 0, let opened = unsafe opened else {
      throw Failure(.failed, "DuckDB gives no connection")
    }
    unsafe handle = opened
  }

  convenience init(_ database: UnsafeMutableRawPointer) throws {
    try unsafe self.init(connecting: database)
  }

  deinit { unsafe martlet_duckdb_disconnect(handle) }

  /// Runs statements that give nothing back.
  func run(_ sql: String) throws {
    for index in 0..<(try statementCount(sql)) {
      let result = try query(sql, statement: index)
      while try result.next() != nil {}
    }
  }

  /// How many statements a text holds.
  func statementCount(_ sql: String) throws -> Int {
    unsafe try withStatements(sql) { _, count in count }
  }

  /// Whether a text is one statement that only reads.
  func isSelect(_ sql: String) throws -> Bool {
    unsafe try withStatements(sql) { statements, count in
      guard count == 1 else { return false }
      return try unsafe withPrepared(statements, 0) { prepared in
        unsafe martlet_duckdb_statement_kind(prepared) == 1
      }
    }
  }

  /// Runs one statement; its rows come as they are asked for, in their order.
  func query(_ sql: String, statement index: Int = 0) throws -> DuckDBResult {
    unsafe try withStatements(sql) { statements, _ in
      try unsafe withPrepared(statements, index) { prepared in
        try unsafe DuckDBResult(executing: prepared, on: self)
      }
    }
  }

  /// All rows of a small answer, as texts.
  func texts(_ sql: String) throws -> [[String?]] {
    let result = try query("SELECT COLUMNS(*)::VARCHAR FROM (\(sql))")
    let columns = (0..<result.columnCount).map { _ in DuckDBColumnKind.plain(.text) }
    let frame = try result.columns(columns, rowCount: nil) { row in "row \(row + 1)" }
    guard let first = frame.first else { return [] }
    return (0..<first.count).map { row in
      frame.map { $0.isMissing(row) ? nil : $0.text(at: row) }
    }
  }

  private func withStatements<R>(
    _ sql: String, _ body: (UnsafeMutableRawPointer, Int) throws -> R
  ) throws -> R {
    var extracted: UnsafeMutableRawPointer?
    let count = unsafe martlet_duckdb_extract(handle, sql, &extracted)
    defer { unsafe martlet_duckdb_destroy_extracted(extracted) }
    guard let extracted = unsafe extracted else { throw DuckDBError(message: "no statement") }
    if count == 0 {
      let message = unsafe martlet_duckdb_extract_error(extracted)
      throw DuckDBError(
        message: unsafe message.map { unsafe String(cString: $0) } ?? "no statement")
    }
    return try unsafe body(extracted, Int(count))
  }

  private func withPrepared<R>(
    _ statements: UnsafeMutableRawPointer, _ index: Int,
    _ body: (UnsafeMutableRawPointer) throws -> R
  ) throws -> R {
    var prepared: UnsafeMutableRawPointer?
    let status = unsafe martlet_duckdb_prepare(handle, statements, Int64(index), &prepared)
    defer { unsafe martlet_duckdb_destroy_prepared(prepared) }
    guard status == 0, let prepared = unsafe prepared else {
      let message = unsafe martlet_duckdb_prepare_error(prepared)
      throw DuckDBError(
        message: unsafe message.map { unsafe String(cString: $0) }
          ?? "a statement is not understood")
    }
    return try unsafe body(prepared)
  }
}
