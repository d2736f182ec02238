internal import Platform

/// Sorting keys of 64 bits digit by digit, the lowest first.
///
/// Cost: a pass of about 2 ns a key for each of six digits in which the keys differ, and memory for
/// the keys once more.
package enum KeySort {
  static let digitBits: UInt64 = 11
  private static let size = 1 << Int(digitBits)
  private static let mask = UInt64(size - 1)

  /// Sorts by the bits from `firstBit` up; keys that are alike there must be in their order already.
  ///
  /// From bit 32 on, half of the digits: for keys of 32 bits that carry something along below.
  package static func sort(_ keys: inout [UInt64], from firstBit: UInt64 = 0) {
    let count = keys.count
    guard count > 1024 else { return keys.sort() }
    var histograms = histograms(of: keys, from: firstBit)
    let first = keys[0] >> firstBit
    var other = unsafe [UInt64](unsafeUninitializedCapacity: count) { $1 = count }
    for digit in 0..<digitCount(from: firstBit) {
      guard let row = starts(of: digit, first, count, in: &histograms) else { continue }
      let shift = UInt64(digit) * digitBits + firstBit
      unsafe histograms.withUnsafeMutableBufferPointer { histograms in
        unsafe other.withUnsafeMutableBufferPointer { target in
          unsafe keys.withUnsafeBufferPointer { source in
            for index in 0..<count {
              let key = unsafe source[index]
              let bucket = row &+ Int(key &>> shift & mask)
              unsafe target[histograms[bucket]] = key
              unsafe histograms[bucket] &+= 1
            }
          }
        }
      }
      swap(&keys, &other)
    }
  }

  /// Sorts keys and gives for each the place where it stood; equal ones stay in their order.
  ///
  /// Cost: about 4 ns a key and digit, and memory for 16 bytes a key more.
  package static func sortKeepingPlaces(_ keys: inout [UInt64]) -> [UInt32] {
    let count = keys.count
    require(count <= Int(UInt32.max), "\(count) keys to sort with their places")
    var places = (0..<count).map { UInt32(truncatingIfNeeded: $0) }
    guard count > 1024 else {
      let source = keys
      places.sort { (source[Int($0)], $0) < (source[Int($1)], $1) }
      keys = places.map { source[Int($0)] }
      return places
    }
    var histograms = histograms(of: keys, from: 0)
    let first = keys[0]
    var otherKeys = unsafe [UInt64](unsafeUninitializedCapacity: count) { $1 = count }
    var otherPlaces = unsafe [UInt32](unsafeUninitializedCapacity: count) { $1 = count }
    for digit in 0..<digitCount(from: 0) {
      guard let row = starts(of: digit, first, count, in: &histograms) else { continue }
      let shift = UInt64(digit) * digitBits
      unsafe histograms.withUnsafeMutableBufferPointer { histograms in
        unsafe otherKeys.withUnsafeMutableBufferPointer { targetKeys in
          unsafe otherPlaces.withUnsafeMutableBufferPointer { targetPlaces in
            for index in 0..<count {
              let key = keys[index]
              let bucket = row &+ Int(key &>> shift & mask)
              let target = unsafe histograms[bucket]
              unsafe targetKeys[target] = key
              unsafe targetPlaces[target] = places[index]
              unsafe histograms[bucket] = target &+ 1
            }
          }
        }
      }
      swap(&keys, &otherKeys)
      swap(&places, &otherPlaces)
    }
    return places
  }

  /// How many keys have each value of each digit.
  private static func histograms(of keys: [UInt64], from firstBit: UInt64) -> [Int] {
    let digitCount = digitCount(from: firstBit)
    var histograms = [Int](repeating: 0, count: size * digitCount)
    unsafe histograms.withUnsafeMutableBufferPointer { histograms in
      unsafe keys.withUnsafeBufferPointer { keys in
        for index in 0..<keys.count {
          var key = unsafe keys[index] >> firstBit
          for digit in 0..<digitCount {
            unsafe histograms[digit &* size &+ Int(key & mask)] &+= 1
            key >>= digitBits
          }
        }
      }
    }
    return histograms
  }

  private static func digitCount(from firstBit: UInt64) -> Int {
    Int((64 - firstBit + digitBits - 1) / digitBits)
  }

  /// Makes of a digit's counts the places at which its values start, and says where they stand; nil
  /// for a digit in which all keys are alike, which says nothing.
  private static func starts(
    of digit: Int, _ first: UInt64, _ count: Int, in histograms: inout [Int]
  ) -> Int? {
    let row = digit * size
    let shift = UInt64(digit) * digitBits
    if histograms[row + Int(first >> shift & mask)] == count { return nil }
    var place = 0
    for index in row..<row + size {
      (histograms[index], place) = (place, place + histograms[index])
    }
    return row
  }
}
