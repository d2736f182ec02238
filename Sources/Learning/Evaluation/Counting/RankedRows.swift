internal import Cluster
internal import Datasets
internal import Platform

/// The rows of all workers in the order of a number, on worker 0 alone.
///
/// Rows of equal numbers stay in the order of their numbers, so that every sum along the way has one
/// order whatever the workers. Cost: 8 bytes a row to worker 0, where it takes 32 bytes a row; about
/// 30 ns a row for the sort.
struct RankedRows: Sendable {
  /// What the rows are ranked by, rising.
  let keys: [UInt64]
  /// The numbers of the rows, in that order.
  let rows: [UInt32]

  /// What worker 0 must have room for, in bytes a row.
  static let byteCount = 32

  /// A collective call; nil on all workers but 0.
  init?(_ keys: [UInt64], in session: Session) throws {
    let parts = try session.communicator.gather(keys, to: 0)
    guard session.isRoot else { return nil }
    var keys = parts.count == 1 ? parts[0] : parts.flatMap { $0 }
    rows = KeySort.sortKeepingPlaces(&keys)
    self.keys = keys
  }

  /// Reserves the room that ranking takes on worker 0; a collective call.
  /// - Parameters:
  ///   - rowCount: how many rows all workers have.
  ///   - more: bytes a row for what else is gathered.
  static func reserve(
    _ rowCount: Int, more: Int, in session: Session
  ) throws -> MemoryReservation? {
    try session.communicator.agree("ranking the rows") {
      guard rowCount <= Int(UInt32.max) else {
        throw Failure(
          .memory, "\(rowCount) rows are too many to be put in order",
          hint: "leave out what needs an order, say --metrics accuracy,logLoss")
      }
      if !session.isRoot { return nil }
      return try session.memory.reserve(
        rowCount * (byteCount + more), for: "ranking \(rowCount) rows on one worker")
    }
  }

  /// Calls `body` with each key from the highest down, and what the rows that have it weigh in each
  /// of four resamples: those that are positive, and the others.
  @inline(__always)
  func forEachTie(
    isPositive: (_ row: Int) -> Bool, weight: (_ row: Int) -> SIMD4<Double>,
    _ body: (_ key: UInt64, _ own: SIMD4<Double>, _ others: SIMD4<Double>) -> Void
  ) {
    var end = rows.count
    while end > 0 {
      let key = keys[end - 1]
      var (own, others) = (LaneSum(), LaneSum())
      while end > 0, keys[end - 1] == key {
        end -= 1
        let row = Int(rows[end])
        if isPositive(row) { own += weight(row) } else { others += weight(row) }
      }
      body(key, own.value, others.value)
    }
  }

  /// The least number such that rows of at most that make up half of all weight, in each of four
  /// resamples; where they make up just half, the mean of it and the next one.
  func medians(_ weight: (_ row: Int) -> SIMD4<Double>) -> SIMD4<Double> {
    var total = LaneSum()
    for row in rows { total += weight(Int(row)) }
    let half = total.value / 2
    var below = LaneSum()
    var medians = SIMD4<Double>(repeating: .nan)
    // Whether a lane has its median, and whether it waits for the number behind it.
    var (isFound, waits) = (SIMD4<Int>(repeating: 0), SIMD4<Int>(repeating: 0))
    for (place, row) in rows.enumerated() {
      let own = weight(Int(row))
      below += own
      let reached = below.value
      for lane in 0..<4 where own[lane] > 0 && (isFound[lane] == 0 || waits[lane] == 1) {
        let number = OrderedKey.number(of: keys[place])
        if waits[lane] == 1 {
          medians[lane] = medians[lane] / 2 + number / 2
          waits[lane] = 0
        } else if reached[lane] >= half[lane] {
          medians[lane] = number
          isFound[lane] = 1
          waits[lane] = reached[lane] == half[lane] ? 1 : 0
        }
      }
    }
    return medians
  }
}
