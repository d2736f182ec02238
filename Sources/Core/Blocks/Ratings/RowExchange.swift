public import Cluster
public import LinearAlgebra
internal import Platform

/// Brings rows of a table of numbers to the workers that need them, and to no other.
///
/// Each worker has the whole table and fills its own rows. Who needs which is settled once, in lists
/// of rows that rise; afterwards a row goes to a worker once a round.
public struct RowExchange: Sendable {
  /// For each worker the own rows that it needs.
  private let sent: [[Int32]]
  /// For each worker its rows that this one needs.
  private let received: [[Int32]]
  private let stride: Int
  private let parts: [Range<Int>]
  /// What travels, packed; kept from round to round.
  private let outgoing: Buffer<Float>
  private let incoming: Buffer<Float>
  private let held: MemoryReservation?
  /// The bytes that all workers together send in a round.
  public let totalByteCount: Int

  /// A collective call.
  /// - Parameters:
  ///   - needed: the rows that this worker needs, in any order and number.
  ///   - owned: the rows that each worker fills.
  ///   - stride: the numbers from one row of the table to the next.
  ///   - parts: which numbers of a row travel.
  public init(
    _ needed: Buffer<Int32>, owned: [Range<Int>], stride: Int, parts: [Range<Int>],
    in session: Session
  ) throws {
    (self.stride, self.parts) = (stride, parts)
    let communicator = session.communicator
    guard communicator.size > 1 else {
      (sent, received, totalByteCount, held) = ([[]], [[]], 0, nil)
      (outgoing, incoming) = (Buffer(count: 0), Buffer(count: 0))
      return
    }
    let isNamed = Buffer<UInt8>(count: owned.map(\.upperBound).max() ?? 0)
    for place in 0..<needed.count { isNamed[Int(needed[place])] = 1 }
    let received = owned.enumerated().map { rank, rows in
      rank == communicator.rank ? [] : rows.filter { isNamed[$0] != 0 }.map { Int32($0) }
    }
    let sent = try communicator.allToAll(received)
    let width = Self.width(parts)
    let outgoingCount = sent.reduce(0) { $0 + $1.count } * width
    let incomingCount = received.reduce(0) { $0 + $1.count } * width
    held = try communicator.agree("planning what workers send each other") {
      try session.memory.reserve(
        (outgoingCount + incomingCount) * 4, for: "rows that workers send each other")
    }
    (self.sent, self.received) = (sent, received)
    (outgoing, incoming) = (Buffer(count: outgoingCount), Buffer(count: incomingCount))
    totalByteCount = Int(try communicator.allReduce([Int64(outgoingCount * 4)])[0])
  }

  /// The rows of other workers that this one needs.
  public var foreignRows: [Int32] { received.flatMap { $0 } }

  /// Sends own rows and receives others'; a collective call.
  public func run(_ table: Buffer<Float>, in session: Session) throws {
    let communicator = session.communicator
    guard communicator.size > 1 else { return }
    var packed = unsafe outgoing.pointer
    unsafe forEachPart(of: sent, in: table) { numbers, count in
      unsafe packed.update(from: numbers, count: count)
      unsafe packed += count
    }
    let width = Self.width(parts)
    _ = try communicator.allToAll(outgoing, counts: sent.map { $0.count * width }) { count in
      require(count == incoming.count, "\(count) numbers of rows, not \(incoming.count)")
      return incoming
    }
    unsafe packed = incoming.pointer
    unsafe forEachPart(of: received, in: table) { numbers, count in
      unsafe numbers.update(from: packed, count: count)
      unsafe packed += count
    }
  }

  /// How many numbers of a row travel.
  private static func width(_ parts: [Range<Int>]) -> Int { parts.reduce(0) { $0 + $1.count } }

  /// The numbers that travel, one row of the lists after the other.
  private func forEachPart(
    of lists: [[Int32]], in table: Buffer<Float>,
    _ body: (UnsafeMutablePointer<Float>, Int) -> Void
  ) {
    for rows in lists {
      for row in rows {
        for part in parts {
          let start = Int(row) * stride + part.lowerBound
          require(start + part.count <= table.count, "row \(row) of a table of \(table.count)")
          unsafe body(table.pointer + start, part.count)
        }
      }
    }
  }
}
