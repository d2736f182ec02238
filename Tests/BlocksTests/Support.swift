import Blocks
import Cluster
import Datasets
import Frames
import LinearAlgebra
import Platform
import Synchronization
import Testing

/// The failure that `body` ends with.
func failure(
  _ location: SourceLocation = #_sourceLocation, of body: () throws -> Void
) -> Failure {
  do { try body() } catch { return Failure(error) }
  Issue.record("nothing was thrown", sourceLocation: location)
  return Failure(.bug, "nothing was thrown")
}

/// So many workers with so many threads each.
struct Crew: Sendable, CustomStringConvertible {
  let ranks: Int
  let threads: Int
  var description: String { "\(ranks) workers of \(threads) threads" }

  static let all = [1, 2, 3, 4, 7].flatMap { ranks in
    [1, 2, 3].map { Crew(ranks: ranks, threads: $0) }
  }
  /// Enough for sums whose order is proven elsewhere: one, a power of two, and neither.
  static let few = [(1, 2), (2, 1), (3, 3), (4, 2)].map { Crew(ranks: $0.0, threads: $0.1) }

  /// Runs `body` as each worker, each with a session of its own and leaves of a few rows.
  func run<R: Sendable>(
    leaves: LeafPolicy = smallLeaves, memory: Int = 1 << 30,
    _ body: @Sendable (Session) throws -> R
  ) throws -> [R] {
    try Communicator.withThreads(ranks) { communicator in
      try body(
        Session(
          communicator: communicator, threads: threads, memoryByteCount: memory, leaves: leaves))
    }
  }

  /// What each worker's `body` ends with, which must be a failure.
  func failures(
    memory: Int = 1 << 30, _ body: @Sendable (Session) throws -> Void
  ) -> [(failure: Failure, reservedByteCount: Int)] {
    let seen = Mutex<[Int: (Failure, Int)]>([:])
    let outer = failure {
      _ = try run(memory: memory) { session in
        do { try body(session) } catch {
          let rank = session.communicator.rank
          let entry = (Failure(error), session.memory.reservedByteCount)
          seen.withLock { $0[rank] = entry }
          throw error
        }
      }
    }
    let byRank = seen.withLock { seen in (0..<ranks).compactMap { seen[$0] } }
    #expect(byRank.count == ranks, "\(self): \(outer)")
    return byRank.map { (failure: $0.0, reservedByteCount: $0.1) }
  }
}

/// Leaves so small that little data has many.
let smallLeaves = LeafPolicy(byteCount: 64, rowCount: 4)

/// A small generator whose numbers depend on its seed alone.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// In -1 ..< 1.
  mutating func double() -> Double { Double(next() >> 11) * 0x1p-52 - 1 }
  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
  /// A whole number from -4 to 4: sums and distances of such are exact in both precisions.
  mutating func small() -> Double { Double(below(9)) - 4 }
}

/// Rows and weights in plain arrays: what every result is compared with.
struct PlainRows: Sendable {
  var values: [[Double]]
  var weights: [Double]?

  var count: Int { values.count }
  var width: Int { values.first?.count ?? 3 }
  func weight(_ row: Int) -> Double { weights?[row] ?? 1 }

  /// Small whole numbers; every sixth row weighs nothing.
  static func whole(_ count: Int, width: Int = 3, isWeighted: Bool = false, seed: UInt64)
    -> PlainRows
  {
    var random = SplitMix(state: seed)
    let values = (0..<count).map { _ in (0..<width).map { _ in random.small() } }
    return PlainRows(
      values: values, weights: isWeighted ? (0..<count).map { _ in Double(random.below(6)) } : nil)
  }

  /// Numbers in -1 ..< 1.
  static func real(_ count: Int, width: Int = 3, isWeighted: Bool = false, seed: UInt64)
    -> PlainRows
  {
    var random = SplitMix(state: seed)
    let values = (0..<count).map { _ in (0..<width).map { _ in random.double() } }
    return PlainRows(
      values: values,
      weights: isWeighted ? (0..<count).map { _ in random.double() + 1 } : nil)
  }

  /// As a data set of the features, the weights `w` and the row numbers, in splits of some rows.
  func dataset(rowsPerSplit: Int = 37) -> Dataset {
    var columns = (0..<width).map { place in
      (name: "x\(place)", column: Column(values.map { Optional($0[place]) }))
    }
    columns.append((name: "w", column: Column((0..<count).map { Optional(weight($0)) })))
    columns.append((name: "row", column: Column((0..<count).map { Optional(Int64($0)) })))
    return Dataset(FrameSource(Frame(columns), rowsPerSplit: rowsPerSplit))
  }

  var features: [String] { (0..<width).map { "x\($0)" } }

  func blocks<E: Scalar>(_: E.Type = E.self, in session: Session) throws -> BlockMatrix<E> {
    try dataset().blocks(
      of: E.self, features: features, weight: weights == nil ? nil : "w", in: session
    ).0
  }
}

/// What one worker holds of a matrix.
struct HeldRows<E: Scalar>: Sendable {
  let range: Range<Int>
  let rowCount: Int
  let leafCount: Int
  let values: [[E]]
  let weights: [Double]

  init(_ matrix: BlockMatrix<E>) {
    range = matrix.rows
    rowCount = matrix.rowCount
    leafCount = matrix.placement.leafCount
    values = matrix.rows.map { matrix.row($0) }
    weights = matrix.rows.map { matrix.weight(ofRow: $0) }
  }
}

/// Whether what the workers hold together is exactly these rows, each once, in order.
func expectHeld<E: Scalar>(
  _ held: [HeldRows<E>], _ rows: PlainRows, _ comment: @autoclosure () -> String,
  at location: SourceLocation = #_sourceLocation
) {
  var end = 0
  for part in held {
    if part.range.lowerBound != end || part.rowCount != rows.count {
      Issue.record(
        "\(comment()): rows \(part.range) of \(part.rowCount) after \(end)",
        sourceLocation: location)
    }
    end = part.range.upperBound
  }
  let same =
    end == rows.count
    && held.flatMap(\.values) == rows.values.map { $0.map { E($0) } }
    && held.flatMap(\.weights) == (0..<rows.count).map { rows.weight($0) }
  if !same { Issue.record("\(comment()): other rows", sourceLocation: location) }
}
