public import Blocks
public import Cluster
internal import LinearAlgebra
internal import Platform

extension Ratings {
  /// The ratings of all users on every worker, as a model keeps them; a collective call.
  ///
  /// Alone it is the memory that the fit itself holds; over several workers 8 bytes a rating.
  public func history(in session: Session) throws -> RatingHistory {
    guard session.communicator.size > 1 else {
      return RatingHistory(offsets: byUser.offsets, items: byUser.indices, values: byUser.values)
    }
    let rows = byUser
    let lengths = (0..<rows.rows.count).map { rows.offsets[$0 + 1] - rows.offsets[$0] }
    let held = try session.communicator.agree("keeping the ratings") {
      try session.memory.reserve(count * 8, for: "the history that the model keeps")
    }
    defer { withExtendedLifetime(held) {} }
    let all = try session.communicator.allGather(lengths).flatMap { $0 }
    var offsets = [0]
    for length in all { offsets.append(offsets[offsets.count - 1] + length) }
    let items = try session.communicator.allGather(rows.indices.array)
    let values = try session.communicator.allGather(rows.values.array)
    return RatingHistory(
      offsets: Buffer(offsets), items: Buffer(items.flatMap { $0 }),
      values: Buffer(values.flatMap { $0 }))
  }
}
