internal import Frames

/// What the values of a part of an expression are.
enum ExpressionType: Sendable, Equatable {
  /// `null`, which fits every type.
  case missing
  case bool
  case integer
  case number
  case text
  case date
  case datetime
  case timestamp
  /// A list of texts or a vector, of which one can only ask whether it is missing.
  case opaque

  init(_ type: ColumnType) {
    self =
      switch type {
      case .bool: .bool
      case .int32, .int64: .integer
      case .float32, .float64: .number
      case .text: .text
      case .date: .date
      case .datetime: .datetime
      case .timestamp: .timestamp
      case .texts, .vector: .opaque
      }
  }

  /// The type of a column that holds such values.
  var columnType: ColumnType {
    switch self {
    case .bool: .bool
    case .integer: .int64
    case .number, .missing, .opaque: .float64
    case .text: .text
    case .date: .date
    case .datetime: .datetime
    case .timestamp: .timestamp
    }
  }

  /// As a person says it, with its article.
  var words: String {
    switch self {
    case .missing: "null"
    case .bool: "true or false"
    case .integer: "an integer"
    case .number: "a number"
    case .text: "a text"
    case .date: "a date"
    case .datetime: "a time without a zone"
    case .timestamp: "a timestamp"
    case .opaque: "a list or a vector"
    }
  }

  var isNumeric: Bool { self == .integer || self == .number }
  var isTime: Bool { self == .date || self == .datetime || self == .timestamp }
}
