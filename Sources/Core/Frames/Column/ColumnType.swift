/// What the values of a column are.
public enum ColumnType: String, Sendable, Codable, CaseIterable {
  case bool
  case int32
  case int64
  case float32
  case float64
  /// A day of the calendar, without a time.
  case date
  /// A day and a time as clocks on a wall show them, to the microsecond, without a zone.
  case datetime
  /// An instant, to the microsecond, kept in UTC.
  case timestamp
  case text
  /// A list of texts, such as the words of a document.
  case texts
  /// Numbers by position, all of a column of one width; dense or sparse.
  case vector

  /// Whether its values are numbers, true and false counting as 1 and 0.
  public var isNumeric: Bool {
    switch self {
    case .bool, .int32, .int64, .float32, .float64: true
    case .date, .datetime, .timestamp, .text, .texts, .vector: false
    }
  }

  /// Whether it can be learned from as it is: numbers, or vectors of them.
  public var holdsNumbers: Bool { isNumeric || self == .vector }

  /// As a person says it.
  public var words: String {
    switch self {
    case .bool: "true or false"
    case .int32, .int64: "integer"
    case .float32, .float64: "number"
    case .date: "date"
    case .datetime: "date and time"
    case .timestamp: "timestamp"
    case .text: "text"
    case .texts: "list of texts"
    case .vector: "vector"
    }
  }
}
