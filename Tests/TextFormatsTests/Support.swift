import Cluster
import Datasets
import Foundation
import Frames
import Platform
import Testing

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

/// A folder of its own for one test, gone when it is dropped.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/martlet-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ bytes: [UInt8], _ name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    return "\(path)/\(name)"
  }

  func file(_ text: String, _ name: String) throws -> String { try file(Array(text.utf8), name) }

  /// All names in it, hidden ones too.
  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }
}

/// What a data set holds: names, types and rows.
struct Table: Equatable, CustomStringConvertible {
  var names: [String]
  var types: [ColumnType]
  var rows: [[Value]]

  init(_ names: [String], _ types: [ColumnType], _ rows: [[Value]]) {
    (self.names, self.types, self.rows) = (names, types, rows)
  }

  init(_ frame: Frame) {
    names = frame.schema.names
    types = frame.schema.fields.map(\.type)
    rows = (0..<frame.rowCount).map { row in frame.columns.map { $0[row] } }
  }

  static func == (a: Table, b: Table) -> Bool {
    a.names == b.names && a.types == b.types && a.rows.count == b.rows.count
      && zip(a.rows, b.rows).allSatisfy { $0.count == $1.count && zip($0, $1).allSatisfy(same) }
  }

  /// Doubles are the same when their bits are; text when its bytes are.
  static func same(_ a: Value, _ b: Value) -> Bool {
    switch (a, b) {
    case (.number(let a), .number(let b)): a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN)
    case (.text(let a), .text(let b)): Array(a.utf8) == Array(b.utf8)
    default: a == b
    }
  }

  var description: String {
    ([zip(names, types).map { "\($0): \($1.rawValue)" }.joined(separator: " | ")]
      + rows.map { $0.map { "\($0)" }.joined(separator: " | ") }).joined(separator: "\n")
  }
}

/// The failure that `body` ends with.
func failure(
  _ location: SourceLocation = #_sourceLocation, of body: () throws -> Void
) -> Failure {
  do { try body() } catch { return Failure(error) }
  Issue.record("nothing was thrown", sourceLocation: location)
  return Failure(.bug, "nothing was thrown")
}

/// Reads lines of JSON that stand in a file of their own.
func json(
  _ text: String, splitByteCount: Int = 4 << 20,
  _ change: (inout JSONLinesOptions) -> Void = { _ in }
) throws -> Table {
  try json(Array(text.utf8), splitByteCount: splitByteCount, change)
}

func json(
  _ bytes: [UInt8], splitByteCount: Int = 4 << 20,
  _ change: (inout JSONLinesOptions) -> Void = { _ in }
) throws -> Table {
  let folder = try TemporaryFolder()
  var options = JSONLinesOptions()
  options.splitByteCount = splitByteCount
  change(&options)
  let session = Session(threads: 2)
  let source = try JSONLinesSource(
    paths: [folder.file(bytes, "t.jsonl")], options: options, in: session)
  return Table(try Dataset(source).collect(in: session))
}

/// Reads libsvm that stands in a file of its own.
func libsvm(
  _ text: String, splitByteCount: Int = 4 << 20,
  _ change: (inout LibSVMOptions) -> Void = { _ in }
) throws -> Table {
  let folder = try TemporaryFolder()
  var options = LibSVMOptions()
  options.splitByteCount = splitByteCount
  change(&options)
  let source = try LibSVMSource(paths: [folder.file(text, "t.svm")], options: options)
  return Table(try Dataset(source).collect(in: Session(threads: 2)))
}
