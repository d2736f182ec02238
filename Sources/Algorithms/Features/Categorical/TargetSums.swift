internal import Cluster
internal import Datasets
internal import Platform

/// How many rows each category has and what their labels add up to, without rounding.
///
/// Category 0 is of missing codes, the others those of code + 1.
struct TargetSums: Sendable {
  private(set) var counts: [Int64] = []
  /// How many labels are 1.
  private(set) var positives: [Int64] = []
  /// The sums of continuous labels; empty for binary ones.
  private(set) var sums: [ExactSum] = []
  let isContinuous: Bool

  init(isContinuous: Bool) { self.isContinuous = isContinuous }

  var categoryCount: Int { counts.count }

  private mutating func grow(to count: Int) {
    let more = count - counts.count
    guard more > 0 else { return }
    counts += Array(repeating: 0, count: more)
    if isContinuous {
      sums += Array(repeating: ExactSum(), count: more)
    } else {
      positives += Array(repeating: 0, count: more)
    }
  }

  mutating func add(_ label: Double, to category: Int) {
    if category >= counts.count { grow(to: category + 1) }
    counts[category] += 1
    if isContinuous {
      sums[category].add(label)
    } else if label == 1 {
      positives[category] += 1
    }
  }

  mutating func add(_ other: TargetSums) {
    grow(to: other.categoryCount)
    for category in other.counts.indices {
      counts[category] += other.counts[category]
      if isContinuous {
        sums[category].add(other.sums[category])
      } else {
        positives[category] += other.positives[category]
      }
    }
  }

  /// What is left without a part of it.
  func without(_ part: TargetSums) -> TargetSums {
    var rest = self
    for category in part.counts.indices {
      rest.counts[category] -= part.counts[category]
      if isContinuous {
        rest.sums[category] = ExactSum(
          words: zip(sums[category].words, part.sums[category].words).map { $0 - $1 })
      } else {
        rest.positives[category] -= part.positives[category]
      }
    }
    return rest
  }

  /// The sums over all workers; a collective call.
  mutating func reduce(in communicator: Communicator) throws {
    guard communicator.size > 1 else { return }
    grow(
      to: Int(try communicator.allReduce([Int64(categoryCount)], by: .maximum)[0]))
    counts = try communicator.allReduce(counts, by: .sum)
    guard isContinuous else {
      positives = try communicator.allReduce(positives, by: .sum)
      return
    }
    let words = try communicator.allReduce(sums.flatMap { $0.words }, by: .sum)
    let width = ExactSum.wordCount
    for category in sums.indices {
      sums[category] = ExactSum(words: words[category * width..<(category + 1) * width])
    }
  }

  /// The mean label of all rows; NaN where there are none.
  var mean: Double {
    let count = counts.reduce(0, +)
    guard isContinuous else { return Double(positives.reduce(0, +)) / Double(count) }
    var sum = ExactSum()
    for part in sums { sum.add(part) }
    return sum.rounded() / Double(count)
  }

  /// The mean label of each category, drawn towards another mean; NaN where there are no rows.
  func means(smoothing: Double, towards mean: Double) -> [Double] {
    counts.indices.map { category in
      if counts[category] == 0 { return .nan }
      let count = Double(counts[category])
      let own =
        (isContinuous ? sums[category].rounded() : Double(positives[category])) / count
      // As Spark computes it, to the bit.
      let weight = count / (count + smoothing)
      return weight * own + (1 - weight) * mean
    }
  }
}
