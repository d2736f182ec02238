/// What the values of a column are.
public enum ColumnType: String, Sendable, Codable, CaseIterable {
  case bool
  case int64
  case float32
  case float64
  case text

  /// Whether its values are numbers, true and false counting as 1 and 0.
  public var isNumeric: Bool { self != .text }
}

/// One value at the edge of the library, where a person or a file format asks for it.
public enum Value: Sendable, Equatable {
  case missing
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
}

extension Value: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing: ""
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): numberText(value)
    case .text(let value): value
    }
  }
}

/// The shortest text that reads back as the same number, whole ones without a fraction.
public func numberText(_ value: Double) -> String {
  guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity" }
  let text = value.description
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// The shortest text that reads back as the same single-precision number.
public func numberText(_ value: Float) -> String {
  guard value.isFinite else { return numberText(Double(value)) }
  let text = value.description
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
