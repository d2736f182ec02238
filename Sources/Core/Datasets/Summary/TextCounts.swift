public import Frames
internal import Glibc
internal import LinearAlgebra

/// How often each text occurs: a hash table of the texts' bytes.
///
/// What is counted is exact, and the same whatever the order of the texts and of merges. Cost: about
/// 20 ns a value that is there already; for each different text its bytes and 40 more.
public struct TextCounts: Sendable {
  public private(set) var bytes: [UInt8] = []
  /// Text `i` is `bytes[ends[i]..<ends[i + 1]]`.
  public private(set) var ends: [Int] = [0]
  /// How often each occurs, in the order in which they came first.
  public private(set) var counts: [Int64] = []
  private var hashes: [UInt64] = []
  /// Open addressing: the number of a text plus one, or 0; the size is a power of two.
  private var slots = [Int](repeating: 0, count: 64)

  public init() {}

  /// How many different texts there are.
  public var distinctCount: Int { counts.count }

  /// Where the bytes of a text lie.
  public func range(_ index: Int) -> Range<Int> { ends[index]..<ends[index + 1] }

  public func text(_ index: Int) -> String { String(decoding: bytes[range(index)], as: UTF8.self) }

  /// Whether one text comes before another in the order of bytes.
  public func precedes(_ a: Int, _ b: Int) -> Bool {
    bytes[range(a)].lexicographicallyPrecedes(bytes[range(b)])
  }

  /// Counts a text.
  /// - Returns: its number, from 0 in the order in which the texts came first.
  @discardableResult
  public mutating func add(_ text: UnsafeRawBufferPointer, times: Int64 = 1) -> Int {
    let hash = unsafe XXH64.hash(text)
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let index = slots[slot] - 1
      if hashes[index] == hash, unsafe isText(index, text) {
        counts[index] += times
        return index
      }
      slot = (slot + 1) & mask
    }
    slots[slot] = counts.count + 1
    unsafe bytes.append(contentsOf: text)
    ends.append(bytes.count)
    counts.append(times)
    hashes.append(hash)
    if counts.count * 2 > slots.count { grow() }
    return counts.count - 1
  }

  /// Counts a text.
  /// - Returns: its number, from 0 in the order in which the texts came first.
  @discardableResult
  public mutating func add(_ text: String, times: Int64 = 1) -> Int {
    var text = text
    return text.withUTF8 { unsafe add(UnsafeRawBufferPointer($0), times: times) }
  }

  /// The number of a text, nil for one that was never counted; allocates nothing.
  public func index(of text: UnsafeRawBufferPointer) -> Int? {
    let hash = unsafe XXH64.hash(text)
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let index = slots[slot] - 1
      if hashes[index] == hash, unsafe isText(index, text) { return index }
      slot = (slot + 1) & mask
    }
    return nil
  }

  private func isText(_ index: Int, _ text: UnsafeRawBufferPointer) -> Bool {
    let start = ends[index]
    guard ends[index + 1] - start == text.count else { return false }
    guard let other = text.baseAddress, text.count > 0 else { return true }
    return unsafe bytes.withUnsafeBytes { own in
      guard let base = own.baseAddress else { return false }
      return unsafe memcmp(base + start, other, text.count) == 0
    }
  }

  private mutating func grow() {
    slots = [Int](repeating: 0, count: slots.count * 4)
    let mask = slots.count - 1
    for (index, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = index + 1
    }
  }

  /// Counts the values of a column that are there.
  public mutating func add(_ column: Column) {
    for row in 0..<column.count where !column.isMissing(row) { add(column, row) }
  }

  /// Counts one value, which is there; numbers and lists by their texts.
  @discardableResult
  public mutating func add(_ column: Column, _ row: Int) -> Int {
    if column.type == .text { return unsafe column.withTextBytes(at: row) { unsafe add($0) } }
    var text = column.fieldText(at: row)
    return text.withUTF8 { unsafe add(UnsafeRawBufferPointer($0)) }
  }

  /// Adds what another counted.
  public mutating func add(_ other: TextCounts) {
    unsafe other.bytes.withUnsafeBytes { bytes in
      for index in 0..<other.distinctCount {
        unsafe add(
          UnsafeRawBufferPointer(rebasing: bytes[other.range(index)]), times: other.counts[index])
      }
    }
  }

  /// The texts for each of some owners, by hash.
  func parts(for owners: Int) -> [TextCounts] {
    var parts = [TextCounts](repeating: TextCounts(), count: owners)
    unsafe bytes.withUnsafeBytes { bytes in
      for index in 0..<distinctCount {
        // The upper half: the lower one chooses the slot.
        let owner = Int(hashes[index] >> 32) % owners
        unsafe parts[owner].add(
          UnsafeRawBufferPointer(rebasing: bytes[range(index)]), times: counts[index])
      }
    }
    return parts
  }

  /// Some of the texts.
  func selecting(_ indices: [Int]) -> TextCounts {
    var chosen = TextCounts()
    unsafe bytes.withUnsafeBytes { bytes in
      for index in indices {
        unsafe chosen.add(
          UnsafeRawBufferPointer(rebasing: bytes[range(index)]), times: counts[index])
      }
    }
    return chosen
  }

  /// The most frequent texts, the smaller first among those equally frequent.
  func mostFrequent(_ limit: Int) -> [Int] {
    var best = TopList(limit: limit) { [self] in
      counts[$0] != counts[$1] ? counts[$0] > counts[$1] : precedes($0, $1)
    }
    for index in 0..<distinctCount { best.offer(index) }
    return best.places
  }

  /// The first and the last text in the order of bytes.
  var extremes: (first: Int, last: Int)? {
    guard distinctCount > 0 else { return nil }
    var (first, last) = (0, 0)
    for index in 1..<max(1, distinctCount) {
      if precedes(index, first) { first = index }
      if precedes(last, index) { last = index }
    }
    return (first, last)
  }
}

extension TextCounts {
  /// As bytes, for the way between workers.
  public func encoded() -> [UInt8] {
    let words = [Int64(distinctCount)] + counts + ends.map { Int64($0) }
    return unsafe words.withUnsafeBytes { unsafe Array($0) } + bytes
  }

  /// Adds what `encoded` wrote.
  public mutating func add(encoded: [UInt8]) {
    unsafe encoded.withUnsafeBytes { encoded in
      func word(_ index: Int) -> Int {
        unsafe Int(encoded.loadUnaligned(fromByteOffset: index * 8, as: Int64.self))
      }
      let count = word(0)
      let start = (2 + 2 * count) * 8
      for index in 0..<count {
        let range = start + word(1 + count + index)..<start + word(2 + count + index)
        unsafe add(
          UnsafeRawBufferPointer(rebasing: encoded[range]), times: Int64(word(1 + index)))
      }
    }
  }
}
