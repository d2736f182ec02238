internal import Blocks
internal import Cluster
internal import LinearAlgebra

/// How the numbers of a user or an item lie in memory: the factors, and with biases a 1, which the
/// other side's bias goes with, and the own bias.
struct FactorShape: Sendable, Equatable {
  let rank: Int
  let hasBias: Bool

  /// The unknowns of a system: the factors and the bias.
  var dimension: Int { hasBias ? rank + 1 : rank }
  /// Where the 1 stands.
  var one: Int { rank }
  /// Where the bias stands.
  var bias: Int { rank + 1 }
  /// From one user or item to the next: whole cache lines.
  var stride: Int { FactorObservations.width(of: hasBias ? rank + 2 : rank) }
  /// The numbers that a worker must be told of a user or an item.
  private var sent: [Range<Int>] { hasBias ? [0..<rank, bias..<bias + 1] : [0..<rank] }

  func place(_ row: Int) -> Int { row * stride }

  /// Brings each factor of one side to the workers whose ratings of the other side name it.
  ///
  /// A collective call.
  /// - Parameters:
  ///   - leaves: which worker owns which rows of this side.
  ///   - columns: the columns of this worker's ratings of the other side.
  func exchange(
    of leaves: RatingLeaves, needing columns: Buffer<Int32>, in session: Session
  ) throws -> RowExchange {
    try RowExchange(
      columns, owned: leaves.rowsOfRanks, stride: stride, parts: sent, in: session)
  }
}
