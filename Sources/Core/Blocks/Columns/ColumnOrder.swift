internal import Datasets
internal import LinearAlgebra
internal import Platform

/// The numbers that one worker holds of a column, in rising order.
struct ColumnOrder: Sendable {
  /// The places of the rows, by rising number; rows without a number are left out.
  private(set) var rows: [UInt32] = []
  /// Distinct, rising.
  private(set) var values: [Double] = []
  /// How many rows have at most the value of that place.
  private(set) var ends: [Int32] = []

  /// Puts into one word what `init(words:)` sorts: the number's key above the place of its row.
  ///
  /// The key of a missing number is above all others.
  @inline(__always)
  static func word(_ value: Float, row: Int) -> UInt64 {
    let bits = (value + 0).bitPattern
    let key = bits >> 31 == 1 ? ~bits : bits | 1 << 31
    return UInt64(value.isNaN ? .max : key) << 32 | UInt64(UInt32(truncatingIfNeeded: row))
  }

  /// The key of a number, that of a missing one above all others.
  @inline(__always)
  static func key(_ value: Double) -> UInt64 {
    value.isNaN ? .max : OrderedKey.key(of: value)
  }

  /// Orders words of keys and rows; takes their memory.
  init(words: consuming [UInt64]) {
    var sorted = words
    KeySort.sort(&sorted, from: 32)
    while let last = sorted.last, last >> 32 == 0xFFFF_FFFF { sorted.removeLast() }
    rows = sorted.map { UInt32(truncatingIfNeeded: $0) }
    collect(count: sorted.count) {
      sorted[$0] >> 32
    } number: { key in
      let key = UInt32(truncatingIfNeeded: key)
      return Double(Float(bitPattern: key >> 31 == 1 ? key & ~(1 << 31) : ~key))
    }
  }

  /// Orders keys that stand at the places of their rows; takes their memory.
  init(keys: consuming [UInt64]) {
    var sorted = keys
    rows = KeySort.sortKeepingPlaces(&sorted)
    while let last = sorted.last, last == .max { sorted.removeLast() }
    rows.removeLast(rows.count - sorted.count)
    collect(count: sorted.count) {
      sorted[$0]
    } number: {
      OrderedKey.number(of: $0)
    }
  }

  @inline(__always)
  private mutating func collect(
    count: Int, key: (Int) -> UInt64, number: (UInt64) -> Double
  ) {
    if count == 0 { return }
    values.reserveCapacity(count)
    ends.reserveCapacity(count)
    var last = key(0)
    for place in 1..<count {
      let next = key(place)
      if next == last { continue }
      values.append(number(last))
      ends.append(Int32(truncatingIfNeeded: place))
      last = next
    }
    values.append(number(last))
    ends.append(Int32(truncatingIfNeeded: count))
  }
}

/// Distinct numbers that rise, each with how many rows reach up to it, as workers send them.
struct CountedValues: Sendable {
  var values: [Double]
  var ends: [Int32]

  /// Two lists as one.
  func merged(with other: CountedValues) -> CountedValues {
    if other.values.isEmpty { return self }
    if values.isEmpty { return other }
    let (count, otherCount) = (values.count, other.values.count)
    let merged = Buffer<Double>(count: count + otherCount)
    let sums = Buffer<Int32>(count: count + otherCount)
    var (own, its, place) = (0, 0, 0)
    var (below, otherBelow): (Int32, Int32) = (0, 0)
    unsafe values.withUnsafeBufferPointer { values in
      unsafe other.values.withUnsafeBufferPointer { others in
        unsafe ends.withUnsafeBufferPointer { ends in
          unsafe other.ends.withUnsafeBufferPointer { otherEnds in
            while own < count && its < otherCount {
              let (value, second) = unsafe (values[own], others[its])
              let (takesOwn, takesIts) = (value <= second, second <= value)
              unsafe merged.pointer[place] = takesOwn ? value : second
              below = takesOwn ? unsafe ends[own] : below
              otherBelow = takesIts ? unsafe otherEnds[its] : otherBelow
              unsafe sums.pointer[place] = below &+ otherBelow
              own &+= takesOwn ? 1 : 0
              its &+= takesIts ? 1 : 0
              place &+= 1
            }
            while own < count {
              unsafe merged.pointer[place] = values[own]
              unsafe sums.pointer[place] = ends[own] &+ otherBelow
              own &+= 1
              place &+= 1
            }
            while its < otherCount {
              unsafe merged.pointer[place] = others[its]
              unsafe sums.pointer[place] = below &+ otherEnds[its]
              its &+= 1
              place &+= 1
            }
          }
        }
      }
    }
    return unsafe CountedValues(
      values: Array(UnsafeBufferPointer(start: merged.pointer, count: place)),
      ends: Array(UnsafeBufferPointer(start: sums.pointer, count: place)))
  }
}
