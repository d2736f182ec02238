internal import Cluster
internal import LinearAlgebra
internal import Platform

/// Who needs whose factors: brings each factor of one side to the workers whose ratings name it.
///
/// Lists of places, rising, made once from the columns of the other side's ratings; afterwards a
/// factor goes to a worker once a round, and to no other.
struct FactorExchange: Sendable {
  private let shape: FactorShape
  /// For each worker the own rows that it needs.
  private let sent: [[Int32]]
  /// For each worker its rows that this one needs.
  private let received: [[Int32]]
  /// The bytes that all workers together send in a round.
  let totalByteCount: Int

  /// A collective call.
  /// - Parameters:
  ///   - columns: the columns of this worker's ratings of the other side.
  ///   - owned: the rows of this side that each worker owns.
  init(
    _ shape: FactorShape, columns: Buffer<Int32>, owned: [Range<Int>], in session: Session
  ) throws {
    self.shape = shape
    let communicator = session.communicator
    guard communicator.size > 1 else {
      (sent, received, totalByteCount) = ([[]], [[]], 0)
      return
    }
    let isNamed = Buffer<UInt8>(count: owned.map(\.upperBound).max() ?? 0)
    for place in 0..<columns.count { isNamed[Int(columns[place])] = 1 }
    received = owned.enumerated().map { rank, rows in
      rank == communicator.rank ? [] : rows.filter { isNamed[$0] != 0 }.map { Int32($0) }
    }
    sent = try communicator.allToAll(received)
    let own = sent.reduce(0) { $0 + $1.count } * shape.sentCount * 4
    totalByteCount = Int(try communicator.allReduce([Int64(own)])[0])
  }

  /// The rows of other workers that this one needs.
  var foreignRows: [Int32] { received.flatMap { $0 } }

  /// Sends own factors and receives others', in a table of all; a collective call.
  func run(_ table: Buffer<Float>, in session: Session) throws {
    let communicator = session.communicator
    guard communicator.size > 1 else { return }
    let width = shape.sentCount
    let leaving = Buffer<Float>(count: sent.reduce(0) { $0 + $1.count } * width)
    var target = 0
    for row in sent.joined() {
      let start = shape.place(Int(row))
      for place in 0..<shape.rank { leaving[target + place] = table[start + place] }
      if shape.hasBias { leaving[target + shape.rank] = table[start + shape.bias] }
      target += width
    }
    var arrived = Buffer<Float>(count: 0)
    _ = try unsafe communicator.allToAll(
      bytes: UnsafeRawBufferPointer(start: leaving.pointer, count: leaving.count * 4),
      counts: sent.map { $0.count * width * 4 }
    ) { byteCount in
      arrived = Buffer(count: byteCount / 4)
      return unsafe UnsafeMutableRawBufferPointer(start: arrived.pointer, count: byteCount)
    }
    withExtendedLifetime(leaving) {}
    require(
      arrived.count == received.reduce(0) { $0 + $1.count } * width,
      "\(arrived.count) numbers of others' factors")
    var source = 0
    for row in received.joined() {
      let start = shape.place(Int(row))
      for place in 0..<width { table[start + place] = arrived[source + place] }
      shape.settle(table, at: start)
      source += width
    }
  }
}
