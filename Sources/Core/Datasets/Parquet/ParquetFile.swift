internal import Cluster
internal import FoundationEssentials
internal import Frames
internal import Platform

/// One Parquet file: its columns and row groups, as its footer says.
struct ParquetFile: Sendable {
  /// No file has more rows; one that says so would make more splits than fit in memory.
  private static let rowLimit = 1 << 40
  let path: String
  /// How it looked when it was opened: here, or in the words of the store that it lies in.
  private let stamp: (file: FileStamp?, object: [[String?]])
  let columns: [DuckDBColumn]
  /// The rows of each row group.
  let rowCounts: [Int]
  /// What this project wrote of the columns.
  let notes: [ParquetColumnNote]

  init(_ path: String, through database: DuckDBDatabase) throws {
    self.path = path
    let file = sqlText(path)
    do {
      stamp = try Self.stamp(path, through: database)
      let names = try Self.names(file, through: database)
      let described = try database.texts(
        "SELECT column_name, column_type FROM (DESCRIBE FROM read_parquet(\(file)))")
      columns = described.enumerated().map { index, row in
        let own = row[0] ?? ""
        let name = names.count == described.count ? names[index] : own
        return DuckDBColumn(name, row[1] ?? "", calledInTable: own)
      }
      rowCounts = try database.texts(
        "SELECT row_group_num_rows FROM parquet_metadata(\(file)) WHERE column_id = 0 "
          + "ORDER BY row_group_id"
      ).map { Int($0[0] ?? "") ?? 0 }
      guard rowCounts.allSatisfy({ (0...Self.rowLimit).contains($0) }),
        rowCounts.reduce(0, +) <= Self.rowLimit
      else { throw DuckDBError(message: "it says that it has rows no file can have") }
      let kept = try database.texts(
        "SELECT decode(value) FROM parquet_kv_metadata(\(file)) "
          + "WHERE key = \(sqlText(ParquetColumnNote.key))::BLOB")
      notes = try kept.last?.first.flatMap { $0 }.map { try ParquetColumnNote.list($0) } ?? []
    } catch let problem as DuckDBError {
      throw Self.unreadable(path, problem)
    }
  }

  /// The names of the columns as the file spells them; DuckDB changes one of two that differ only
  /// in case.
  private static func names(_ file: String, through database: DuckDBDatabase) throws -> [String] {
    let nodes = try database.texts(
      "SELECT name, num_children FROM parquet_schema(\(file)) ORDER BY column_id")
    var names: [String] = []
    /// How many nodes of what is inside of a column still come.
    var inside = 0
    for node in nodes.dropFirst() {
      if inside == 0 { names.append(node[0] ?? "") } else { inside -= 1 }
      inside += Int(node[1] ?? "0") ?? 0
    }
    return names
  }

  /// The column of that name.
  func column(_ name: String) -> DuckDBColumn? {
    columns.first { $0.name.utf8.elementsEqual(name.utf8) }
  }

  static func unreadable(_ path: String, _ problem: DuckDBError) -> Failure {
    Failure(.data, "cannot read \(path)", causes: [problem.reason])
  }

  /// Whether it still is what was opened.
  func checkUnchanged(through database: DuckDBDatabase) throws {
    let now: (file: FileStamp?, object: [[String?]])
    do { now = try Self.stamp(path, through: database) } catch let problem as DuckDBError {
      throw Self.unreadable(path, problem)
    }
    if let earlier = stamp.file { try now.file?.require(sameAs: earlier, name: path) }
    if now.object != stamp.object { throw changed }
  }

  private static func stamp(_ path: String, through database: DuckDBDatabase) throws
    -> (file: FileStamp?, object: [[String?]])
  {
    guard isAddress(path) else { return (try InputFile(path).stamp, []) }
    // Only these two: they ask the store for the head of the object and not for its bytes.
    return (
      nil, try database.texts("SELECT size, last_modified FROM read_blob(\(sqlText(path)))")
    )
  }

  var changed: Failure {
    Failure(.data, "cannot read \(path)", causes: ["it changed while it was read"])
  }
}

/// Whether a name is an address on another machine instead of a path.
func isAddress(_ name: String) -> Bool { name.hasPrefix("s3://") }

/// What is known of a column beside what Parquet keeps, written into the file's own notes.
struct ParquetColumnNote: Sendable, Codable, Equatable {
  static let key = "martlet.columns"

  var name: String
  var type: String
  /// The width of a vector.
  var width: Int?
  var metadata: ColumnMetadata?

  static func list(_ text: String) throws -> [ParquetColumnNote] {
    do { return try JSONDecoder().decode([ParquetColumnNote].self, from: Data(text.utf8)) } catch {
      throw Failure(
        .data, "the notes under \(key) in the file cannot be understood", causes: ["\(error)"])
    }
  }

  /// The same columns give the same text.
  static func text(_ notes: [ParquetColumnNote]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(notes), as: UTF8.self)
  }
}
