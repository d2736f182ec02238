internal import LinearAlgebra
internal import Platform

/// How often each whole number occurs: a hash table of 64-bit keys.
///
/// Cost: some 5 ns a value while the table fits a cache; 24 bytes and more for each different one.
struct IntegerCounts: Sendable {
  /// The different numbers, in the order in which they came first.
  private(set) var keys: [Int64] = []
  private(set) var counts: [Int64] = []
  /// Open addressing: the number of a key plus one, or 0; the size is a power of two.
  private var slots = [Int32](repeating: 0, count: 64)

  init() {}

  var distinctCount: Int { keys.count }

  /// Counts a number.
  /// - Returns: its code, from 0 in the order in which numbers came first.
  @discardableResult
  mutating func add(_ key: Int64, times: Int64 = 1) -> Int32 {
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
    if keys.count * 2 > slots.count { grow() }
    return Int32(keys.count - 1)
  }

  /// The code of a number, nil for one that was never counted.
  func index(of key: Int64) -> Int32? {
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
    for (code, key) in keys.enumerated() {
      var slot = Self.slot(of: key, slots.count)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(code + 1)
    }
  }
}
