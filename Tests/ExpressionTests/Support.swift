import Cluster
import Datasets
import Foundation
import Frames
import Platform
import Testing

/// The values of an expression over a frame, row by row.
func values(_ expression: String, over frame: Frame) throws -> [Value] {
  let column = try RowExpression(expression).column(of: frame)
  return (0..<column.count).map { column[$0] }
}

/// The one value of an expression that names no column.
func value(_ expression: String) throws -> Value {
  try values(expression, over: Frame(Schema([]), [], rowCount: 1))[0]
}

/// The failure that `body` ends with.
func failure(
  _ location: SourceLocation = #_sourceLocation, of body: () throws -> Void
) -> Failure {
  do { try body() } catch { return Failure(error) }
  Issue.record("nothing was thrown", sourceLocation: location)
  return Failure(.bug, "nothing was thrown")
}

/// Workers and threads under which every result must be the same.
let crews = [1, 2, 3].flatMap { ranks in [1, 2].map { (ranks: ranks, threads: $0) } }

/// Runs `body` as each worker of a crew, each with a session of its own.
func asCrew<R: Sendable>(
  _ crew: (ranks: Int, threads: Int), _ body: @Sendable (Session) throws -> R
) throws -> [R] {
  try Communicator.withThreads(crew.ranks) { communicator in
    try body(Session(communicator: communicator, threads: crew.threads))
  }
}

/// The rows of a frame as texts.
func lines(_ frame: Frame) -> [String] {
  (0..<frame.rowCount).map { row in
    frame.columns.map { $0.isMissing(row) ? "NULL" : $0[row].description }.joined(separator: "|")
  }
}

/// A generator of Steele, Lea and Flood (SplitMix64).
struct SplitMix {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
  mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }
}
