internal import Frames
internal import LinearAlgebra
internal import Platform

/// A column by which rows are put in order: numbers, dates, times, or texts that all are such.
struct OrderedColumn {
  let keys: [UInt64]
  private let column: Column

  /// - Parameter source: whose rows an error names.
  init(_ frame: Frame, _ name: String, _ source: String) throws {
    let column = try frame.column(name)
    func problem(_ row: Int, _ text: String) -> DataError {
      let found = column.fieldText(at: row)
      return DataError(
        place: "\(source), row \(row + 1)", column: name, found: found.isEmpty ? nil : found,
        problem: text, hint: "rows are put in order by numbers, or by dates like 2026-11-21")
    }
    if column.type == .texts || column.type == .vector {
      throw Failure(.data, "rows cannot be put in order by '\(name)': \(column.type.words)")
    }
    for row in 0..<column.count where column.isMissing(row) {
      throw problem(row, "the value to put rows in order by is missing")
    }
    if column.type == .text {
      keys = try Self.keys(ofTexts: column, problem)
    } else {
      keys = try (0..<column.count).map { row in
        guard let key = Self.key(of: column[row]) else { throw problem(row, "has no order") }
        return key
      }
    }
    self.column = column
  }

  /// The value of a row, as it is written.
  func text(_ row: Int) -> String { column.fieldText(at: row) }

  private static func key(of value: Value) -> UInt64? {
    switch value {
    case .bool(let value): OrderedKey.key(of: Int64(value ? 1 : 0))
    case .integer(let value), .datetime(let value), .timestamp(let value):
      OrderedKey.key(of: value)
    case .date(let value): OrderedKey.key(of: Int64(value))
    case .number(let value): value.isNaN ? nil : OrderedKey.key(of: value)
    case .missing, .text, .texts, .vector: nil
    }
  }

  /// What the first text is decides what all must be.
  private static func keys(
    ofTexts column: Column, _ problem: (Int, String) -> DataError
  ) throws -> [UInt64] {
    if column.count == 0 { return [] }
    let first = column.text(at: 0)
    if Double(first) != nil {
      return try (0..<column.count).map { row in
        guard let number = Double(column.text(at: row)), !number.isNaN else {
          throw problem(row, "is no number, as the first value is")
        }
        return OrderedKey.key(of: number)
      }
    }
    if CivilDate(first) != nil {
      return try (0..<column.count).map { row in
        guard let date = CivilDate(column.text(at: row)) else {
          throw problem(row, "is no date, as the first value is")
        }
        return OrderedKey.key(of: Int64(date.daysSinceEpoch))
      }
    }
    guard let time = ParsedTimestamp(first) else {
      throw problem(0, "is no number, date or time")
    }
    return try (0..<column.count).map { row in
      guard let own = ParsedTimestamp(column.text(at: row)), own.hasZone == time.hasZone else {
        throw problem(
          row, "is no time \(time.hasZone ? "with" : "without") a zone, as the first value is")
      }
      return OrderedKey.key(of: own.microseconds)
    }
  }
}
