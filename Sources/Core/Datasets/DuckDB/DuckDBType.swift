internal import Frames

/// What becomes of a column of DuckDB's, by the words for its type.
enum DuckDBType: Sendable, Equatable {
  case plain(ColumnType)
  /// A list of numbers, which must all be of one length.
  case dense
  /// A vector as Spark lays it down.
  case sparse
  case unreadable

  /// - Parameter words: as DESCRIBE says it, such as `DECIMAL(10,2)`.
  init(_ words: String) {
    if let known = Self.plainTypes[words] {
      self = .plain(known)
    } else if words.hasPrefix("DECIMAL(") && words.hasSuffix(")") {
      self = .plain(.float64)
    } else if words.hasPrefix("ENUM(") && words.hasSuffix(")") {
      self = .plain(.text)
    } else if let element = Self.element(of: words) {
      self = Self(list: element)
    } else if words == Self.sparseWords {
      self = .sparse
    } else {
      self = .unreadable
    }
  }

  /// How a vector is kept, as Spark does: type 0 is sparse, type 1 dense with all its values.
  static let sparseWords =
    "STRUCT(\"type\" TINYINT, size INTEGER, indices INTEGER[], \"values\" DOUBLE[])"

  private static let plainTypes: [String: ColumnType] = [
    "BOOLEAN": .bool, "TINYINT": .int32, "SMALLINT": .int32, "INTEGER": .int32,
    "UTINYINT": .int32, "USMALLINT": .int32, "UINTEGER": .int64, "BIGINT": .int64,
    "UBIGINT": .int64, "HUGEINT": .float64, "UHUGEINT": .float64, "FLOAT": .float32,
    "DOUBLE": .float64, "DATE": .date, "TIMESTAMP": .datetime, "TIMESTAMP_S": .datetime,
    "TIMESTAMP_MS": .datetime, "TIMESTAMP_NS": .datetime, "TIMESTAMP WITH TIME ZONE": .timestamp,
    "VARCHAR": .text, "UUID": .text, "TIME": .text, "TIME WITH TIME ZONE": .text, "TIME_NS": .text,
    "INTERVAL": .text, "JSON": .text, "\"NULL\"": .text,
  ]

  private init(list element: String) {
    switch Self(element) {
    case .plain(.text): self = .plain(.texts)
    case .plain(.int32), .plain(.int64), .plain(.float32), .plain(.float64): self = .dense
    default: self = .unreadable
    }
  }

  /// What the values of `DOUBLE[]` and `FLOAT[3]` are.
  private static func element(of words: String) -> String? {
    guard words.hasSuffix("]"), let bracket = words.lastIndex(of: "["),
      words[words.index(after: bracket)...].dropLast().allSatisfy(\.isNumber)
    else { return nil }
    return String(words[..<bracket])
  }

  /// What the user should know of a column that is not read exactly as it is kept.
  static func loss(_ words: String) -> String? {
    if words.hasPrefix("DECIMAL(") || words.hasSuffix("HUGEINT") {
      return "\(words) is read as 64-bit floating-point numbers, about 16 digits"
    }
    switch words {
    case "TIMESTAMP_NS": return "times are cut to microseconds"
    case "TIME", "TIME WITH TIME ZONE", "TIME_NS", "INTERVAL": return "\(words) is read as text"
    case let list where list.hasPrefix("DECIMAL(") && list.hasSuffix("]"):
      return "\(words) is read as 64-bit floating-point numbers, about 16 digits"
    default: return nil
    }
  }

  /// The type that holds what two files have in one column; nil where there is none.
  func joined(with other: DuckDBType) -> DuckDBType? {
    if self == other { return self }
    guard case .plain(let one) = self, case .plain(let two) = other else { return nil }
    switch (one, two) {
    case (.int32, .int64), (.int64, .int32): return .plain(.int64)
    case (.int32, .float32), (.float32, .int32), (.int32, .float64), (.float64, .int32),
      (.int64, .float32), (.float32, .int64), (.int64, .float64), (.float64, .int64),
      (.float32, .float64), (.float64, .float32):
      return .plain(.float64)
    default: return nil
    }
  }
}

/// A column of a table or of files, as DuckDB knows it.
struct DuckDBColumn: Sendable {
  let name: String
  /// What DuckDB calls it: another name, where two differ only in case.
  let tableName: String
  /// DuckDB's words for its type, in the first file.
  let words: String
  var type: DuckDBType

  init(_ name: String, _ words: String, calledInTable tableName: String? = nil) {
    self.name = name
    self.tableName = tableName ?? name
    self.words = words
    type = DuckDBType(words)
  }

  var columnType: ColumnType? {
    switch type {
    case .plain(let type): type
    case .dense, .sparse: .vector
    case .unreadable: nil
    }
  }

  /// How it is read, given the width of a vector.
  func kind(width: Int) -> DuckDBColumnKind {
    switch type {
    case .plain(let type): .plain(type)
    case .dense: .dense(width: width)
    case .sparse: .sparse(width: width)
    case .unreadable: .plain(.text)
    }
  }

  /// What says the width of a vector.
  var widthExpression: String? {
    let column = sqlName(tableName)
    return switch type {
    case .dense: "len(\(column))"
    case .sparse:
      "CASE \(column).\"type\" WHEN 1 THEN len(\(column).\"values\") "
        + "ELSE \(column).\"size\" END"
    case .plain, .unreadable: nil
    }
  }
}
