internal import LinearAlgebra
internal import Platform

/// How often each term occurs in some documents, and in how many of them.
struct TermCounts: Sendable {
  private(set) var terms = TermTable()
  private(set) var termCounts: [Int64] = []
  private(set) var documentCounts: [Int64] = []
  private(set) var documentCount: Int64 = 0
  /// For each term the last document that it was met in.
  private var lastDocuments: [Int64] = []

  /// Begins the next document.
  mutating func beginDocument() { documentCount += 1 }

  /// Counts a term of the document.
  mutating func add(_ term: UnsafeRawBufferPointer) {
    let index = unsafe place(of: term)
    termCounts[index] += 1
    if lastDocuments[index] != documentCount {
      lastDocuments[index] = documentCount
      documentCounts[index] += 1
    }
  }

  private mutating func place(of term: UnsafeRawBufferPointer) -> Int {
    let index = unsafe terms.insert(term)
    if index == termCounts.count {
      termCounts.append(0)
      documentCounts.append(0)
      lastDocuments.append(0)
    }
    return index
  }

  /// Adds counts of a term over other documents.
  private mutating func add(_ term: UnsafeRawBufferPointer, _ terms: Int64, _ documents: Int64) {
    let index = unsafe place(of: term)
    termCounts[index] += terms
    documentCounts[index] += documents
  }

  /// Adds what was counted over other documents.
  mutating func add(_ other: TermCounts) {
    documentCount += other.documentCount
    for index in 0..<other.terms.count {
      unsafe other.terms.withBytes(index) {
        unsafe add($0, other.termCounts[index], other.documentCounts[index])
      }
    }
  }

  /// Some of the terms, by falling count; equally frequent ones in the order of their bytes.
  func mostFrequent(
    _ limit: Int, inDocuments range: ClosedRange<Double>
  ) -> (chosen: TermCounts, leftOutByDocuments: Int) {
    var places = (0..<terms.count).filter { range.contains(Double(documentCounts[$0])) }
    let leftOut = terms.count - places.count
    places.sort {
      termCounts[$0] != termCounts[$1] ? termCounts[$0] > termCounts[$1] : terms.precedes($0, $1)
    }
    var chosen = TermCounts()
    for place in places.prefix(limit) {
      unsafe terms.withBytes(place) {
        unsafe chosen.add($0, termCounts[place], documentCounts[place])
      }
    }
    return (chosen, leftOut)
  }
}

// MARK: The way between workers

extension TermCounts {
  /// The terms for each of some owners, as bytes.
  func encoded(for owners: Int) -> [[UInt8]] {
    var places = [[Int]](repeating: [], count: owners)
    for index in 0..<terms.count {
      places[terms.owner(of: index, among: owners)].append(index)
    }
    return places.map { encoded($0) }
  }

  /// All terms as bytes.
  func encoded() -> [UInt8] { encoded(Array(0..<terms.count)) }

  /// For each term its two counts and its length, and behind all of those the bytes.
  private func encoded(_ places: [Int]) -> [UInt8] {
    var words = [Int64(places.count)]
    for place in places {
      words += [
        termCounts[place], documentCounts[place], Int64(terms.ends[place + 1] - terms.ends[place]),
      ]
    }
    var encoded = unsafe words.withUnsafeBytes { unsafe Array($0) }
    for place in places { encoded += terms.bytes[terms.ends[place]..<terms.ends[place + 1]] }
    return encoded
  }

  /// Adds what `encoded` wrote.
  mutating func add(encoded: [UInt8]) {
    unsafe encoded.withUnsafeBytes { encoded in
      func word(_ index: Int) -> Int64 {
        unsafe encoded.loadUnaligned(fromByteOffset: index * 8, as: Int64.self)
      }
      let count = Int(word(0))
      var start = (1 + 3 * count) * 8
      for index in 0..<count {
        let end = start + Int(word(3 + 3 * index))
        unsafe add(
          UnsafeRawBufferPointer(rebasing: encoded[start..<end]), word(1 + 3 * index),
          word(2 + 3 * index))
        start = end
      }
    }
  }
}
