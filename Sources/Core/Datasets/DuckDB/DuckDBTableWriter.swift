internal import CDuckDB
internal import Frames
internal import LinearAlgebra
internal import Platform

/// Fills a table of DuckDB's with frames, in chunks of its own size however the frames are cut.
///
/// Columns are called `c0`, `c1`, ...; vectors are records of type, size, indices and values.
@safe final class DuckDBTableWriter {
  private let connection: DuckDBConnection
  private let appender: UnsafeMutableRawPointer
  private let types: [Int32]
  private let capacity: Int
  private var chunk: UnsafeMutableRawPointer?
  private var filled = 0

  init(_ connection: DuckDBConnection, table: String, types: [ColumnType]) throws {
    self.connection = connection
    let columns = types.enumerated().map { index, type in
      "c\(index) \(type == .vector ? DuckDBType.sparseWords : type.sqlType)"
    }
    try connection.run("CREATE TABLE \(table) (\(columns.joined(separator: ", ")))")
    var opened: UnsafeMutableRawPointer?
    let status = unsafe martlet_duckdb_appender(connection.handle, table, &opened)
    guard status == 0, let opened = unsafe opened else {
      throw DuckDBError(message: "the table cannot be filled")
    }
    unsafe appender = opened
    self.types = types.map { Int32($0.chunkType) }
    capacity = Int(martlet_duckdb_chunk_capacity())
  }

  deinit {
    if let chunk = unsafe chunk { unsafe martlet_duckdb_destroy_chunk(chunk) }
    unsafe martlet_duckdb_destroy_appender(appender)
  }

  /// Adds the rows of a frame.
  func append(_ frame: Frame) throws {
    var row = 0
    while row < frame.rowCount {
      let count = min(capacity - filled, frame.rowCount - row)
      let target = try unsafe openChunk()
      for (index, column) in frame.columns.enumerated() {
        guard let vector = unsafe martlet_duckdb_vector(target, Int64(index)) else {
          bug("column \(index) of a chunk has no vector")
        }
        try unsafe VectorWriter(vector).write(column.slice(row..<row + count), from: filled)
      }
      filled += count
      row += count
      if filled == capacity { try flush() }
    }
  }

  /// Adds what is left; nothing can be appended afterwards.
  func close() throws {
    try flush()
    if unsafe martlet_duckdb_close_appender(appender) != 0 { throw problem }
  }

  @unsafe
  private func openChunk() throws -> UnsafeMutableRawPointer {
    if let chunk = unsafe chunk { return unsafe chunk }
    let made = unsafe types.withUnsafeBufferPointer { types in
      unsafe martlet_duckdb_create_chunk(types.baseAddress, Int64(types.count))
    }
    guard let made = unsafe made else { throw DuckDBError(message: "there is no memory") }
    unsafe chunk = made
    return unsafe made
  }

  private func flush() throws {
    guard let full = unsafe chunk else { return }
    let status = unsafe martlet_duckdb_append(appender, full, Int64(filled))
    unsafe martlet_duckdb_destroy_chunk(full)
    unsafe chunk = nil
    filled = 0
    if status != 0 { throw problem }
  }

  private var problem: DuckDBError {
    let message = unsafe martlet_duckdb_appender_error(appender)
    return DuckDBError(
      message: unsafe message.map { unsafe String(cString: $0) } ?? "rows cannot be added")
  }
}

/// Writes the rows of a column into one vector of a chunk.
@unsafe
private struct VectorWriter {
  private let vector: UnsafeMutableRawPointer

  init(_ vector: UnsafeMutableRawPointer) { unsafe self.vector = vector }

  /// - Parameter first: the row of the chunk at which they begin.
  func write(_ column: Column, from first: Int) throws {
    let start = column.start
    switch column.storage {
    case .bool(let bits):
      let target = unsafe data(as: UInt8.self)
      for row in 0..<column.count { unsafe target[first + row] = bits[start + row] ? 1 : 0 }
    case .int32(let values), .date(let values): unsafe copy(values, column, first)
    case .int64(let values), .datetime(let values), .timestamp(let values):
      unsafe copy(values, column, first)
    case .float32(let values): unsafe copy(values, column, first)
    case .float64(let values): unsafe copy(values, column, first)
    case .text(let offsets, let bytes):
      for row in 0..<column.count where !column.isMissing(row) {
        unsafe setText(first + row, bytes, offsets, start + row)
      }
    case .texts(let offsets, let ends, let bytes):
      for row in 0..<column.count {
        if column.isMissing(row) {
          // A list that nobody reads still must not point anywhere.
          _ = unsafe try setList(first + row, 0)
          continue
        }
        let texts = Int(offsets[start + row])..<Int(offsets[start + row + 1])
        let (child, place) = unsafe try setList(first + row, texts.count)
        for (index, text) in texts.enumerated() {
          unsafe VectorWriter(child).setText(place + index, bytes, ends, text)
        }
      }
    case .dense, .sparse: unsafe try writeVectors(column, first)
    }
    for row in 0..<column.count where column.isMissing(row) {
      unsafe setMissing(first + row)
    }
  }

  private func writeVectors(_ column: Column, _ first: Int) throws {
    let kind = unsafe try child(0)
    let size = unsafe try child(1)
    let places = unsafe try child(2)
    let numbers = unsafe try child(3)
    for row in 0..<column.count {
      let place = column.start + row
      // Lists that nobody reads still must not point anywhere.
      _ = unsafe try places.setList(first + row, 0)
      _ = unsafe try numbers.setList(first + row, 0)
      if column.isMissing(row) {
        unsafe kind.setMissing(first + row)
        unsafe size.setMissing(first + row)
        unsafe places.setMissing(first + row)
        unsafe numbers.setMissing(first + row)
        continue
      }
      switch column.storage {
      case .dense(let width, let values):
        unsafe kind.data(as: Int8.self)[first + row] = 1
        unsafe size.setMissing(first + row)
        unsafe places.setMissing(first + row)
        unsafe try numbers.setNumbers(first + row, values, place * width..<(place + 1) * width)
      case .sparse(let width, let offsets, let indices, let values):
        let entries = Int(offsets[place])..<Int(offsets[place + 1])
        unsafe kind.data(as: Int8.self)[first + row] = 0
        unsafe size.data(as: Int32.self)[first + row] = Int32(width)
        unsafe try places.setNumbers(first + row, indices, entries)
        unsafe try numbers.setNumbers(first + row, values, entries)
      default: bug("a vector column of another storage")
      }
    }
  }

  private func setMissing(_ row: Int) { unsafe martlet_duckdb_set_missing(vector, Int64(row)) }

  private func copy<Element>(_ values: Buffer<Element>, _ column: Column, _ first: Int) {
    require(column.start + column.count <= values.count, "values of a slice")
    unsafe (data(as: Element.self) + first).update(
      from: values.pointer + column.start, count: column.count)
  }

  private func setText(
    _ row: Int, _ bytes: Buffer<UInt8>, _ offsets: Buffer<Int64>, _ place: Int
  ) {
    let (start, end) = (Int(offsets[place]), Int(offsets[place + 1]))
    require(start >= 0 && start <= end && end <= bytes.count, "text at \(start)..<\(end)")
    unsafe martlet_duckdb_set_text(vector, Int64(row), bytes.pointer + start, Int64(end - start))
  }

  private func setNumbers<Element>(
    _ row: Int, _ values: Buffer<Element>, _ range: Range<Int>
  ) throws {
    require(range.lowerBound >= 0 && range.upperBound <= values.count, "numbers \(range)")
    let (child, place) = unsafe try setList(row, range.count)
    unsafe (VectorWriter(child).data(as: Element.self) + place).update(
      from: values.pointer + range.lowerBound, count: range.count)
  }

  /// Gives a row a list of that length; the child that holds its values, and where they begin.
  private func setList(_ row: Int, _ count: Int) throws -> (UnsafeMutableRawPointer, Int) {
    let place = unsafe martlet_duckdb_set_list(vector, Int64(row), Int64(count))
    guard place >= 0, let child = unsafe martlet_duckdb_list_child(vector) else {
      throw DuckDBError(message: "a list finds no room")
    }
    return unsafe (child, Int(place))
  }

  private func child(_ index: Int) throws -> VectorWriter {
    guard let child = unsafe martlet_duckdb_struct_child(vector, Int64(index)) else {
      bug("a vector column without its part \(index)")
    }
    return unsafe VectorWriter(child)
  }

  private func data<Element>(as type: Element.Type) -> UnsafeMutablePointer<Element> {
    guard let data = unsafe martlet_duckdb_data(vector) else { bug("a vector without memory") }
    return unsafe data.assumingMemoryBound(to: type)
  }
}

extension ColumnType {
  /// The type's number in the bridge.
  fileprivate var chunkType: Int {
    switch self {
    case .bool: MARTLET_DUCKDB_BOOL
    case .int32: MARTLET_DUCKDB_INT32
    case .int64: MARTLET_DUCKDB_INT64
    case .float32: MARTLET_DUCKDB_FLOAT
    case .float64: MARTLET_DUCKDB_DOUBLE
    case .date: MARTLET_DUCKDB_DATE
    case .datetime: MARTLET_DUCKDB_DATETIME
    case .timestamp: MARTLET_DUCKDB_TIMESTAMP
    case .text: MARTLET_DUCKDB_TEXT
    case .texts: MARTLET_DUCKDB_TEXTS
    case .vector: MARTLET_DUCKDB_SPARSE
    }
  }
}
