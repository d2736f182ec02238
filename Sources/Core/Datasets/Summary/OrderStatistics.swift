public import Cluster
internal import Platform

/// Exact quantiles that are numbers of the data themselves, as Spark's are.
///
/// The quantile p of n numbers is the one of rank ceil(p n) among the sorted ones, counted from 1:
/// the median of 1, 2, 4, 4 is 2. This is what Spark's `approxQuantile` gives with an error of 0.
public struct OrderStatistics: Sendable {
  /// The numbers of one variable that this worker holds, as keys in any order.
  public struct Values: Sendable {
    private(set) var keys: [UInt64] = []
    private var zeroCount: Int64 = 0

    public init() {}

    /// Adds a number, unless it is NaN.
    @inline(__always)
    public mutating func add(_ number: Double) {
      if !number.isNaN { keys.append(OrderedKey.key(of: number)) }
    }

    /// Adds numbers that lie `stride` apart; returns how many were NaN.
    public mutating func add(
      _ numbers: UnsafePointer<Double>, count: Int, stride: Int = 1
    ) -> Int {
      let before = keys.count
      for row in 0..<count {
        let number = unsafe numbers[row &* stride]
        if !number.isNaN { keys.append(OrderedKey.key(of: number)) }
      }
      return count - (keys.count - before)
    }

    /// Adds so many zeros, such as those that sparse vectors leave out.
    public mutating func addZeros(_ times: Int64) { zeroCount += times }

    public mutating func add(_ other: Values) {
      keys += other.keys
      zeroCount += other.zeroCount
    }

    /// How many numbers there are.
    public var count: Int64 { Int64(keys.count) + zeroCount }

    fileprivate func variable(_ ranks: [Int64]) -> KeySelection.Variable {
      if zeroCount == 0 { return KeySelection.Variable(keys: keys, counts: nil, ranks: ranks) }
      return KeySelection.Variable(
        keys: keys + [OrderedKey.key(of: 0 as Double)],
        counts: [Int64](repeating: 1, count: keys.count) + [zeroCount], ranks: ranks)
    }

    fileprivate var counted: KeyCounts {
      let own = KeyCounts(counting: keys)
      if zeroCount == 0 { return own }
      return own.merged(
        with: KeyCounts(keys: [OrderedKey.key(of: 0 as Double)], counts: [zeroCount]))
    }
  }

  /// The quantiles of some variables, empty for one without any number; a collective call.
  public static func quantiles(
    _ probabilities: [Double], of variables: [Values], in session: Session
  ) throws -> [[Double]] {
    let counts = try session.communicator.allReduce(variables.map(\.count), by: .sum)
    let byteCount = variables.reduce(0) { $0 + $1.keys.count } * 16
    let reservation = try session.communicator.agree("finding quantiles") {
      try session.memory.reserve(byteCount, for: "the keys of \(variables.count) columns")
    }
    defer { withExtendedLifetime(reservation) {} }
    let wanted = counts.map { count in
      count == 0 ? [] : probabilities.map { Self.rank($0, count) }
    }
    let found = try KeySelection.select(
      zip(variables, wanted).map { $0.variable($1.sorted()) }, in: session)
    return zip(found, wanted).map { keys, ranks in
      let sorted = ranks.sorted()
      return ranks.map { rank in
        OrderedKey.number(of: keys[sorted.firstIndex(of: rank) ?? 0])
      }
    }
  }

  /// The number of rank ceil(share n) among the n numbers of a variable, counted from the largest.
  ///
  /// A product that misses a whole number by rounding alone counts as that number. Nil without any
  /// number. A collective call.
  public static func quantile(
    fromAbove share: Double, of variable: Values, in session: Session
  ) throws -> Double? {
    let count = try session.communicator.allReduce([variable.count], by: .sum)[0]
    if count == 0 { return nil }
    let reservation = try session.communicator.agree("finding a quantile") {
      try session.memory.reserve(variable.keys.count * 16, for: "the keys of a variable")
    }
    defer { withExtendedLifetime(reservation) {} }
    let product = share * Double(count)
    let nearest = product.rounded()
    let isWhole = abs(product - nearest) <= 1e-12 * product
    let rank = min(count, max(1, Int64(isWhole ? nearest : product.rounded(.up))))
    let found = try KeySelection.select([variable.variable([count - rank])], in: session)
    return OrderedKey.number(of: found[0][0])
  }

  /// The most frequent number of each variable, the smallest of those equally frequent.
  ///
  /// Nil for a variable without any number. A collective call.
  ///
  /// Each worker counts those numbers of all workers whose keys fall to it, so that none has to
  /// hold all distinct ones.
  public static func modes(of variables: [Values], in session: Session) throws -> [Double?] {
    let communicator = session.communicator
    let workers = UInt64(communicator.size)
    return try variables.map { values in
      let own = values.counted
      var parts = [[UInt64]](repeating: [], count: communicator.size)
      for (key, count) in zip(own.keys, own.counts) {
        // The upper bits of a product, since the lowest bits of doubles are often all 0.
        let mixed = (key &* 0x9E37_79B9_7F4A_7C15) >> 32
        parts[Int(mixed % workers)] += [key, UInt64(bitPattern: count)]
      }
      var merged = KeyCounts()
      for part in try communicator.allToAll(parts) {
        merged = merged.merged(
          with: KeyCounts(
            keys: stride(from: 0, to: part.count, by: 2).map { part[$0] },
            counts: stride(from: 1, to: part.count, by: 2).map { Int64(bitPattern: part[$0]) }))
      }
      let best = merged.mostFrequent(1)
      let offers = try communicator.allGather(
        best.keys + best.counts.map { UInt64(bitPattern: $0) })
      let winner = offers.filter { $0.count == 2 }.min { ($1[1], $0[0]) < ($0[1], $1[0]) }
      return winner.map { OrderedKey.number(of: $0[0]) }
    }
  }

  /// The place of a quantile among so many sorted numbers, counted from 0.
  static func rank(_ probability: Double, _ count: Int64) -> Int64 {
    let rank = (probability * Double(count)).rounded(.up)
    return min(count - 1, max(0, Int64(rank) - 1))
  }
}
