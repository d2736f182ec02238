internal import CDuckDB
internal import Frames
internal import Platform

/// The rows that a query gives, chunk by chunk.
@safe final class DuckDBResult {
  // Kept, since the rows are read through it.
  private let connection: DuckDBConnection
  private var result: martlet_duckdb_result
  let columnCount: Int

  init(executing prepared: UnsafeMutableRawPointer, on connection: DuckDBConnection) throws {
    self.connection = connection
    unsafe result = martlet_duckdb_result()
    let status = unsafe martlet_duckdb_execute(prepared, &result)
    columnCount = status == 0 ? Int(unsafe martlet_duckdb_column_count(&result)) : 0
    if status != 0 { throw problem }
  }

  deinit { unsafe martlet_duckdb_destroy_result(&result) }

  /// The names of the columns.
  var columnNames: [String] {
    (0..<columnCount).map { index in
      let name = unsafe martlet_duckdb_column_name(&result, Int64(index))
      return unsafe name.map { unsafe String(cString: $0) } ?? "c\(index + 1)"
    }
  }

  /// The next rows, or nil after the last ones.
  func next() throws -> DuckDBChunk? {
    guard let chunk = unsafe martlet_duckdb_fetch(&result) else {
      if unsafe martlet_duckdb_error(&result) != nil { throw problem }
      return nil
    }
    let rows = unsafe DuckDBChunk(chunk)
    return rows.rowCount == 0 ? nil : rows
  }

  /// All rows as columns of the given kinds; a kind takes one or more columns of the result.
  /// - Parameters:
  ///   - rowCount: how many rows there will be, or nil where that is not known.
  ///   - place: the words for a row, for errors.
  func columns(
    _ kinds: [DuckDBColumnKind], names: [String]? = nil, rowCount: Int?,
    place: (Int) -> String
  ) throws -> [Column] {
    var builders = kinds.map { DuckDBColumnBuilder($0, capacity: rowCount ?? 0) }
    var done = 0
    while let chunk = try next() {
      try Signals.throwIfStopRequested()
      guard rowCount == nil || done + chunk.rowCount <= rowCount ?? 0 else { break }
      var first = 0
      for index in builders.indices {
        do { try builders[index].append(chunk, first: first) } catch let problem as BadList {
          throw DataError(
            place: place(done + problem.row), column: names?[index], problem: problem.words)
        }
        first += kinds[index].resultColumnCount
      }
      done += chunk.rowCount
    }
    return builders.map { $0.finished() }
  }

  private var problem: DuckDBError {
    let message = unsafe martlet_duckdb_error(&result)
    return DuckDBError(
      message: unsafe message.map { unsafe String(cString: $0) } ?? "the query failed")
  }
}

/// Some rows of a result.
@safe final class DuckDBChunk {
  private let handle: UnsafeMutableRawPointer
  let rowCount: Int

  init(_ handle: UnsafeMutableRawPointer) {
    unsafe self.handle = handle
    rowCount = Int(unsafe martlet_duckdb_row_count(handle))
  }

  deinit { unsafe martlet_duckdb_destroy_chunk(handle) }

  /// Lends the vector of a column.
  @unsafe
  func vector(_ column: Int) -> DuckDBVector {
    guard let vector = unsafe martlet_duckdb_vector(handle, Int64(column)),
      let data = unsafe martlet_duckdb_data(vector)
    else { bug("column \(column) of a chunk has no vector") }
    return unsafe DuckDBVector(
      handle: vector, data: data, validity: UnsafePointer(martlet_duckdb_validity(vector)))
  }
}

/// The values of one column in a chunk; valid while the chunk lives.
@unsafe
struct DuckDBVector {
  let handle: UnsafeMutableRawPointer
  let data: UnsafeMutableRawPointer
  /// One bit a row, or nil where no value is missing.
  let validity: UnsafePointer<UInt64>?
}
