internal import Frames

/// How a column comes out of a query: as which type, from how many columns of the result.
enum DuckDBColumnKind: Sendable, Equatable {
  /// One column, of the type that stands for ours.
  case plain(ColumnType)
  /// A list of doubles, all of one length.
  case dense(width: Int)
  /// Type, size, indices and values, as Spark's vectors lie in a file.
  case sparse(width: Int)

  var columnType: ColumnType {
    switch self {
    case .plain(let type): type
    case .dense, .sparse: .vector
    }
  }

  var resultColumnCount: Int { if case .sparse = self { 4 } else { 1 } }

  /// What a query says to get it.
  func expressions(_ column: DuckDBColumn) -> [String] {
    let words = column.words
    let column = sqlName(column.tableName)
    switch self {
    case .plain(.datetime) where words == "TIMESTAMP_NS":
      // Down to the microsecond before, also before 1970, where DuckDB would round up.
      let rest = "((epoch_ns(\(column)) % 1000 + 1000) % 1000)"
      return ["make_timestamp((epoch_ns(\(column)) - \(rest)) // 1000)"]
    case .plain(let type): return ["CAST(\(column) AS \(type.sqlType))"]
    case .dense: return ["CAST(\(column) AS DOUBLE[])"]
    case .sparse:
      return [
        "CAST(\(column).\"type\" AS TINYINT)", "CAST(\(column).\"size\" AS INTEGER)",
        "CAST(\(column).\"indices\" AS INTEGER[])", "CAST(\(column).\"values\" AS DOUBLE[])",
      ]
    }
  }
}

extension ColumnType {
  /// The type of DuckDB's that holds the same values.
  var sqlType: String {
    switch self {
    case .bool: "BOOLEAN"
    case .int32: "INTEGER"
    case .int64: "BIGINT"
    case .float32: "FLOAT"
    case .float64: "DOUBLE"
    case .date: "DATE"
    case .datetime: "TIMESTAMP"
    case .timestamp: "TIMESTAMPTZ"
    case .text: "VARCHAR"
    case .texts: "VARCHAR[]"
    case .vector: "DOUBLE[]"
    }
  }
}
