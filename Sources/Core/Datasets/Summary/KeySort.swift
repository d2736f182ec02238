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
    guard count > smallCount else { return keys.sort() }
    var other = unsafe [UInt64](unsafeUninitializedCapacity: count) { $1 = count }
    let isBeside = unsafe keys.withUnsafeMutableBufferPointer { keys in
      unsafe other.withUnsafeMutableBufferPointer { other in
        unsafe sort(keys, beside: other, from: firstBit)
      }
    }
    if isBeside { swap(&keys, &other) }
  }

  /// The same in memory of the caller's: whether the sorted keys lie in that beside them.
  package static func sort(
    _ keys: UnsafeMutableBufferPointer<UInt64>, beside other: UnsafeMutableBufferPointer<UInt64>,
    from firstBit: UInt64
  ) -> Bool {
    let count = keys.count
    guard count > smallCount else {
      var keys = unsafe keys
      unsafe keys.sort()
      return false
    }
    var histograms = unsafe histograms(of: keys, from: firstBit)
    let first = unsafe keys[0] >> firstBit
    var (source, target) = unsafe (keys, other)
    var isBeside = false
    for digit in 0..<digitCount(from: firstBit) {
      guard let row = starts(of: digit, first, count, in: &histograms) else { continue }
      let shift = UInt64(digit) * digitBits + firstBit
      unsafe histograms.withUnsafeMutableBufferPointer { histograms in
        for index in 0..<count {
          let key = unsafe source[index]
          let bucket = row &+ Int(key &>> shift & mask)
          unsafe target[histograms[bucket]] = key
          unsafe histograms[bucket] &+= 1
        }
      }
      unsafe swap(&source, &target)
      isBeside.toggle()
    }
    return isBeside
  }

  /// Sorts keys and gives for each the place where it stood; equal ones stay in their order.
  ///
  /// Cost: about 4 ns a key and digit, and memory for 16 bytes a key more.
  package static func sortKeepingPlaces(_ keys: inout [UInt64]) -> [UInt32] {
    let count = keys.count
    var places = unsafe [UInt32](unsafeUninitializedCapacity: count) { $1 = count }
    var otherKeys = unsafe [UInt64](unsafeUninitializedCapacity: count) { $1 = count }
    var otherPlaces = unsafe [UInt32](unsafeUninitializedCapacity: count) { $1 = count }
    let isBeside = unsafe keys.withUnsafeMutableBufferPointer { keys in
      unsafe places.withUnsafeMutableBufferPointer { places in
        unsafe otherKeys.withUnsafeMutableBufferPointer { otherKeys in
          unsafe otherPlaces.withUnsafeMutableBufferPointer { otherPlaces in
            unsafe sort((keys, places), beside: (otherKeys, otherPlaces))
          }
        }
      }
    }
    if isBeside { keys = otherKeys }
    return isBeside ? otherPlaces : places
  }

  /// Keys and the place of each, which sorting fills in.
  package typealias PlacedKeys = (
    keys: UnsafeMutableBufferPointer<UInt64>, places: UnsafeMutableBufferPointer<UInt32>
  )

  /// The same in memory of the caller's: whether what is sorted lies in that beside it.
  package static func sort(_ placed: PlacedKeys, beside other: PlacedKeys) -> Bool {
    let count = unsafe placed.keys.count
    require(count <= Int(UInt32.max), "\(count) keys to sort with their places")
    for place in 0..<count {
      unsafe placed.places[place] = UInt32(truncatingIfNeeded: place)
    }
    guard count > smallCount else {
      var (keys, places) = unsafe placed
      unsafe places.sort { unsafe (keys[Int($0)], $0) < (keys[Int($1)], $1) }
      for place in 0..<count { unsafe other.keys[place] = keys[Int(places[place])] }
      _ = unsafe keys.update(from: other.keys)
      return false
    }
    var histograms = unsafe histograms(of: placed.keys, from: 0)
    let first = unsafe placed.keys[0]
    var (source, target) = unsafe (placed, other)
    var isBeside = false
    for digit in 0..<digitCount(from: 0) {
      guard let row = starts(of: digit, first, count, in: &histograms) else { continue }
      let shift = UInt64(digit) * digitBits
      unsafe histograms.withUnsafeMutableBufferPointer { histograms in
        for index in 0..<count {
          let key = unsafe source.keys[index]
          let bucket = row &+ Int(key &>> shift & mask)
          let place = unsafe histograms[bucket]
          unsafe target.keys[place] = key
          unsafe target.places[place] = source.places[index]
          unsafe histograms[bucket] = place &+ 1
        }
      }
      unsafe swap(&source, &target)
      isBeside.toggle()
    }
    return isBeside
  }

  /// Up to so many keys, comparing them is faster.
  private static let smallCount = 1024

  /// How many keys have each value of each digit.
  private static func histograms(
    of keys: UnsafeMutableBufferPointer<UInt64>, from firstBit: UInt64
  ) -> [Int] {
    let digitCount = digitCount(from: firstBit)
    var histograms = [Int](repeating: 0, count: size * digitCount)
    unsafe histograms.withUnsafeMutableBufferPointer { histograms in
      for index in 0..<keys.count {
        var key = unsafe keys[index] >> firstBit
        for digit in 0..<digitCount {
          unsafe histograms[digit &* size &+ Int(key & mask)] &+= 1
          key >>= digitBits
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
