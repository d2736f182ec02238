public import Cluster
public import Frames
internal import Platform

/// Rows that are computed when they are read, each from the seed and its number alone.
///
/// The rows are the same for any number of workers and take no memory before they are asked for.
public struct GeneratedSource: Source {
  public let name: String
  public let rowCount: Int
  /// Everything that the rows follow from, in words.
  let recipe: String
  let schema: Schema
  /// The columns of a range of rows.
  let make: @Sendable (Range<Int>) -> [Column]

  private static let rowsPerSplit = 16_384

  init(
    _ name: String, rowCount: Int, recipe: String, _ fields: [(String, ColumnType)],
    make: @escaping @Sendable (Range<Int>) -> [Column]
  ) {
    self.name = name
    self.rowCount = rowCount
    self.recipe = recipe
    self.make = make
    schema = Schema(fields.map { Schema.Field($0.0, $0.1) })
  }

  public var columnNames: [String] { schema.names }
  public var splitCount: Int { (rowCount + Self.rowsPerSplit - 1) / Self.rowsPerSplit }
  public var notes: [String] { ["\(name): synthetic rows, of no real person or event"] }

  public func identity() throws -> String? { "\(name), \(rowCount) rows, \(recipe)" }

  public func expectedSchema(_ columns: [String]) throws -> Schema { try schema.selecting(columns) }

  public func reading(
    _ columns: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    GeneratedReading(source: self, schema: try schema.selecting(columns))
  }

  fileprivate func frame(ofSplit split: Int, _ columns: Schema) throws -> Frame {
    let first = split * Self.rowsPerSplit
    let rows = first..<min(rowCount, first + Self.rowsPerSplit)
    return try Frame(schema, make(rows), rowCount: rows.count).selecting(columns.names)
  }

  fileprivate func place(ofRow row: Int, inSplit split: Int) -> String {
    "\(name), row \(split * Self.rowsPerSplit + row + 1)"
  }
}

private struct GeneratedReading: Reading {
  let source: GeneratedSource
  let schema: Schema

  func frame(ofSplit split: Int) throws -> Frame { try source.frame(ofSplit: split, schema) }
  func place(ofRow row: Int, inSplit split: Int) -> String {
    source.place(ofRow: row, inSplit: split)
  }
}
