internal import Cluster
internal import Datasets
internal import Learning
internal import LinearAlgebra
internal import Platform

/// Exact sums of some features over some rows, and their ends; numbers that are 0 are not seen.
struct FeatureSums: Sendable {
  var rowCount = 0
  private(set) var sums: [ExactSum]
  private var seenCounts: [Int]
  private var leasts: [Double]
  private var greatests: [Double]

  init(featureCount: Int) {
    sums = [ExactSum](repeating: ExactSum(), count: featureCount)
    seenCounts = [Int](repeating: 0, count: featureCount)
    leasts = [Double](repeating: .infinity, count: featureCount)
    greatests = [Double](repeating: -.infinity, count: featureCount)
  }

  mutating func add(_ feature: Int, _ value: Double) {
    sums[feature].add(value)
    seenCounts[feature] += 1
    if value < leasts[feature] { leasts[feature] = value }
    if value > greatests[feature] { greatests[feature] = value }
  }

  /// Adds what was seen of other rows.
  mutating func add(_ other: FeatureSums) {
    rowCount += other.rowCount
    for feature in sums.indices {
      sums[feature].add(other.sums[feature])
      seenCounts[feature] += other.seenCounts[feature]
      leasts[feature] = min(leasts[feature], other.leasts[feature])
      greatests[feature] = max(greatests[feature], other.greatests[feature])
    }
  }

  /// The least and the greatest number of a feature, zeros included.
  func ends(of feature: Int) -> (least: Double, greatest: Double) {
    guard seenCounts[feature] < rowCount else { return (leasts[feature], greatests[feature]) }
    return (min(0, leasts[feature]), max(0, greatests[feature]))
  }

  /// Over all workers; a collective call.
  func total(_ communicator: Communicator) throws -> FeatureSums {
    if communicator.size == 1 { return self }
    var total = self
    total.sums = try sums.total(communicator)
    let counts = try communicator.allReduce(
      [Int64(rowCount)] + seenCounts.map { Int64($0) }, by: .sum)
    total.rowCount = Int(counts[0])
    total.seenCounts = counts.dropFirst().map { Int($0) }
    // Keys of 64 bits in the order of the numbers; greatest ones as the least of the opposites.
    let ends = try communicator.allReduce(
      leasts.map { Self.word($0) } + greatests.map { Self.word(-$0) }, by: .minimum)
    total.leasts = ends.prefix(sums.count).map { Self.number($0) }
    total.greatests = ends.dropFirst(sums.count).map { -Self.number($0) }
    return total
  }

  private static func word(_ number: Double) -> Int64 {
    OrderedKey.integer(of: OrderedKey.key(of: number))
  }

  private static func number(_ word: Int64) -> Double {
    OrderedKey.number(of: OrderedKey.key(of: word))
  }
}

extension ExactSum {
  /// Adds a product of two numbers without rounding it.
  mutating func add(productOf a: Double, _ b: Double) {
    let product = a * b
    add(product)
    let rest = (-product).addingProduct(a, b)
    if rest != 0 { add(rest) }
  }

  /// The sum to about 32 digits.
  var wide: WideDouble {
    let near = rounded()
    var rest = self
    rest.add(-near)
    return WideDouble(near, rest.rounded())
  }
}

extension [ExactSum] {
  /// Each sum over all workers; a collective call.
  func total(_ communicator: Communicator) throws -> [ExactSum] {
    if communicator.size == 1 { return self }
    let words = try communicator.allReduce(flatMap(\.words), by: .sum)
    return indices.map {
      ExactSum(words: words[$0 * ExactSum.wordCount..<($0 + 1) * ExactSum.wordCount])
    }
  }
}
