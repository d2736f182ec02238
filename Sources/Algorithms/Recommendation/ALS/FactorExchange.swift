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
    let arrived = try communicator.allToAll(sent.map { packed($0, from: table) })
    for (rows, numbers) in zip(received, arrived) {
      require(
        numbers.count == rows.count * shape.sentCount,
        "\(numbers.count) numbers of \(rows.count) factors")
      for (place, row) in rows.enumerated() {
        let start = shape.place(Int(row))
        for number in 0..<shape.sentCount {
          table[start + number] = numbers[place * shape.sentCount + number]
        }
        shape.settle(table, at: start)
      }
    }
  }

  /// What a worker is told of some rows: their factors, and their biases where there are any.
  private func packed(_ rows: [Int32], from table: Buffer<Float>) -> [Float] {
    var numbers: [Float] = []
    numbers.reserveCapacity(rows.count * shape.sentCount)
    for row in rows {
      let start = shape.place(Int(row))
      for place in start..<start + shape.rank { numbers.append(table[place]) }
      if shape.hasBias { numbers.append(table[start + shape.bias]) }
    }
    return numbers
  }
}
