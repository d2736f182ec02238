internal import Cluster
internal import Platform

/// Finding the keys of given ranks among keys that are spread over all workers.
///
/// Method: radix selection from the highest digit: all workers add up how many keys have each
/// value of a digit, which tells the digit of the wanted key, and only keys with that digit are
/// looked at again; the last few thousand are gathered and sorted. Cost: a pass over all keys, then
/// one to three over fewer and fewer; in each a sum of 2,048 whole numbers for each wanted rank
/// between the workers.
struct KeySelection {
  /// One variable: keys in any order, and which of them, counted from 0 in rising order on all
  /// workers together, are wanted.
  struct Variable: Sendable {
    var keys: [UInt64]
    /// How often each key counts; nil where each counts once.
    var counts: [Int64]?
    /// Rising.
    var ranks: [Int64]
  }

  /// The keys that agree in the digits seen so far and include wanted ones.
  private struct Candidates: Sendable {
    var prefix: UInt64 = 0
    var keys: [UInt64]
    var counts: [Int64]?
    /// The wanted ranks among these keys, with their places among all that were asked for.
    var wanted: [(rank: Int64, place: Int)]
  }

  private static let digitBits = 11
  private static let size = 1 << digitBits
  /// So many keys of all workers and variables are rather sorted than looked at digit by digit.
  private static let gatheredLimit = 1 << 14

  /// For each variable the keys of its ranks.
  ///
  /// A collective call; ranks must lie below the number of keys, and be the same on all workers.
  static func select(_ variables: [Variable], in session: Session) throws -> [[UInt64]] {
    var candidates = variables.map { variable in
      variable.ranks.isEmpty
        ? []
        : [
          Candidates(
            keys: variable.keys, counts: variable.counts,
            wanted: variable.ranks.enumerated().map { ($1, $0) })
        ]
    }
    var bitsLeft = 64
    while bitsLeft > 0 {
      let keyCount = candidates.reduce(0) { $0 + $1.reduce(0) { $0 + $1.keys.count } }
      let total = try session.communicator.allReduce([Int64(keyCount)], by: .sum)[0]
      if total <= gatheredLimit {
        candidates = try sorted(candidates, in: session.communicator)
        break
      }
      let bits = min(digitBits, bitsLeft)
      bitsLeft -= bits
      let (shift, current) = (UInt64(bitsLeft), candidates)
      let own = try mapConcurrently(current.count, threads: session.threads) { variable in
        current[variable].flatMap { histogram($0, shift) }
      }
      let totals = try session.communicator.allReduce(own.flatMap { $0 }, by: .sum)
      var starts = [0]
      for variable in current { starts.append(starts[starts.count - 1] + variable.count * size) }
      let firsts = starts
      candidates = try mapConcurrently(current.count, threads: session.threads) { variable in
        current[variable].enumerated().flatMap { index, group in
          let start = firsts[variable] + index * size
          return narrowed(group, shift, totals[start..<start + size])
        }
      }
    }
    return zip(variables, candidates).map { variable, groups in
      var keys = [UInt64](repeating: 0, count: variable.ranks.count)
      for group in groups { for wanted in group.wanted { keys[wanted.place] = group.prefix } }
      return keys
    }
  }

  /// The wanted keys, from all workers' candidates put in order.
  private static func sorted(
    _ candidates: [[Candidates]], in communicator: Communicator
  ) throws -> [[Candidates]] {
    let groups = candidates.flatMap { $0 }
    let sizes = try communicator.allGather(groups.map { Int64($0.keys.count) })
    let keys = try communicator.allGather(groups.flatMap(\.keys))
    let counts = try communicator.allGather(
      groups.flatMap { $0.counts ?? [Int64](repeating: 1, count: $0.keys.count) })
    var firsts = [Int](repeating: 0, count: communicator.size)
    var index = 0
    return candidates.map { groups in
      groups.flatMap { group in
        var pairs: [(key: UInt64, count: Int64)] = []
        for rank in firsts.indices {
          let range = firsts[rank]..<firsts[rank] + Int(sizes[rank][index])
          pairs += zip(keys[rank][range], counts[rank][range]).map { ($0, $1) }
          firsts[rank] = range.upperBound
        }
        index += 1
        // Equal keys may come in any order: only the key is asked for.
        pairs.sort { $0.key < $1.key }
        var (place, below) = (0, Int64(0))
        return group.wanted.map { wanted in
          while below + pairs[place].count <= wanted.rank {
            below += pairs[place].count
            place += 1
          }
          return Candidates(prefix: pairs[place].key, keys: [], wanted: [wanted])
        }
      }
    }
  }

  /// How many candidates have each value of a digit.
  private static func histogram(_ group: Candidates, _ shift: UInt64) -> [Int64] {
    let mask = UInt64(size - 1)
    var totals = [Int64](repeating: 0, count: size)
    unsafe totals.withUnsafeMutableBufferPointer { totals in
      unsafe group.keys.withUnsafeBufferPointer { keys in
        guard let counts = group.counts else {
          for index in 0..<keys.count { unsafe totals[Int(keys[index] &>> shift & mask)] &+= 1 }
          return
        }
        for index in 0..<keys.count {
          unsafe totals[Int(keys[index] &>> shift & mask)] &+= counts[index]
        }
      }
    }
    return totals
  }

  /// The candidates of the next digit.
  private static func narrowed(
    _ group: Candidates, _ shift: UInt64, _ totals: ArraySlice<Int64>
  ) -> [Candidates] {
    var next: [Candidates] = []
    // For each digit its place among the next candidates, or -1.
    var places = [Int](repeating: -1, count: size)
    var below: Int64 = 0
    var wanted = group.wanted[...]
    for (digit, count) in totals.enumerated() {
      let found = wanted.prefix { $0.rank < below + count }
      if !found.isEmpty {
        places[digit] = next.count
        next.append(
          Candidates(
            prefix: group.prefix | UInt64(digit) << shift, keys: [],
            counts: group.counts == nil ? nil : [],
            wanted: found.map { ($0.rank - below, $0.place) }))
        wanted = wanted.dropFirst(found.count)
      }
      below += count
      if wanted.isEmpty { break }
    }
    // Behind the last digit nothing is left to tell apart.
    if shift == 0 { return next }
    let mask = UInt64(size - 1)
    for (index, key) in group.keys.enumerated() {
      let place = places[Int(key &>> shift & mask)]
      if place < 0 { continue }
      next[place].keys.append(key)
      if let counts = group.counts { next[place].counts?.append(counts[index]) }
    }
    return next
  }
}
