/// Keys of 64 bits in rising order, and how often each occurs.
struct KeyCounts: Sendable {
  var keys: [UInt64]
  var counts: [Int64]

  init(keys: [UInt64] = [], counts: [Int64] = []) {
    self.keys = keys
    self.counts = counts
  }

  /// The keys of an array, each once; takes its memory.
  init(counting keys: consuming [UInt64]) {
    var sorted = keys
    KeySort.sort(&sorted)
    var counts: [Int64] = []
    counts.reserveCapacity(sorted.count)
    let distinct = unsafe sorted.withUnsafeMutableBufferPointer { sorted in
      var last = -1
      for index in 0..<sorted.count {
        if last >= 0, unsafe sorted[last] == sorted[index] {
          counts[last] &+= 1
        } else {
          last += 1
          unsafe sorted[last] = unsafe sorted[index]
          counts.append(1)
        }
      }
      return last + 1
    }
    sorted.removeLast(sorted.count - distinct)
    self.init(keys: sorted, counts: counts)
  }

  /// How many values were counted.
  var total: Int64 { counts.reduce(0, +) }

  /// Two sorted lists as one.
  func merged(with other: KeyCounts) -> KeyCounts {
    if other.keys.isEmpty { return self }
    if keys.isEmpty { return other }
    var result = KeyCounts()
    result.keys.reserveCapacity(keys.count + other.keys.count)
    result.counts.reserveCapacity(keys.count + other.keys.count)
    var (own, its) = (0, 0)
    while own < keys.count || its < other.keys.count {
      let takesOwn =
        its == other.keys.count || (own < keys.count && keys[own] <= other.keys[its])
      let takesIts = own == keys.count || (its < other.keys.count && other.keys[its] <= keys[own])
      result.keys.append(takesOwn ? keys[own] : other.keys[its])
      result.counts.append((takesOwn ? counts[own] : 0) + (takesIts ? other.counts[its] : 0))
      own += takesOwn ? 1 : 0
      its += takesIts ? 1 : 0
    }
    return result
  }

  /// The most frequent keys, the smaller first among those equally frequent.
  func mostFrequent(_ limit: Int) -> KeyCounts {
    var best = TopList(limit: limit) { [keys, counts] in
      (counts[$1], keys[$0]) < (counts[$0], keys[$1])
    }
    for place in keys.indices { best.offer(place) }
    return KeyCounts(
      keys: best.places.map { keys[$0] }, counts: best.places.map { counts[$0] })
  }
}

/// The first few of some places, under an order.
struct TopList {
  let limit: Int
  let precedes: (Int, Int) -> Bool
  private(set) var places: [Int] = []

  init(limit: Int, precedes: @escaping (Int, Int) -> Bool) {
    self.limit = limit
    self.precedes = precedes
  }

  mutating func offer(_ place: Int) {
    if places.count == limit, let last = places.last, !precedes(place, last) { return }
    let index = places.firstIndex { precedes(place, $0) } ?? places.count
    places.insert(place, at: index)
    if places.count > limit { places.removeLast() }
  }
}
