public import Platform

extension Philox {
  /// A number of [0, 1), a multiple of 2^-53; takes 64 bits.
  @inlinable
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number of (0, 1), a multiple of 2^-53 or, in place of 0, 2^-54; takes 64 bits.
  @inlinable
  public mutating func openUniform() -> Double {
    let bits = next() >> 11
    return bits == 0 ? 0x1p-54 : Double(bits) * 0x1p-53
  }

  /// A number of the standard normal distribution; takes 64 bits, at most 8.3 in magnitude.
  ///
  /// Method: the inverse of the distribution function (``Portable/normalQuantile(_:)``), so that
  /// one draw takes one number and a larger uniform gives a larger normal.
  @inlinable
  public mutating func normal() -> Double { Portable.normalQuantile(openUniform()) }

  /// A waiting time at the given rate; takes 64 bits.
  ///
  /// The keys of a weighted draw without replacement: give each row `exponential(rate: weight)`
  /// and keep the smallest, ties by row number (an exponential race). Rate 0 never arrives.
  @inlinable
  public mutating func exponential(rate: Double = 1) -> Double {
    require(rate >= 0, "a waiting time at rate \(rate)")
    return -Portable.log(openUniform()) / rate
  }

  /// A number of `0..<bound`, each equally likely; takes 64 bits, rarely more.
  ///
  /// Method: Lemire, "Fast random integer generation in an interval", ACM TOMACS 2019.
  @inlinable
  public mutating func integer(below bound: Int) -> Int {
    require(bound > 0, "a random number below \(bound)")
    let range = UInt64(bound)
    var product = range.multipliedFullWidth(by: next())
    if product.low < range {
      let uneven = (0 &- range) % range
      while product.low < uneven { product = range.multipliedFullWidth(by: next()) }
    }
    return Int(product.high)
  }

  /// Puts an array into random order, each order equally likely (Fisher and Yates, from the end).
  @inlinable
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    var last = elements.count - 1
    while last > 0 {
      elements.swapAt(last, integer(below: last + 1))
      last -= 1
    }
  }

  /// Which `count` of `0..<population`, without repetition, ascending; each choice equally likely.
  ///
  /// Method: Floyd's (Bentley, "A sample of brilliance", CACM 1987). Cost: one number for each
  /// member and the sort, whatever the population; memory for the members, or a bit for each of the
  /// population where that is less.
  public mutating func sample(_ count: Int, of population: Int) -> [Int] {
    require(
      count >= 0 && count <= population, "a sample of \(count) out of \(population)")
    // Both remember the same, so the choice between them does not show.
    return population / 64 < count * 4
      ? sample(count, of: population, remembering: BitMembers(population))
      : sample(count, of: population, remembering: Set<Int>(minimumCapacity: count))
  }

  private mutating func sample<M: Members>(
    _ count: Int, of population: Int, remembering members: M
  ) -> [Int] {
    var members = members
    var chosen: [Int] = []
    chosen.reserveCapacity(count)
    for top in (population - count)..<population {
      let draw = integer(below: top + 1)
      let member = members.add(draw) ? draw : top
      if member == top { _ = members.add(top) }
      chosen.append(member)
    }
    chosen.sort()
    return chosen
  }
}

/// What Floyd's method remembers.
private protocol Members {
  /// Whether the number was new.
  mutating func add(_ number: Int) -> Bool
}

extension Set<Int>: Members {
  fileprivate mutating func add(_ number: Int) -> Bool { insert(number).inserted }
}

/// One bit a number.
private struct BitMembers: Members {
  var words: [UInt64]

  init(_ population: Int) { words = [UInt64](repeating: 0, count: population / 64 + 1) }

  mutating func add(_ number: Int) -> Bool {
    let bit = UInt64(1) << UInt64(number % 64)
    let isNew = words[number / 64] & bit == 0
    words[number / 64] |= bit
    return isNew
  }
}
