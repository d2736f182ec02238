internal import Datasets
internal import LinearAlgebra
internal import Platform

/// Sorts whole columns, one after the other; one thread's own.
///
/// Its memory serves all columns, for fresh memory has to be cleared by the system.
final class ColumnSorter<Element: Scalar>: @unchecked Sendable {
  // Proof of Sendable: each is handed to one thread at a time, which alone writes to it.
  private let keys: Buffer<UInt64>
  private let otherKeys: Buffer<UInt64>
  /// The rows of the keys; none of floats, whose keys leave room for them.
  private let places: Buffer<UInt32>
  private let otherPlaces: Buffer<UInt32>
  private var rarities: Rarities

  init(rowCount: Int, scoringBy rule: TailRule?) {
    (keys, otherKeys) = (Buffer(count: rowCount), Buffer(count: rowCount))
    let placeCount = Self.isFloat ? 0 : rowCount
    (places, otherPlaces) = (Buffer(count: placeCount), Buffer(count: placeCount))
    rarities = Rarities(limit: rule == nil ? 0 : rowCount)
  }

  static func byteCount(rowCount: Int) -> Int { rowCount * ((isFloat ? 16 : 24) + 8) }

  private static var isFloat: Bool { Element.self == Float.self }

  /// The distribution of a column, and in `terms` what the number of each row adds, by row; 0 for a
  /// number that is missing.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func sorted(
    _ numbers: Buffer<Element>, scoringBy rule: TailRule?, to terms: Buffer<Double>
  ) -> SortedColumn {
    let count = numbers.count
    let (numbers, into) = unsafe (numbers.pointer, keys.pointer)
    for row in 0..<count {
      unsafe into[row] = Self.key(numbers[row], row: row)
    }
    let sorted = unsafe sort(count)
    var known = count
    while known > 0, unsafe Self.isMissing(sorted.keys[known - 1]) { known -= 1 }
    let column = unsafe collect(sorted.keys, known)
    guard let rule else { return column }
    if known < count {
      for row in 0..<count { unsafe terms.pointer[row] = 0 }
    }
    unsafe write(to: terms.pointer, sorted, column, by: rule)
    return column
  }

  /// What is sorted: keys, and rows where keys have none.
  private typealias Sorted = (
    keys: UnsafeMutablePointer<UInt64>, places: UnsafeMutablePointer<UInt32>
  )

  private func sort(_ count: Int) -> Sorted {
    func part<T>(_ buffer: Buffer<T>) -> UnsafeMutableBufferPointer<T> {
      unsafe UnsafeMutableBufferPointer(start: buffer.pointer, count: min(count, buffer.count))
    }
    let isBeside =
      Self.isFloat
      ? unsafe KeySort.sort(part(keys), beside: part(otherKeys), from: 32)
      : unsafe KeySort.sort(
        (part(keys), part(places)), beside: (part(otherKeys), part(otherPlaces)))
    return unsafe isBeside
      ? (otherKeys.pointer, otherPlaces.pointer) : (keys.pointer, places.pointer)
  }

  /// The distinct numbers of the keys.
  private func collect(_ keys: UnsafeMutablePointer<UInt64>, _ count: Int) -> SortedColumn {
    var distinctCount = count > 0 ? 1 : 0
    for place in stride(from: 1, to: count, by: 1) {
      distinctCount &+= unsafe Self.areSame(keys[place &- 1], keys[place]) ? 0 : 1
    }
    let values = Buffer<Element>(count: distinctCount)
    let ends = Buffer<Int32>(count: distinctCount)
    let (toValues, toEnds) = unsafe (values.pointer, ends.pointer)
    var next = 0
    for place in 0..<count {
      // The last of equal ones stays.
      unsafe toValues[next] = Self.number(of: keys[place])
      unsafe toEnds[next] = Int32(truncatingIfNeeded: place &+ 1)
      if place &+ 1 < count, unsafe !Self.areSame(keys[place], keys[place &+ 1]) { next &+= 1 }
    }
    return SortedColumn(
      values, ends: ends, skewSign: unsafe SortedColumn.skewSign(toValues, ends: ends))
  }

  /// Writes what each row's number adds.
  private func write(
    to terms: UnsafeMutablePointer<Double>, _ sorted: Sorted, _ column: SortedColumn,
    by rule: TailRule
  ) {
    let (rowCount, skewSign) = (Int32(truncatingIfNeeded: column.rowCount), column.skewSign)
    rarities.fill(rowCount, largest: rule == .largest ? rowCount / 2 : rowCount)
    let ends = unsafe column.ends.pointer
    var first: Int32 = 0
    for place in 0..<column.distinctCount {
      let end = unsafe ends[place]
      let term = rule.term(below: end, above: rowCount &- first, skewSign: skewSign) {
        rarities.rarity(of: $0)
      }
      for index in Int(first)..<Int(end) {
        let row =
          Self.isFloat
          ? Int(unsafe UInt32(truncatingIfNeeded: sorted.keys[index]))
          : Int(unsafe sorted.places[index])
        unsafe terms[row] = term
      }
      first = end
    }
  }
}

// MARK: Keys

extension ColumnSorter {
  /// What rises with the number, and is above all others for one that is missing: of a float in the
  /// upper half of a word, whose lower half is the row.
  @inline(__always)
  private static func key(_ value: Element, row: Int) -> UInt64 {
    if isFloat {
      let bits = (Float(value) + 0).bitPattern
      let key = bits >> 31 == 1 ? ~bits : bits | 1 << 31
      return UInt64(value.isNaN ? .max : key) << 32 | UInt64(UInt32(truncatingIfNeeded: row))
    }
    return value.isNaN ? .max : OrderedKey.key(of: Double(value))
  }

  @inline(__always)
  private static func number(of key: UInt64) -> Element {
    if isFloat {
      let key = UInt32(truncatingIfNeeded: key >> 32)
      return Element(Float(bitPattern: key >> 31 == 1 ? key & ~(1 << 31) : ~key))
    }
    return Element(OrderedKey.number(of: key))
  }

  @inline(__always)
  private static func isMissing(_ key: UInt64) -> Bool {
    isFloat ? key >> 32 == 0xFFFF_FFFF : key == .max
  }

  @inline(__always)
  private static func areSame(_ key: UInt64, _ other: UInt64) -> Bool {
    isFloat ? key >> 32 == other >> 32 : key == other
  }
}

/// The rarities of small numbers of rows, each worked out once: of large columns most are asked for
/// in every column.
private struct Rarities {
  private let table: Buffer<Double>
  private var rowCount: Int32 = 0
  private var largest: Int32 = 0

  init(limit: Int) { table = Buffer(count: limit + 1) }

  /// Makes ready those of up to `largest` of so many rows.
  mutating func fill(_ rowCount: Int32, largest: Int32) {
    if rowCount == self.rowCount, largest <= self.largest { return }
    for count in stride(from: 1, through: largest, by: 1) {
      table[Int(count)] = TailRule.rarity(of: count, among: rowCount)
    }
    (self.rowCount, self.largest) = (rowCount, largest)
  }

  @inline(__always)
  func rarity(of count: Int32) -> Double {
    count <= largest
      ? unsafe table.pointer[Int(count)] : TailRule.rarity(of: count, among: rowCount)
  }
}
