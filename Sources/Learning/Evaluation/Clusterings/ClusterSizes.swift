internal import Platform

/// How many rows each cluster has.
///
/// Whole numbers, so that parts of the data merge to the same sizes in whatever order; `counts` is
/// what ranks add up.
public struct ClusterSizes: Sendable, Equatable {
  /// Rows by cluster.
  public private(set) var counts: [Int64]

  /// No rows yet.
  public init(clusterCount: Int) {
    require(clusterCount >= 0, "\(clusterCount) clusters")
    counts = [Int64](repeating: 0, count: clusterCount)
  }

  /// Sizes that were counted elsewhere, such as the sum over all ranks.
  public init(counts: [Int64]) { self.counts = counts }

  /// Counts rows by the number of their cluster.
  public mutating func add(_ clusters: some Sequence<Int>) {
    for cluster in clusters {
      require(counts.indices.contains(cluster), "cluster \(cluster) of \(counts.count)")
      counts[cluster] += 1
    }
  }

  /// Takes in the rows of another part of the data.
  public mutating func merge(_ other: ClusterSizes) {
    require(
      counts.count == other.counts.count, "\(counts.count) and \(other.counts.count) clusters")
    for cluster in counts.indices { counts[cluster] += other.counts[cluster] }
  }

  public var metrics: [MetricValue] {
    let empty = counts.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
    return [
      MetricValue(.clusterCount, Double(counts.count)),
      MetricValue(.emptyClusterCount, Double(empty)),
      MetricValue(.smallestCluster, counts.min().map { Double($0) } ?? .nan),
      MetricValue(.largestCluster, counts.max().map { Double($0) } ?? .nan),
    ]
  }
}
