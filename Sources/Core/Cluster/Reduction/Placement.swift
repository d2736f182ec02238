internal import Platform

/// Which rank owns which leaves.
///
/// Leaves are the units of summation, a power of two of them; ownership never shows in a result, so
/// it may follow anything: the number of ranks, a slow host, a restart with fewer workers.
public struct Placement: Sendable, Equatable {
  public let leafCount: Int
  /// The leaves of each rank; together all of them, each once.
  public let ranges: [Range<Int>]
  let plan: MergePlan
  /// A hash of the table, so that ranks with different ones find out.
  let fingerprint: UInt64

  /// Leaves dealt in units of equal size: as few as keep the fullest rank within 5 % of the mean.
  ///
  /// - Parameters:
  ///   - leafCount: a power of two.
  ///   - rankCount: how many ranks share them.
  ///   - unitFactor: the most units a rank. On numbers of ranks that are no power of two, more units
  ///     level the load better and leave more roots to send (on 3 ranks: 8 units, 4 roots, 3 %).
  public init(leafCount: Int, rankCount: Int, unitFactor: Int = 32) {
    require(leafCount > 0 && leafCount & (leafCount - 1) == 0, "\(leafCount) leaves")
    require(rankCount > 0 && unitFactor > 0, "\(rankCount) ranks of \(unitFactor) units")
    var roof = 1
    while roof < rankCount { roof <<= 1 }
    var unitCount = min(leafCount, roof)
    while unitCount * 2 <= min(leafCount, unitFactor * roof),
      !Self.isLevel(unitCount, over: rankCount)
    {
      unitCount *= 2
    }
    let unit = leafCount / unitCount
    self.init(
      leafCount: leafCount,
      ranges: (0..<rankCount).map { rank in
        rank * unitCount / rankCount * unit..<(rank + 1) * unitCount / rankCount * unit
      })
  }

  /// Whether the fullest rank has at most a twentieth more than the mean.
  private static func isLevel(_ unitCount: Int, over rankCount: Int) -> Bool {
    let fullest = (unitCount + rankCount - 1) / rankCount
    return fullest * rankCount * 20 <= unitCount * 21
  }

  /// Leaves dealt by a table, which must name each leaf once.
  public init(leafCount: Int, ranges: [Range<Int>]) {
    let parts = ranges.filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }
    var end = 0
    for part in parts {
      require(part.lowerBound == end, "leaves \(end)..<\(part.lowerBound) are owned twice or never")
      end = part.upperBound
    }
    require(end == leafCount, "\(end) of \(leafCount) leaves are owned")
    self.leafCount = leafCount
    self.ranges = ranges
    plan = MergePlan(leafCount: leafCount, roots: ranges.map(TreeNode.covering))
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for word in [leafCount] + ranges.flatMap({ [$0.lowerBound, $0.upperBound] }) {
      hash = (hash ^ UInt64(bitPattern: Int64(word))) &* 0x0000_0100_0000_01b3
    }
    fingerprint = hash
  }

  /// How many ranks share the leaves.
  public var rankCount: Int { ranges.count }

  /// The subtrees whose sums a rank contributes, from the left; none for a rank without leaves.
  public func roots(of rank: Int) -> [TreeNode] { plan.roots[rank] }

  /// The most subtrees that any rank contributes.
  public var rootLimit: Int { plan.rootLimit }

  public static func == (one: Placement, other: Placement) -> Bool {
    one.leafCount == other.leafCount && one.ranges == other.ranges
  }
}
