public import Frames
internal import Platform

/// Where some columns of single values stand in a batch, to be seen as a frame.
public struct FrameSlot: Sendable {
  /// The names and types of the columns.
  public let schema: Schema
  let slots: [Binder.Slot]
}

/// Where a new column of single values stands in a batch, to be written as a whole.
public struct ColumnSlot: Sendable { let slot: Binder.Slot }

extension Binder {
  /// Columns of numbers, texts, dates or true and false, to be looked at as a frame.
  public mutating func columns(_ names: [String]) throws -> FrameSlot {
    let fields = try names.map { try field($0) }
    let slots = try fields.map { field -> Slot in
      switch field.type {
      case .bool, .int32, .float32, .float64: .number(try numbers(field.name))
      case .date, .datetime, .timestamp, .int64: .integer(try integers(field.name))
      case .text: .text(try texts(field.name))
      case .texts, .vector:
        throw Failure(
          .data,
          "single values are needed in the column '\(field.name)', which is "
            + field.type.words)
      }
    }
    return FrameSlot(schema: Schema(fields), slots: slots)
  }

  /// A new column of single values of any type.
  public mutating func addColumn(_ name: String, _ type: ColumnType) throws -> ColumnSlot {
    switch type {
    case .bool, .int32, .float32, .float64: ColumnSlot(slot: .number(try addNumbers(name, type)))
    case .date, .datetime, .timestamp, .int64:
      ColumnSlot(slot: .integer(try addIntegers(name, type)))
    case .text: ColumnSlot(slot: .text(try addTexts(name)))
    case .texts, .vector: bug("a column of \(type.rawValue) is no column of single values")
    }
  }
}

extension RowBatch {
  /// The rows of some columns as a frame of their own: memory is allocated for it.
  public func frame(_ columns: FrameSlot) -> Frame {
    let values = zip(columns.schema.fields, columns.slots).map { field, slot -> Column in
      let collector = ColumnCollector(slot, field.type, rowLimit: rowCount)
      collector.add(self)
      return collector.column
    }
    return Frame(columns.schema, values, rowCount: rowCount)
  }

  /// Writes the values of all rows of a new column.
  public func write(_ column: Column, to target: ColumnSlot) throws {
    require(column.count == rowCount, "\(column.count) values for \(rowCount) rows")
    try load(Binder.Load(source: 0, name: "", slot: target.slot), column, 0..<rowCount)
  }
}
