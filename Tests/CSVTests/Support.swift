import Cluster
import Datasets
import Foundation
import Frames
import Platform

/// A repeatable source of chance for tests (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Files that vanish with the test.
final class TemporaryFolder {
  let path: String
  init() throws {
    path = NSTemporaryDirectory() + "csv-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ bytes: [UInt8], _ name: String = "t.csv") throws -> String {
    let path = self.path + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }
  func file(_ text: String, _ name: String = "t.csv") throws -> String {
    try file(Array(text.utf8), name)
  }
}

/// What a source holds, for comparison: names, types and values by column.
struct Table: Equatable, CustomStringConvertible {
  var names: [String]
  var types: [ColumnType]
  var values: [[Value]]
  var rowCount: Int

  init(names: [String], types: [ColumnType], values: [[Value]], rowCount: Int) {
    (self.names, self.types, self.values, self.rowCount) = (names, types, values, rowCount)
  }

  init(_ schema: Schema, _ frames: [Frame]) {
    names = schema.names
    types = schema.fields.map(\.type)
    values = names.indices.map { column in
      frames.flatMap { frame in (0..<frame.rowCount).map { frame.columns[column][$0] } }
    }
    rowCount = frames.reduce(0) { $0 + $1.rowCount }
  }

  static func == (a: Table, b: Table) -> Bool {
    a.names == b.names && a.types == b.types && a.rowCount == b.rowCount
      && a.values.count == b.values.count
      && zip(a.values, b.values).allSatisfy { $0.count == $1.count && zip($0, $1).allSatisfy(same) }
  }

  /// Doubles are the same when their bits are; text when its bytes are.
  static func same(_ a: Value, _ b: Value) -> Bool {
    switch (a, b) {
    case (.number(let a), .number(let b)):
      a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN && a.sign == b.sign)
    case (.text(let a), .text(let b)): Array(a.utf8) == Array(b.utf8)
    default: a == b
    }
  }

  var description: String {
    zip(names, zip(types, values)).map { "\($0): \($1.0.rawValue) \($1.1)" }
      .joined(separator: "\n")
  }
}

/// Reads all rows of a source, by one worker.
func read(
  _ source: CSVSource, _ columns: [String]? = nil, threads: Int = 1, keepsFrames: Bool = true
) throws -> (table: Table, reading: any Reading) {
  let reading = try source.reading(
    columns ?? source.columnNames, splits: 0..<source.splitCount, keepsFrames: keepsFrames,
    in: Session(threads: threads))
  let frames = try (0..<source.splitCount).map { try reading.frame(ofSplit: $0) }
  return (Table(reading.schema, frames), reading)
}

/// Reads a text through a file.
func table(
  _ text: String, _ tuning: CSVTuning = CSVTuning(), columns: [String]? = nil, threads: Int = 1,
  _ change: (inout CSVOptions) -> Void = { _ in }
) throws -> Table {
  try table(Array(text.utf8), tuning, columns: columns, threads: threads, change)
}

func table(
  _ bytes: [UInt8], _ tuning: CSVTuning = CSVTuning(), columns: [String]? = nil, threads: Int = 1,
  _ change: (inout CSVOptions) -> Void = { _ in }
) throws -> Table {
  let folder = try TemporaryFolder()
  var options = CSVOptions()
  change(&options)
  let source = try CSVSource(paths: [folder.file(bytes)], options: options, tuning: tuning)
  return try read(source, columns, threads: threads).table
}

/// The failure that reading a text ends in; nil where it ends well.
func failure(
  _ text: String, _ tuning: CSVTuning = CSVTuning(), _ change: (inout CSVOptions) -> Void = { _ in }
) -> Failure? {
  failure(Array(text.utf8), tuning, change)
}

func failure(
  _ bytes: [UInt8], _ tuning: CSVTuning = CSVTuning(),
  _ change: (inout CSVOptions) -> Void = { _ in }
) -> Failure? {
  do {
    _ = try table(bytes, tuning, change)
    return nil
  } catch {
    return Failure(error)
  }
}

/// Seconds that this thread has computed for.
func threadSeconds() -> Double {
  var time = timespec()
  _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
