internal import Cluster
public import Frames
internal import Platform

/// Frames as one Parquet file that appears complete or not at all.
///
/// The same rows give the same bytes, however they are cut into frames. Vectors are lists of
/// doubles where all of them are dense, otherwise records `(type, size, indices, values)` as Spark
/// lays its vectors down; their width, and labels and slots of columns, are kept in the file's own
/// notes under `martlet.columns`. Rows wait in DuckDB's memory, and on the scratch disk beyond the
/// budget, until `close`.
///
/// ```swift
/// let writer = try ParquetWriter(path: "flowers.parquet", schema: frame.schema)
/// try writer.append(frame)
/// try writer.close()
/// ```
public final class ParquetWriter: FrameFileWriter {
  private static let table = "martlet_rows"
  private let path: String
  private let schema: Schema
  private let replacing: Bool
  private let temporaryPath: String
  private let database: DuckDBDatabase
  private let writer: DuckDBTableWriter
  /// The width of each vector column, once a vector was seen.
  private var widths: [Int?]
  private var isSparse: [Bool]
  public private(set) var rowCount = 0

  /// - Parameters:
  ///   - replacing: whether a file that has the name already may be replaced.
  ///   - memoryByteCount: how much may wait in memory; nil for the standard budget.
  ///   - scratch: the folder for what does not fit there.
  public init(
    path: String, schema: Schema, replacing: Bool = false, memoryByteCount: Int? = nil,
    scratch: String? = nil
  ) throws {
    guard !schema.fields.isEmpty else {
      throw Failure(.usage, "a Parquet file needs at least one column")
    }
    try Self.checkNames(schema.names)
    try checkFreeForFile(path, replacing: replacing)
    try checkDestination(path)
    self.path = path
    self.schema = schema
    self.replacing = replacing
    temporaryPath = temporaryName(beside: path)
    // One thread, so that row groups end where the number of rows says.
    database = try DuckDBDatabase(
      threads: 1,
      memoryByteCount: memoryByteCount ?? MemoryBudget.standardLimit(localWorkers: 1),
      scratch: scratch ?? DuckDBDatabase.standardScratch)
    widths = schema.fields.map { _ in nil }
    isSparse = schema.fields.map { _ in false }
    writer = try database.borrow { connection in
      try DuckDBTableWriter(connection, table: Self.table, types: schema.fields.map(\.type))
    }
  }

  deinit { removePath(temporaryPath) }

  /// Adds the rows of a frame, which must have the writer's columns.
  public func append(_ frame: Frame) throws {
    require(
      frame.schema.names == schema.names
        && frame.schema.fields.map(\.type) == schema.fields.map(\.type),
      "a frame of other columns for \(path)")
    for (index, column) in frame.columns.enumerated() where column.missingCount < column.count {
      guard let width = column.vectorWidth else { continue }
      if case .sparse = column.storage { isSparse[index] = true }
      guard widths[index] == nil || widths[index] == width else {
        throw DataError(
          place: path, column: schema.fields[index].name,
          problem: "has vectors of \(widths[index] ?? 0) and of \(width) numbers")
      }
      widths[index] = width
    }
    try unwritable { try writer.append(frame) }
    rowCount += frame.rowCount
  }

  /// Writes the file, makes it durable and gives it its name.
  public func close() throws {
    try unwritable {
      try writer.close()
      let columns = schema.fields.indices.map { index in
        let isList = schema.fields[index].type == .vector && !isSparse[index]
        return "c\(index)\(isList ? ".\"values\"" : "") AS \(sqlName(schema.fields[index].name))"
      }
      try database.run(
        "COPY (SELECT \(columns.joined(separator: ", ")) FROM \(Self.table)) "
          + "TO \(sqlText(temporaryPath)) (FORMAT parquet, USE_TMP_FILE false, "
          + "KV_METADATA {\(sqlText(ParquetColumnNote.key)): "
          + "\(sqlText(try ParquetColumnNote.text(notes)))})")
    }
    try syncFile(temporaryPath, for: path)
    try movePath(temporaryPath, to: path, replacing: replacing)
  }

  /// DuckDB would call one of two such columns by another name.
  private static func checkNames(_ names: [String]) throws {
    var seen: [String: String] = [:]
    for name in names {
      if let other = seen.updateValue(name, forKey: name.lowercased()) {
        throw Failure(
          .data,
          "columns '\(other)' and '\(name)' differ only in case, which Parquet written by "
            + "DuckDB cannot keep", hint: "rename or leave out one of them")
      }
    }
  }

  private var notes: [ParquetColumnNote] {
    schema.fields.indices.map { index in
      let field = schema.fields[index]
      return ParquetColumnNote(
        name: field.name, type: field.type.rawValue, width: widths[index],
        metadata: field.metadata.isEmpty ? nil : field.metadata)
    }
  }

  private func unwritable(_ body: () throws -> Void) throws {
    do { try body() } catch let problem as DuckDBError {
      throw Failure(.cannotWrite, "cannot write \(path)", causes: [problem.reason])
    }
  }
}

extension Column {
  /// How many numbers each vector has; nil for a column of anything else.
  fileprivate var vectorWidth: Int? {
    switch storage {
    case .dense(let width, _), .sparse(let width, _, _, _): width
    default: nil
    }
  }
}
