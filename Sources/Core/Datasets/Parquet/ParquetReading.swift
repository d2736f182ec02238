internal import Cluster
internal import Frames
internal import Platform

/// Columns of Parquet files whose types and widths are settled.
struct ParquetReading: Reading {
  let schema: Schema
  private let source: ParquetSource
  private let columns: [DuckDBColumn]
  private let kinds: [DuckDBColumnKind]

  init(_ source: ParquetSource, names: [String], schema: Schema, memoryByteCount: Int) throws {
    self.source = source
    self.schema = schema
    columns = try source.selected(names)
    try source.database.run("SET memory_limit = '\(max(64 << 20, memoryByteCount) >> 10)KiB'")
    kinds = try columns.map { column in
      guard let expression = column.widthExpression else { return column.kind(width: 0) }
      let width = try source.width(column, expression)
      try Self.check(width, of: column, in: source, memoryByteCount)
      return column.kind(width: width)
    }
  }

  /// A width stands in the file: no memory is asked for on its word alone.
  private static func check(
    _ width: Int, of column: DuckDBColumn, in source: ParquetSource, _ memoryByteCount: Int
  ) throws {
    guard (0...Int(Int32.max)).contains(width) else {
      throw Failure(
        .data, "cannot read \(source.name)",
        causes: ["column '\(column.name)' has vectors of \(width) numbers"])
    }
    guard column.type == .dense else { return }
    // A missing vector takes as much room as any other.
    let rows = source.splits.reduce(0) { max($0, $1.rows.count) }
    let (numbers, overflow) = rows.multipliedReportingOverflow(by: width)
    guard !overflow, numbers <= memoryByteCount / 8 else {
      throw Failure(
        .memory,
        "\(rows) vectors of \(width) numbers, column '\(column.name)' of \(source.name), do not fit "
          + "in the budget of \(byteText(memoryByteCount))",
        hint: "raise --memory, or write the file with smaller row groups")
    }
  }

  func frame(ofSplit index: Int) throws -> Frame {
    let split = source.splits[index]
    let file = source.files[split.file]
    try file.checkUnchanged(through: source.database)
    guard !kinds.isEmpty else { return Frame(schema, [], rowCount: split.rows.count) }
    let read: [Column]
    do {
      read = try source.database.borrow { connection in
        try connection.query(query(split, file)).columns(
          kinds, names: schema.names, rowCount: split.rows.count
        ) { row in
          place(ofRow: row, inSplit: index)
        }
      }
    } catch let problem as DuckDBError {
      // Whoever is reading it may have been overtaken by a writer: that is the better reason.
      try file.checkUnchanged(through: source.database)
      throw try tooLarge(split, file) ?? ParquetFile.unreadable(file.path, problem)
    }
    // DuckDB opens the file anew for each query: before and behind it must be the same.
    try file.checkUnchanged(through: source.database)
    guard read.allSatisfy({ $0.count == split.rows.count }) else { throw file.changed }
    return Frame(schema, read, rowCount: split.rows.count)
  }

  func place(ofRow row: Int, inSplit split: Int) -> String {
    let rows = source.splits[split].rows
    return "\(source.files[source.splits[split].file].path), row \(rows.lowerBound + row + 1)"
  }

  private func query(_ split: ParquetSource.Split, _ file: ParquetFile) -> String {
    let wanted = zip(kinds, columns).flatMap { kind, column in
      kind.expressions(file.column(column.name) ?? column)
    }.joined(separator: ", ")
    return "SELECT \(wanted) FROM \(ParquetReading.rows(split, file))"
  }

  /// The rows of a split; by row numbers, by which DuckDB leaves out row groups.
  private static func rows(_ split: ParquetSource.Split, _ file: ParquetFile) -> String {
    let path = sqlText(file.path)
    guard !split.isWhole else { return "read_parquet(\(path))" }
    return "read_parquet(\(path), file_row_number = true) "
      + "WHERE file_row_number >= \(split.rows.lowerBound) "
      + "AND file_row_number < \(split.rows.upperBound)"
  }

  /// The value that made reading fail, where it is a whole number beyond 64 bits with a sign.
  private func tooLarge(_ split: ParquetSource.Split, _ file: ParquetFile) throws -> DataError? {
    for column in file.columns
    where column.words == "UBIGINT" && columns.contains(where: { $0.name == column.name }) {
      let name = sqlName(column.tableName)
      let found = try? source.database.texts(
        "SELECT file_row_number, \(name) FROM read_parquet(\(sqlText(file.path)), "
          + "file_row_number = true) WHERE \(name) > \(Int64.max) "
          + "AND file_row_number >= \(split.rows.lowerBound) ORDER BY 1 LIMIT 1")
      guard let row = found?.first, let number = row[0].flatMap({ Int($0) }) else { continue }
      return DataError(
        place: "\(file.path), row \(number + 1)", column: column.name, found: row[1],
        problem: "is beyond \(Int64.max), the largest whole number that can be kept here",
        hint: "leave the column out, or turn it into text or double with martlet sql")
    }
    return nil
  }
}

extension ParquetSource {
  /// How many numbers the vectors of a column have: as was noted when they were written, or as the
  /// first one of them says.
  func width(_ column: DuckDBColumn, _ expression: String) throws -> Int {
    if let width = files[0].notes.first(where: { $0.name == column.name })?.width { return width }
    for file in files {
      do {
        let rows = try database.texts(
          "SELECT \(expression) FROM read_parquet(\(sqlText(file.path))) "
            + "WHERE \(sqlName(column.tableName)) IS NOT NULL LIMIT 1")
        if let width = rows.first?.first.flatMap({ $0 }).flatMap({ Int($0) }) { return width }
      } catch let problem as DuckDBError {
        throw ParquetFile.unreadable(file.path, problem)
      }
    }
    return 0
  }
}
