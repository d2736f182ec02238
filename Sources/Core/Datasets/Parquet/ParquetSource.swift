public import Cluster
public import Frames
internal import Platform

/// The rows of Parquet files, read through DuckDB: the columns asked for and no others, a run of row
/// groups at a time.
///
/// Small whole numbers become `int32`, `uint32` and `uint64` become `int64`, decimals become doubles
/// (said), lists of numbers become vectors. What has no such place (bytes, maps, nested records) is
/// left out, said by name, and refused when asked for.
public struct ParquetSource: Source {
  let files: [ParquetFile]
  let columns: [DuckDBColumn]
  private let unreadable: [DuckDBColumn]
  let splits: [Split]
  let database: DuckDBDatabase
  public let name: String
  public let warnings: [String]
  public var notes: [String] { [] }

  /// Some rows of one file.
  struct Split: Sendable {
    let file: Int
    let rows: Range<Int>
    /// Whether these are all of its rows.
    let isWhole: Bool
  }

  /// Opens the files and checks that they belong together.
  /// - Parameter rowsPerSplit: row groups are read together until they have so many rows; never
  ///   shows in a result.
  public init(paths: [String], rowsPerSplit: Int = 1 << 16) throws {
    database = try DuckDBDatabase(
      threads: 1, memoryByteCount: MemoryBudget.standardLimit(localWorkers: 1),
      scratch: DuckDBDatabase.standardScratch)
    let database = database
    if paths.contains(where: isAddress) { try ObjectStore.open(in: database) }
    let files = try paths.map { try ParquetFile($0, through: database) }
    guard let first = files.first else { throw Failure(.usage, "no Parquet file was named") }
    self.files = files
    name = paths.count == 1 ? paths[0] : "\(paths.count) files"
    let all = try Self.joined(first, files.dropFirst())
    columns = all.filter { $0.type != .unreadable }
    unreadable = all.filter { $0.type == .unreadable }
    warnings =
      columns.compactMap { column in
        DuckDBType.loss(column.words).map { "column \(column.name): \($0)" }
      }
      + unreadable.map { "column \($0.name) is left out: \($0.words) has no place in a table here" }
    splits = files.indices.flatMap { Self.splits(of: files[$0], index: $0, rowsPerSplit) }
  }

  public var columnNames: [String] { columns.map(\.name) }
  public var splitCount: Int { splits.count }

  public func expectedSchema(_ names: [String]) throws -> Schema {
    Schema(
      try selected(names).map { column in
        let note = files[0].notes.first { $0.name == column.name }
        return Schema.Field(
          column.name, column.columnType ?? .text, metadata: note?.metadata ?? ColumnMetadata())
      })
  }

  public func reading(
    _ names: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    try session.communicator.agree("reading \(name)") {
      try ParquetReading(
        self, names: names, schema: try expectedSchema(names),
        memoryByteCount: session.memory.limit)
    }
  }

  /// Columns by name, in the order asked for.
  func selected(_ names: [String]) throws -> [DuckDBColumn] {
    try names.map { name in
      if let column = columns.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
        return column
      }
      if let column = unreadable.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
        throw Failure(
          .data,
          "column '\(name)' of \(self.name) holds \(column.words), which cannot be read here",
          hint: "name other columns, or take parts of it out with martlet sql")
      }
      throw Schema.noColumn(name, in: columnNames)
    }
  }

  /// The columns of all files: the names of the first one, types that hold what all of them have.
  private static func joined(_ first: ParquetFile, _ others: some Sequence<ParquetFile>) throws
    -> [DuckDBColumn]
  {
    var columns = first.columns
    for file in others {
      guard file.columns.count == columns.count else {
        throw apart(
          "\(first.path) has \(columns.count) columns", "\(file.path) has \(file.columns.count)")
      }
      for index in columns.indices {
        let (name, words) = (columns[index].name, columns[index].words)
        guard let other = file.columns.first(where: { $0.name.utf8.elementsEqual(name.utf8) })
        else { throw apart("\(first.path) has a column '\(name)'", "\(file.path) has none") }
        guard let type = columns[index].type.joined(with: other.type) else {
          throw apart(
            "column '\(name)' is \(words) in \(first.path)", "\(other.words) in \(file.path)")
        }
        columns[index].type = type
        let notes = [first, file].map { $0.notes.first { $0.name == name }?.metadata }
        guard notes[0] == notes[1] else {
          throw apart(
            "the labels or slots of column '\(name)' in \(first.path)",
            "are others in \(file.path)")
        }
      }
    }
    return columns
  }

  private static func apart(_ one: String, _ other: String) -> Failure {
    Failure(.data, "the files do not belong together", causes: [one, other])
  }

  /// Runs of whole row groups; a very large group is cut, though its pages are then opened twice.
  private static func splits(of file: ParquetFile, index: Int, _ rowsPerSplit: Int) -> [Split] {
    let total = file.rowCounts.reduce(0, +)
    let most = max(1 << 20, rowsPerSplit)
    var ends: [Int] = []
    var (start, end) = (0, 0)
    for count in file.rowCounts {
      let groupStart = end
      end += count
      if count > most {
        if groupStart > start { ends.append(groupStart) }
        let pieces = (count + most - 1) / most
        ends += (1...pieces).map { groupStart + count * $0 / pieces }
        start = end
      } else if end - start >= rowsPerSplit {
        ends.append(end)
        start = end
      }
    }
    if end > start { ends.append(end) }
    return zip([0] + ends, ends).filter { $0 < $1 }.map { first, last in
      Split(file: index, rows: first..<last, isWhole: last - first == total)
    }
  }
}
