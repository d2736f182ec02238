import Cluster
import Datasets
import Foundation
import Frames
import Platform
import Testing

/// A folder of its own for one test, gone when it is dropped.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/martlet-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func place(_ name: String) -> String { "\(path)/\(name)" }

  func write(_ bytes: [UInt8], to name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: place(name)))
    return place(name)
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: place(name), encoding: .utf8)
  }

  /// All names in it, hidden ones too.
  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
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

/// One worker alone, on two threads.
func aloneSession() -> Session { Session(threads: 2) }

/// Workers and threads under which every result must be the same.
let crews = [1, 2, 3, 4].flatMap { ranks in [1, 2, 3].map { (ranks: ranks, threads: $0) } }

/// Runs `body` as each worker of a crew, each with a session of its own.
func asCrew<R: Sendable>(
  _ crew: (ranks: Int, threads: Int), _ body: @Sendable (Session) throws -> R
) throws -> [R] {
  try Communicator.withThreads(crew.ranks) { communicator in
    try body(Session(communicator: communicator, threads: crew.threads))
  }
}

/// The values of a frame, row by row.
func rows(of frame: Frame) -> [[Value]] {
  (0..<frame.rowCount).map { row in frame.columns.map { $0[row] } }
}

/// Whole numbers `0..<count` in a column `n`, and three more columns that follow from them.
func numbersFrame(_ count: Int) -> Frame {
  let numbers = (0..<count).map { Int64($0) }
  return Frame([
    ("n", Column(numbers.map { Optional($0) })),
    ("half", Column(numbers.map { $0 % 4 == 1 ? nil : Double($0) / 2 })),
    ("even", Column(numbers.map { $0 % 2 == 0 })),
    ("name", Column(numbers.map { $0 % 5 == 3 ? nil : "row \($0)" })),
  ])
}

/// The integers of a column.
func integers(_ frame: Frame, _ name: String) throws -> [Int64] {
  let column = try frame.column(name)
  return (0..<column.count).map { if case .integer(let value) = column[$0] { value } else { -1 } }
}

extension Dataset {
  /// The rows whose `n` passes a test.
  func whereNumber(_ passes: @escaping @Sendable (Int64) -> Bool) -> Dataset {
    filter(reading: ["n"]) { try integers($0, "n").map(passes) }
  }
}
