public import Cluster
public import Frames
internal import Platform

/// The rows of `.npz` files: arrays of one length, as `numpy.savez` writes them.
///
/// An array of one dimension is a column of its name; one of two dimensions, of which there may be
/// one, gives columns `x0`, `x1`, ... by its name. Arrays of anything but numbers are left out and
/// said. Compressed arrays are unpacked into the session's scratch folder first; the checksums of all
/// are checked before a number is used, which reads the files once more.
public final class NPZSource: Source {
  public let name: String
  public let columnNames: [String]
  public let notes: [String]
  private let archives: [Archive]
  private let fields: [Field]
  private let splits: [(archive: Int, rows: Range<Int>)]
  private let scratch: HostScratch?

  /// The arrays of one file.
  private struct Archive: Sendable {
    let path: String
    var arrays: [(name: String, array: NumPyArray)]
    var rowCount: Int { arrays.first?.array.header.rowCount ?? 0 }
  }

  /// A column: which array it is in, and where.
  private struct Field: Sendable {
    let name: String
    let array: Int
    let place: Int
    let type: ColumnType
  }

  /// Opens the files and checks that they belong together; a collective call.
  public init(
    paths: [String], columnNames: [String]? = nil, splitByteCount: Int = 4 << 20,
    in session: Session
  ) throws {
    let communicator = session.communicator
    let zips = try communicator.agree("opening the data") { try paths.map { try ZipFile($0) } }
    let packed = zips.flatMap(\.members).filter(\.isDeflated).count
    let scratch = packed > 0 ? try HostScratch(in: session) : nil
    if let scratch {
      try communicator.agree("decompressing") {
        for (index, work) in Self.members(zips, deflated: true).enumerated()
        where scratch.isMine(index) {
          try zips[work.zip].unpack(work.member, to: scratch.path(of: index, "array.npy"))
        }
      }
    }
    self.scratch = scratch
    try communicator.agree("checking the data") {
      let mine = Self.members(zips, deflated: false).enumerated()
        .filter { $0.offset % communicator.size == communicator.rank }.map(\.element)
      _ = try mapConcurrently(mine.count, threads: session.threads) { index in
        try zips[mine[index].zip].check(mine[index].member)
      }
    }
    name = paths.count == 1 ? paths[0] : "\(paths.count) files"
    var notes: [String] = []
    (archives, fields) = try communicator.agree("opening the data") {
      let archives = try Self.archives(zips, scratch, &notes)
      return (archives, try Self.fields(of: archives, named: columnNames))
    }
    self.notes = notes
    self.columnNames = fields.map(\.name)
    let rowByteCount = max(1, fields.count * 8)
    let step = max(1, splitByteCount / rowByteCount)
    splits = archives.enumerated().flatMap { index, archive in
      stride(from: 0, to: archive.rowCount, by: step).map {
        (archive: index, rows: $0..<min(archive.rowCount, $0 + step))
      }
    }
  }

  /// The members that must be unpacked, or those kept as they are, numbered through all files.
  private static func members(
    _ zips: [ZipFile], deflated: Bool
  ) -> [(zip: Int, member: ZipFile.Member)] {
    zips.enumerated().flatMap { index, zip in
      zip.members.filter { $0.isDeflated == deflated }.map { (zip: index, member: $0) }
    }
  }

  private static func archives(
    _ zips: [ZipFile], _ scratch: HostScratch?, _ notes: inout [String]
  ) throws -> [Archive] {
    guard !zips.isEmpty else { throw Failure(.usage, "no .npz file was named") }
    var unpacked = 0
    return try zips.map { zip in
      var archive = Archive(path: zip.file.path, arrays: [])
      for member in zip.members {
        let name = member.name.hasSuffix(".npy") ? String(member.name.dropLast(4)) : member.name
        var (file, range) = (zip.file, member.range)
        if member.isDeflated, let scratch {
          file = try InputFile(scratch.path(of: unpacked, "array.npy"))
          range = 0..<file.byteCount
          unpacked += 1
        }
        do {
          let header = try NumPyHeader(
            of: file, in: range, name: "\(member.name) in \(zip.file.path)")
          archive.arrays.append((name, NumPyArray(file: file, header: header)))
        } catch let foreign as NumPyHeader.Foreign {
          let reason = foreign.failure.causes.first ?? "no numbers"
          notes.append("\(name) in \(zip.file.path): \(reason), left out")
        }
      }
      try check(archive, zip)
      return archive
    }
  }

  private static func check(_ archive: Archive, _ zip: ZipFile) throws {
    guard !archive.arrays.isEmpty else { throw zip.wrong("it has no array of numbers") }
    let tables = archive.arrays.filter { $0.array.header.dimensionCount == 2 }
    guard tables.count <= 1 else {
      throw zip.wrong(
        "\(tables.map(\.name).joined(separator: " and ")) both have two dimensions")
    }
    for (name, array) in archive.arrays where array.header.rowCount != archive.rowCount {
      throw zip.wrong(
        "\(archive.arrays[0].name) has \(archive.rowCount) rows, \(name) has "
          + "\(array.header.rowCount)")
    }
  }

  private static func fields(of archives: [Archive], named names: [String]?) throws -> [Field] {
    let all = archives.map { archive in
      archive.arrays.enumerated().flatMap { index, entry -> [Field] in
        let header = entry.array.header
        return (0..<header.columnCount).map { place in
          Field(
            name: header.dimensionCount == 1 ? entry.name : "\(entry.name)\(place)", array: index,
            place: place, type: header.element.columnType)
        }
      }
    }
    let first = all[0]
    for (archive, fields) in zip(archives, all)
    where !fields.elementsEqual(first, by: { $0.name == $1.name && $0.type == $1.type }) {
      throw Failure(
        .data, "the files do not belong together",
        causes: [archives[0].path, archive.path].map { "\($0) has other arrays than the other" })
    }
    guard let names else { return try distinct(first, archives[0].path) }
    guard names.count == first.count else {
      throw Failure(.usage, "\(names.count) column names for \(first.count) columns")
    }
    return zip(names, first).map {
      Field(name: $0, array: $1.array, place: $1.place, type: $1.type)
    }
  }

  private static func distinct(_ fields: [Field], _ path: String) throws -> [Field] {
    var seen: Set<[UInt8]> = []
    for field in fields where !seen.insert(Array(field.name.utf8)).inserted {
      throw Failure(
        .data, "\(path) has two columns '\(field.name)'", hint: "name them all with --columns")
    }
    return fields
  }

  public var splitCount: Int { splits.count }

  public func expectedSchema(_ columns: [String]) throws -> Schema {
    try Schema(fields.map { Schema.Field($0.name, $0.type) }).selecting(columns)
  }

  public func reading(
    _ columns: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    let all = Schema(fields.map { Schema.Field($0.name, $0.type) })
    let chosen = try columns.map { fields[try all.place(of: $0)] }
    var wanted: [NPZReading.Wanted] = []
    for index in chosen.indices.sorted(by: { chosen[$0].array < chosen[$1].array }) {
      if wanted.last?.array != chosen[index].array {
        wanted.append(.init(array: chosen[index].array))
      }
      wanted[wanted.count - 1].columns.append(index)
      wanted[wanted.count - 1].places.append(chosen[index].place)
    }
    return NPZReading(source: self, schema: try all.selecting(columns), wanted: wanted)
  }

  private struct NPZReading: Reading {
    let source: NPZSource
    let schema: Schema
    let wanted: [Wanted]

    /// What is taken of one array: the columns of the frame, and their places in it.
    struct Wanted {
      let array: Int
      var columns: [Int] = []
      var places: [Int] = []
    }

    func frame(ofSplit split: Int) throws -> Frame {
      let (archive, rows) = source.splits[split]
      var columns: [Column?] = schema.fields.map { _ in nil }
      for part in wanted {
        let array = source.archives[archive].arrays[part.array].array
        let read = try array.columns(part.places, of: rows)
        for (index, column) in zip(part.columns, read) { columns[index] = column }
      }
      return Frame(schema, columns.compactMap { $0 }, rowCount: rows.count)
    }

    func place(ofRow row: Int, inSplit split: Int) -> String {
      let (archive, rows) = source.splits[split]
      return "\(source.archives[archive].path), row \(rows.lowerBound + row + 1)"
    }
  }
}
