internal import LinearAlgebra
internal import Platform

/// How often each whole number occurs: a table by the number itself for small ones, as ids often are,
/// and a hash table of 64-bit keys for others.
///
/// Cost: some 2 ns a small and 5 ns another number while the table fits a cache; 24 bytes and more for
/// each different one.
struct IntegerCounts: Sendable {
  /// The different numbers, in the order in which they came first.
  private(set) var keys: [Int64] = []
  private(set) var counts: [Int64] = []
  /// Open addressing: the number of a key plus one, or 0; the size is a power of two.
  private var slots = [Int32](repeating: 0, count: 64)
  private var hashedCount = 0
  /// For each number from 0 to below the limit its own number plus one, or 0; grown as they come.
  private var small: [Int32] = []
  private static let smallLimit: Int64 = 1 << 20

  init() {}

  var distinctCount: Int { keys.count }

  /// Counts a number.
  /// - Returns: its code, from 0 in the order in which numbers came first.
  @discardableResult
  mutating func add(_ key: Int64, times: Int64 = 1) -> Int32 {
    if key >= 0, key < Self.smallLimit { return add(small: Int(key), times: times) }
    var slot = Self.slot(of: key, slots.count)
    while slots[slot] != 0 {
      let code = slots[slot] - 1
      if keys[Int(code)] == key {
        counts[Int(code)] += times
        return code
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    keys.append(key)
    counts.append(times)
    slots[slot] = Int32(keys.count)
    hashedCount += 1
    if hashedCount * 2 > slots.count { grow() }
    return Int32(keys.count - 1)
  }

  @inline(__always)
  private mutating func add(small key: Int, times: Int64) -> Int32 {
    if key >= small.count {
      let size = max(1024, 1 << (Int.bitWidth - key.leadingZeroBitCount))
      small += [Int32](repeating: 0, count: size - small.count)
    }
    let number = small[key]
    if number != 0 {
      counts[Int(number - 1)] += times
      return number - 1
    }
    keys.append(Int64(key))
    counts.append(times)
    small[key] = Int32(keys.count)
    return Int32(keys.count - 1)
  }

  /// Counts some numbers.
  /// - Parameters:
  ///   - number: the number at a place, nil where one is missing.
  ///   - codes: where the code of each goes; -1 where one is missing.
  @inline(__always)
  mutating func add(
    _ places: Range<Int>, to codes: UnsafeMutablePointer<Int32>, _ number: (Int) -> Int64?
  ) {
    var place = places.lowerBound
    while place < places.upperBound {
      // Numbers met before take the short way; the first other one ends it, for tables may grow.
      let known = small.count
      unsafe small.withUnsafeBufferPointer { small in
        unsafe counts.withUnsafeMutableBufferPointer { counts in
          while place < places.upperBound {
            guard let key = number(place), key >= 0, key < known else { return }
            let code = unsafe small[Int(key)] - 1
            if code < 0 { return }
            unsafe counts[Int(code)] &+= 1
            unsafe codes[place - places.lowerBound] = code
            place += 1
          }
        }
      }
      if place == places.upperBound { return }
      unsafe codes[place - places.lowerBound] = number(place).map { add($0) } ?? -1
      place += 1
    }
  }

  /// The code of a number, nil for one that was never counted.
  func index(of key: Int64) -> Int32? {
    if key >= 0, key < Self.smallLimit {
      guard key < small.count else { return nil }
      let number = small[Int(key)]
      return number == 0 ? nil : number - 1
    }
    var slot = Self.slot(of: key, slots.count)
    while slots[slot] != 0 {
      let code = slots[slot] - 1
      if keys[Int(code)] == key { return code }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Mixes all bits into the lower ones, which choose the slot.
  private static func slot(of key: Int64, _ slotCount: Int) -> Int {
    var hash = UInt64(bitPattern: key)
    hash = (hash ^ (hash >> 32)) &* 0x9e37_79b9_7f4a_7c15
    hash ^= hash >> 29
    return Int(truncatingIfNeeded: hash) & (slotCount - 1)
  }

  private mutating func grow() {
    slots = [Int32](repeating: 0, count: slots.count * 4)
    for (code, key) in keys.enumerated() where key < 0 || key >= Self.smallLimit {
      var slot = Self.slot(of: key, slots.count)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(code + 1)
    }
  }
}
