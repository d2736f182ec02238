internal import Platform

/// A batch of rows as named, typed columns of one length.
public struct Frame: Sendable {
  public let schema: Schema
  public let columns: [Column]
  public let rowCount: Int

  /// - Parameter rowCount: needed only where there are no columns.
  public init(_ schema: Schema, _ columns: [Column], rowCount: Int? = nil) {
    require(schema.fields.count == columns.count, "\(columns.count) columns for another schema")
    self.schema = schema
    self.columns = columns
    self.rowCount = rowCount ?? columns.first?.count ?? 0
    for (field, column) in zip(schema.fields, columns) {
      require(column.count == self.rowCount, "column '\(field.name)' has \(column.count) rows")
      require(column.type == field.type, "column '\(field.name)' is \(column.type.rawValue)")
    }
  }

  /// A frame of named columns.
  public init(_ columns: [(name: String, column: Column)]) {
    self.init(
      Schema(columns.map { Schema.Field($0.name, $0.column.type) }), columns.map(\.column))
  }

  /// The column of that name; an error that names the nearest one where there is none.
  public func column(_ name: String) throws -> Column { columns[try schema.place(of: name)] }

  /// Some of the columns, in the order asked for.
  public func selecting(_ names: [String]) throws -> Frame {
    Frame(
      try schema.selecting(names), try names.map { columns[try schema.place(of: $0)] },
      rowCount: rowCount)
  }

  /// Some of the rows, in the order asked for.
  public func selecting(rows: [Int]) -> Frame {
    Frame(schema, columns.map { $0.selecting(rows) }, rowCount: rows.count)
  }

  /// A run of rows, sharing the memory.
  public func slice(_ range: Range<Int>) -> Frame {
    Frame(schema, columns.map { $0.slice(range) }, rowCount: range.count)
  }

  /// The same rows with more columns behind.
  public func appending(_ more: Frame) -> Frame {
    Frame(
      Schema(schema.fields + more.schema.fields), columns + more.columns, rowCount: rowCount)
  }

  /// All rows of several frames of one schema.
  public static func concatenated(_ frames: [Frame], schema: Schema) -> Frame {
    let frames = frames.filter { $0.rowCount > 0 }
    return Frame(
      schema,
      schema.fields.indices.map { index in
        frames.isEmpty
          ? .empty(schema.fields[index].type)
          : Column.concatenated(frames.map { $0.columns[index] })
      }, rowCount: frames.reduce(0) { $0 + $1.rowCount })
  }
}
