internal import LinearAlgebra
internal import Platform

/// Different terms, numbered from 0 in the order in which they came: a hash table of their bytes.
///
/// Cost: about 20 ns a search; for each term its bytes and 25 more.
struct TermTable: Sendable {
  private(set) var bytes: [UInt8] = []
  /// Term `i` is `bytes[ends[i]..<ends[i + 1]]`.
  private(set) var ends: [Int] = [0]
  private var hashes: [UInt64] = []
  /// Open addressing: the number of a term plus one, or 0; the size is a power of two.
  private var slots = [Int32](repeating: 0, count: 64)

  init() {}

  /// A table of terms in their order; an error where one comes twice.
  init(_ terms: [String]) throws {
    for var term in terms {
      let isNew = term.withUTF8 { term in
        let count = count
        return unsafe insert(UnsafeRawBufferPointer(term)) == count
      }
      if !isNew { throw Failure(.data, "the term '\(term)' comes twice") }
    }
  }

  /// How many terms there are.
  var count: Int { hashes.count }

  /// The number of a term; nil for one that is not there.
  func find(_ term: UnsafeRawBufferPointer) -> Int? {
    let slot = unsafe slots[place(of: term, hash: XXH64.hash(term))]
    return slot == 0 ? nil : Int(slot) - 1
  }

  /// The number of a term, which is added where it is not there.
  @discardableResult
  mutating func insert(_ term: UnsafeRawBufferPointer) -> Int {
    let hash = unsafe XXH64.hash(term)
    let place = unsafe place(of: term, hash: hash)
    if slots[place] != 0 { return Int(slots[place]) - 1 }
    require(count < Int(Int32.max), "\(count) different terms")
    slots[place] = Int32(count + 1)
    unsafe bytes.append(contentsOf: term)
    ends.append(bytes.count)
    hashes.append(hash)
    if count * 2 > slots.count { grow() }
    return count - 1
  }

  /// The slot of a term, or the free one where it would go.
  private func place(of term: UnsafeRawBufferPointer, hash: UInt64) -> Int {
    let mask = slots.count - 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while slots[place] != 0 {
      let index = Int(slots[place]) - 1
      if hashes[index] == hash, unsafe isTerm(index, term) { break }
      place = (place + 1) & mask
    }
    return place
  }

  private func isTerm(_ index: Int, _ term: UnsafeRawBufferPointer) -> Bool {
    let start = ends[index]
    guard ends[index + 1] - start == term.count else { return false }
    for offset in 0..<term.count where unsafe bytes[start + offset] != term[offset] {
      return false
    }
    return true
  }

  private mutating func grow() {
    slots = [Int32](repeating: 0, count: slots.count * 4)
    let mask = slots.count - 1
    for (index, hash) in hashes.enumerated() {
      var place = Int(truncatingIfNeeded: hash) & mask
      while slots[place] != 0 { place = (place + 1) & mask }
      slots[place] = Int32(index + 1)
    }
  }

  /// Lends the bytes of a term.
  func withBytes<R>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try unsafe bytes.withUnsafeBytes {
      try unsafe body(UnsafeRawBufferPointer(rebasing: $0[ends[index]..<ends[index + 1]]))
    }
  }

  func text(_ index: Int) -> String {
    String(decoding: bytes[ends[index]..<ends[index + 1]], as: UTF8.self)
  }

  /// Whether one term comes before another in the order of bytes.
  func precedes(_ a: Int, _ b: Int) -> Bool {
    bytes[ends[a]..<ends[a + 1]].lexicographicallyPrecedes(bytes[ends[b]..<ends[b + 1]])
  }

  /// Which of some owners a term belongs to.
  func owner(of index: Int, among owners: Int) -> Int {
    // The upper half: the lower one chooses the slot.
    Int(hashes[index] >> 32) % owners
  }
}
