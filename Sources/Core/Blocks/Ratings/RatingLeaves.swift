public import Cluster
internal import Platform

/// Rows of ratings cut into leaves of about even work, and which worker owns which.
///
/// How many leaves there are depends on the ratings alone: as many as the session's policy cuts, and
/// of little data more, for what a rating costs has nothing to do with its few bytes.
public struct RatingLeaves: Sendable {
  /// Leaf `i` is the rows `starts[i]..<starts[i + 1]`.
  public let starts: [Int]
  public let placement: Placement
  public let rank: Int

  /// - Parameters:
  ///   - counts: how many ratings each row has.
  ///   - work: what they cost.
  init(counts: [Int64], work: RatingWork, in session: Session) {
    require(
      work.ofRow >= 1 && work.step >= 1 && (0...1e6).contains(work.ofLongRow),
      "rows of ratings that cost \(work)")
    let total = counts.reduce(0) { $0 + work.of(Int($1)) }
    let ratingCount = counts.reduce(0) { $0 + Int($1) }
    let leafCount = max(
      session.leaves.leafCount(rows: counts.count, bytes: (ratingCount + counts.count) * 8),
      Self.leafCount(rows: counts.count, work: total))
    var starts = [0]
    var before = 0
    for (row, count) in counts.enumerated() {
      while starts.count < leafCount, before >= Self.part(starts.count, of: leafCount, total) {
        starts.append(row)
      }
      before += work.of(Int(count))
    }
    while starts.count <= leafCount { starts.append(counts.count) }
    self.starts = starts
    placement = Placement(leafCount: leafCount, rankCount: session.communicator.size)
    rank = session.communicator.rank
  }

  /// The leaves that threads and workers share even where the bytes of all ratings make one.
  ///
  /// 32, or fewer powers of two: with less than `leastWork` in a leaf its sums cost more than
  /// waiting for another thread.
  static func leafCount(rows: Int, work: Int) -> Int {
    var count = 1
    while count < 32, work / (count * 2) >= leastWork, rows >= count * 2 { count *= 2 }
    return count
  }

  private static let leastWork = 512

  private static func part(_ part: Int, of count: Int, _ total: Int) -> Int {
    let (quotient, rest) = total.quotientAndRemainder(dividingBy: count)
    return quotient * part + rest * part / count
  }

  /// The rows of each worker.
  public var rowsOfRanks: [Range<Int>] {
    placement.ranges.map { starts[$0.lowerBound]..<starts[$0.upperBound] }
  }

  /// This worker's rows.
  public var rows: Range<Int> { rowsOfRanks[rank] }

  private var leafWork: LeafWork { LeafWork(placement: placement, rank: rank) }

  /// Sums a statistic over the rows of all workers, to the same bits whatever their number.
  ///
  /// `body` is called for the rows of a leaf, by one thread, and adds to the statistic of that leaf,
  /// which begins as zeros; empty leaves are passed over.
  public func totals<Scratch>(
    _ activity: String, count: Int, in session: Session,
    scratch: @escaping @Sendable () -> Scratch,
    _ body:
      @escaping @Sendable (Range<Int>, inout Scratch, inout MutableSpan<Double>) throws -> Void
  ) throws -> [Double] {
    let starts = starts
    return try unsafe leafWork.sum(activity, count: count, in: session, scratch: scratch) {
      leaf, own, partial in
      if starts[leaf] == starts[leaf + 1] { return }
      var total = unsafe MutableSpan(_unsafeStart: partial, count: count)
      try body(starts[leaf]..<starts[leaf + 1], &own, &total)
    }
  }

  /// Sums a number over the rows of all workers, to the same bits whatever their number.
  public func total(
    _ activity: String, in session: Session, _ ofRow: @escaping @Sendable (Int) -> Double
  ) throws -> Double {
    try totals(activity, count: 1, in: session, scratch: {}) { rows, _, total in
      for row in rows { total[0] += ofRow(row) }
    }[0]
  }
}
