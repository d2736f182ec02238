import Cluster
import Datasets
import Foundation
import Frames
import Glibc
import Platform
import Testing

/// A kind of file that rows are read from, the same rows from each, in several splits.
enum FaultySource: String, CaseIterable, CustomTestStringConvertible {
  case csv, tsv, jsonl, libsvm, npy, npz, parquet

  static var usable: [FaultySource] {
    allCases.filter { $0 != .parquet || DuckDBLibrary.isAvailable }
  }
  /// Text that may be compressed once more.
  static let texts: [FaultySource] = [.csv, .tsv, .jsonl, .libsvm]

  var testDescription: String { rawValue }

  /// Enough for several splits; of Parquet for several row groups, as our writer cuts them.
  var rowCount: Int { self == .parquet ? 300_000 : 600 }

  /// Whether the file is held open, so that its name may go while it is read.
  var holdsItsFile: Bool { self == .npy || self == .npz }

  /// Writes a file of the kind; another `seed` gives other numbers of the same length.
  func write(to path: String, seed: Int = 3) throws {
    let numbers = numbers(seed: seed)
    switch self {
    case .npy: try Data(Self.array(numbers)).write(to: URL(fileURLWithPath: path))
    case .npz:
      try Data(Self.zip("x.npy", Self.array(numbers))).write(to: URL(fileURLWithPath: path))
    default:
      var options = WriteOptions()
      options.replacesOld = true
      options.label = "y"
      let frame = Frame([
        ("y", Column(numbers.map { Optional($0) })), ("x", Column(numbers.map { Optional($0) })),
      ])
      try Dataset(frame).write(
        to: Destination(path, options: options), in: Session(threads: 1))
    }
  }

  private static func array(_ numbers: [Double]) -> [UInt8] {
    NumPyBytes(type: "<f8", shape: "(\(numbers.count),)", numbers).bytes
  }

  /// The CRC-32 of some bytes, bit by bit.
  private static func checksum(of bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { register, byte in
      (0..<8).reduce(register ^ UInt32(byte)) { value, _ in
        value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
      }
    }
  }

  /// A zip file of one stored member, by PKWARE's APPNOTE.
  private static func zip(_ name: String, _ content: [UInt8]) -> [UInt8] {
    func little(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let sizes =
      little(Int(checksum(of: content)), 4) + little(content.count, 4) + little(content.count, 4)
      + little(name.utf8.count, 2)
    let head = [0x50, 0x4B, 3, 4, 20, 0] + little(0, 8) + sizes + [0, 0] + Array(name.utf8)
    let entry =
      [0x50, 0x4B, 1, 2, 20, 0, 20, 0] + little(0, 8) + sizes + little(0, 16) + Array(name.utf8)
    return head + content + entry + [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0]
      + little(entry.count, 4) + little(head.count + content.count, 4) + [0, 0]
  }

  /// Opens a file of the kind in splits of some dozens of rows; a collective call.
  func open(_ path: String, in session: Session) throws -> any Source {
    let byteCount = 500
    switch self {
    case .csv, .tsv:
      var options = CSVOptions()
      options.delimiter = self == .tsv ? "\t" : ","
      var tuning = CSVTuning()
      (tuning.splitByteCount, tuning.prefixByteCount) = (byteCount, byteCount)
      return try CSVSource(paths: [path], options: options, tuning: tuning)
    case .jsonl:
      var options = JSONLinesOptions()
      options.splitByteCount = byteCount
      return try JSONLinesSource(paths: [path], options: options, in: session)
    case .libsvm:
      var options = LibSVMOptions()
      options.splitByteCount = byteCount
      return try LibSVMSource(paths: [path], options: options)
    case .npy: return try NumPySource(paths: [path], splitByteCount: byteCount)
    case .npz: return try NPZSource(paths: [path], splitByteCount: byteCount, in: session)
    case .parquet: return try ParquetSource(paths: [path], rowsPerSplit: 1)
    }
  }
}

/// What may happen to a file while it is read.
enum FileChange: String, CaseIterable, CustomTestStringConvertible {
  case cut, grown, rewritten, replaced, removed, folder

  var testDescription: String { rawValue }

  /// Whether the file keeps its place on the disk, so that whoever holds it open sees the change.
  var isInPlace: Bool { [Self.cut, .grown, .rewritten].contains(self) }

  func happen(to path: String, of kind: FaultySource) throws {
    let size = try InputFile(path).byteCount
    switch self {
    case .cut:
      // Behind the end of a line where there are lines: what is left is a good file.
      let bytes = try InputFile(path).contents()
      let line = bytes[..<(size / 2)].lastIndex(of: UInt8(ascii: "\n")) ?? size / 2
      #expect(unsafe truncate(path, line + 1) == 0)
    case .grown:
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try handle.seekToEnd()
      let bytes = try InputFile(path).contents()
      try handle.write(contentsOf: Data(bytes.suffix(40)))
      try handle.close()
    case .rewritten:
      let other = Platform.folder(of: path) + "/other.\(kind.rawValue)"
      try kind.write(to: other, seed: 5)
      let bytes = try InputFile(other).contents()
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try handle.write(contentsOf: Data(bytes))
      try handle.close()
      try Self.touch(path)
    case .replaced:
      let other = Platform.folder(of: path) + "/other.\(kind.rawValue)"
      try kind.write(to: other, seed: 5)
      try Self.touch(other)
      #expect(unsafe rename(other, path) == 0)
    case .removed, .folder:
      try FileManager.default.removeItem(atPath: path)
      if self == .folder {
        try FileManager.default.createDirectory(
          atPath: path, withIntermediateDirectories: false)
      }
    }
  }

  /// Another time than before: the clock of a disk may stand for some milliseconds.
  private static func touch(_ path: String) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_900_000_000)], ofItemAtPath: path)
  }
}
