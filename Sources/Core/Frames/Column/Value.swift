/// One value at the edge of the library, where a person or a file format asks for it.
public enum Value: Sendable, Equatable {
  case missing
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  /// Days since 1970-01-01.
  case date(Int32)
  /// Microseconds since 1970-01-01 00:00, on clocks without a zone.
  case datetime(Int64)
  /// Microseconds since 1970-01-01 00:00, in UTC.
  case timestamp(Int64)
  case text(String)
  case texts([String])
  case vector(VectorValue)
}

/// One vector of a column.
public enum VectorValue: Sendable, Equatable {
  case dense([Double])
  /// The entries that are not zero, by rising index.
  case sparse(width: Int, indices: [Int32], values: [Double])

  public var width: Int {
    switch self {
    case .dense(let values): values.count
    case .sparse(let width, _, _): width
    }
  }
}

extension Value: CustomStringConvertible {
  /// As it stands in a text file: numbers in their shortest form, dates as ISO 8601 writes them,
  /// lists as JSON, sparse vectors as `(width,[indices],[values])`.
  public var description: String {
    switch self {
    case .missing: ""
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): numberText(value)
    case .date(let days): CivilDate(daysSinceEpoch: Int(days)).description
    case .datetime(let microseconds): datetimeText(microseconds)
    case .timestamp(let microseconds): timestampText(microseconds)
    case .text(let value): value
    case .texts(let values): "[\(values.map(quotedText).joined(separator: ","))]"
    case .vector(let vector): vector.description
    }
  }
}

extension VectorValue: CustomStringConvertible {
  public var description: String {
    func list<T>(_ values: [T], _ text: (T) -> String) -> String {
      "[\(values.map(text).joined(separator: ","))]"
    }
    switch self {
    case .dense(let values): return list(values, numberText)
    case .sparse(let width, let indices, let values):
      return "(\(width),\(list(indices) { String($0) }),\(list(values, numberText)))"
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

/// A text as JSON writes it, with its quotes.
public func quotedText(_ text: String) -> String {
  var quoted = "\""
  for character in text.unicodeScalars {
    switch character {
    case "\"": quoted += "\\\""
    case "\\": quoted += "\\\\"
    case "\n": quoted += "\\n"
    case "\r": quoted += "\\r"
    case "\t": quoted += "\\t"
    default:
      if character.value < 0x20 {
        let digits = String(character.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        quoted.unicodeScalars.append(character)
      }
    }
  }
  return quoted + "\""
}
