public import Cluster
public import Frames
internal import Platform
internal import Synchronization

/// Files of libsvm (svmlight): `label index:value ...`, a row a line.
///
/// The columns are `label` and `features`, a sparse vector as wide as the greatest index of all
/// files or as the options say; `qid` too where the first line names a query. Indices count from 1
/// and rise within a line; what stands behind `#` is a comment. Entries that are 0 count for the
/// width and are not kept.
///
/// Cost: one pass over the bytes, some hundreds of MB/s a core; memory for the rows kept.
public final class LibSVMSource: Source {
  public let columnNames: [String]
  public let notes: [String] = []
  fileprivate let files: LineFiles
  fileprivate let readers: Pool<LibSVMReader>
  private let options: LibSVMOptions

  /// Opens files, in the order of their rows, and looks at the first line.
  public init(paths: [String], options: LibSVMOptions = LibSVMOptions()) throws {
    guard !paths.isEmpty else { throw Failure(.usage, "there is no libsvm file to read") }
    if let width = options.width, !(1...Int(Int32.max)).contains(width) {
      throw Failure(.usage, "--width must be from 1 to \(Int32.max), not \(width)")
    }
    files = try LineFiles(paths, splitByteCount: max(1, options.splitByteCount))
    let hasQuery = try Self.namesQuery(files)
    columnNames = hasQuery ? ["label", "qid", "features"] : ["label", "features"]
    readers = Pool { LibSVMReader(options, hasQuery: hasQuery) }
    self.options = options
  }

  /// Whether the first row has a `qid:` behind its label.
  private static func namesQuery(_ files: LineFiles) throws -> Bool {
    for file in files.files {
      let input = try file.open()
      let start = try input.bytes(at: 0, count: min(64 << 10, input.byteCount))
      for line in start.split(separator: UInt8(ascii: "\n")) {
        let row = line.prefix { $0 != UInt8(ascii: "#") }
        let words = row.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == 13 }
        guard words.first != nil else { continue }
        return words.count > 1 && words[1].starts(with: Array("qid:".utf8))
      }
    }
    return false
  }

  public var name: String { files.name }
  public var splitCount: Int { files.splits.count }
  public var keptByteCount: Int { files.files.reduce(0) { $0 + $1.byteCount } }

  public func expectedSchema(_ columns: [String]) throws -> Schema {
    let kinds = columnNames.compactMap { LibSVMColumn(rawValue: $0) }
    return try Schema(
      kinds.map { Schema.Field($0.rawValue, $0.type, metadata: ColumnMetadata(role: $0.role)) }
    ).selecting(columns)
  }

  public func reading(
    _ columns: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    let schema = try expectedSchema(columns)
    let (communicator, breadcrumb) = (session.communicator, session.breadcrumb)
    let parts = try communicator.agree("reading \(name)") {
      let parts = try mapConcurrently(splits.count, threads: session.threads) { index in
        let split = files.splits[splits.lowerBound + index]
        breadcrumb.at(stage: "split", step: split.index)
        return try read(split, keepsRows: keepsFrames)
      }
      if let problem = parts.lazy.compactMap(\.problem).first {
        throw try problem.error(in: files, options)
      }
      return parts
    }
    let widths = try communicator.allGather([Int64(parts.map(\.width).max() ?? 0)])
    let skipped = try communicator.allReduce(
      [Int64(parts.reduce(0) { $0 + $1.badRowCount })], by: .sum)
    var kept: [LibSVMRows?] = Array(repeating: nil, count: splitCount)
    if keepsFrames { for (index, part) in zip(splits, parts) { kept[index] = part } }
    return LibSVMReading(
      source: self, schema: schema,
      width: options.width ?? Int(widths.joined().max() ?? 0),
      skippedRowCount: Int(skipped[0]), kept: kept)
  }

  fileprivate func read(_ split: CSVSplit, keepsRows: Bool) throws -> LibSVMRows {
    try readers.borrow {
      try $0.read(split, of: files.files[split.file], keepsRows: keepsRows)
    }
  }
}

private final class LibSVMReading: Reading {
  let schema: Schema
  let skippedRowCount: Int
  private let source: LibSVMSource
  private let width: Int
  private let kept: Mutex<[LibSVMRows?]>

  init(
    source: LibSVMSource, schema: Schema, width: Int, skippedRowCount: Int, kept: [LibSVMRows?]
  ) {
    self.source = source
    self.schema = schema
    self.width = width
    self.skippedRowCount = skippedRowCount
    self.kept = Mutex(kept)
  }

  func frame(ofSplit index: Int) throws -> Frame {
    let early = kept.withLock { kept in
      defer { kept[index] = nil }
      return kept[index]
    }
    let rows = try early ?? source.read(source.files.splits[index], keepsRows: true)
    guard rows.problem == nil, rows.width <= width else { throw source.files.changed(index) }
    let columns = schema.names.compactMap { name in
      LibSVMColumn(rawValue: name).flatMap { rows.column($0, width: width) }
    }
    return Frame(schema, columns, rowCount: rows.rowCount)
  }

  func place(ofRow row: Int, inSplit index: Int) -> String {
    let files = source.files
    let file = files.file(ofSplit: index)
    let found = try? source.readers.borrow {
      try $0.place(ofRow: row, in: files.splits[index], of: file)
    }
    guard let found, let place = try? files.place(found, inSplit: index) else { return file.path }
    return place.text
  }
}
