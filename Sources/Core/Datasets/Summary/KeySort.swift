/// Sorting keys of 64 bits digit by digit, the lowest first.
///
/// Cost: a pass of about 2 ns a key for each of six digits in which the keys differ, and memory for
/// the keys once more.
enum KeySort {
  static let digitBits: UInt64 = 11
  static let digitCount = 6

  static func sort(_ keys: inout [UInt64]) {
    let count = keys.count
    guard count > 1024 else { return keys.sort() }
    let size = 1 << Int(digitBits)
    let mask = UInt64(size - 1)
    var histograms = [Int](repeating: 0, count: size * digitCount)
    unsafe histograms.withUnsafeMutableBufferPointer { histograms in
      unsafe keys.withUnsafeBufferPointer { keys in
        for index in 0..<count {
          var key = unsafe keys[index]
          for digit in 0..<digitCount {
            unsafe histograms[digit &* size &+ Int(key & mask)] &+= 1
            key >>= digitBits
          }
        }
      }
    }
    let first = keys[0]
    var other = unsafe [UInt64](unsafeUninitializedCapacity: count) { $1 = count }
    for digit in 0..<digitCount {
      let shift = UInt64(digit) * digitBits
      let row = digit * size
      // A digit in which all keys are alike says nothing.
      if histograms[row + Int(first >> shift & mask)] == count { continue }
      var place = 0
      for index in row..<row + size {
        (histograms[index], place) = (place, place + histograms[index])
      }
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
}
