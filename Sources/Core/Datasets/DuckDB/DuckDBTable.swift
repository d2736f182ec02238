internal import Frames
internal import Platform

/// The answer to a query, kept in DuckDB's memory so that any run of its rows can be asked for.
final class DuckDBTable: Sendable {
  private let database: DuckDBDatabase
  private let name: String
  private let kinds: [DuckDBColumnKind]
  private let columns: [DuckDBColumn]
  let schema: Schema
  let rowCount: Int
  /// What of the answer is not shown as DuckDB keeps it.
  let notes: [String]

  /// Runs a query and keeps its rows in their order.
  /// - Parameter limit: how many rows to keep at most.
  init(_ database: DuckDBDatabase, answering sql: String, limit: Int? = nil) throws {
    self.database = database
    name = "martlet_answer_\(UInt64.random(in: .min ... .max))"
    let count = limit.map { " LIMIT \($0)" } ?? ""
    try database.run("CREATE TABLE \(name) AS FROM (\n\(sql)\n)\(count)")
    rowCount =
      Int(try database.texts("SELECT count(*) FROM \(name)").first?.first.flatMap { $0 } ?? "")
      ?? 0
    var (kinds, fields): ([DuckDBColumnKind], [Schema.Field]) = ([], [])
    var notes: [String] = []
    var columns: [DuckDBColumn] = []
    for row in try database.texts("SELECT column_name, column_type FROM (DESCRIBE \(name))") {
      let column = DuckDBColumn(row[0] ?? "", row[1] ?? "")
      let kind: DuckDBColumnKind
      if let width = column.widthExpression {
        let widths = try database.texts(
          "SELECT min(\(width)), max(\(width)) FROM \(name) WHERE \(sqlName(column.name)) IS NOT NULL"
        )
        let (least, most) = (widths.first?[0], widths.first?[1])
        kind = least == most ? column.kind(width: Int(most ?? "0") ?? 0) : .plain(.text)
        if least != most {
          notes.append("column \(column.name): lists of several lengths, as text")
        }
      } else {
        kind = column.kind(width: 0)
        if column.type == .unreadable {
          notes.append("column \(column.name): \(column.words), as text")
        } else if let loss = DuckDBType.loss(column.words) {
          notes.append("column \(column.name): \(loss)")
        }
      }
      kinds.append(kind)
      columns.append(column)
      fields.append(Schema.Field(column.name, kind.columnType))
    }
    self.kinds = kinds
    self.columns = columns
    self.notes = notes
    schema = Schema(fields)
  }

  deinit { try? database.run("DROP TABLE IF EXISTS \(name)") }

  /// Some of the columns of a run of rows.
  func frame(_ names: [String], rows: Range<Int>) throws -> Frame {
    let chosen = try names.map { try schema.place(of: $0) }
    let part = try schema.selecting(names)
    guard !chosen.isEmpty else { return Frame(part, [], rowCount: rows.count) }
    let wanted = chosen.flatMap { kinds[$0].expressions(columns[$0]) }
    let read = try database.borrow { connection in
      try connection.query(
        "SELECT \(wanted.joined(separator: ", ")) FROM \(name) "
          + "WHERE rowid >= \(rows.lowerBound) AND rowid < \(rows.upperBound)"
      ).columns(chosen.map { kinds[$0] }, names: names, rowCount: rows.count) { row in
        "row \(rows.lowerBound + row + 1)"
      }
    }
    guard read.allSatisfy({ $0.count == rows.count }) else {
      throw Failure(.bug, "DuckDB gave \(read.first?.count ?? 0) of \(rows.count) rows")
    }
    return Frame(part, read, rowCount: rows.count)
  }
}

/// Runs of rows of a table that are read one by one.
struct RowRanges: Sendable {
  static let rowsPerSplit = 1 << 16
  let rowCount: Int

  var count: Int { (rowCount + Self.rowsPerSplit - 1) / Self.rowsPerSplit }

  subscript(index: Int) -> Range<Int> {
    index * Self.rowsPerSplit..<min(rowCount, (index + 1) * Self.rowsPerSplit)
  }
}
