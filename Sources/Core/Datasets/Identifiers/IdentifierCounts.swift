public import Frames
public import LinearAlgebra
internal import Platform

/// The different names of things in a column, whole numbers or texts, and how often each occurs.
///
/// Texts are compared by their bytes, so `7` and `007` are two. Counts merge exactly, whatever the
/// order; codes follow the order in which names came first.
public struct IdentifierCounts: Sendable {
  enum Table: Sendable {
    case integers(IntegerCounts)
    case texts(TextCounts)
  }

  private(set) var table: Table

  /// - Parameter type: of the column: `int32`, `int64` or `text`.
  public init(_ type: ColumnType) throws {
    switch type {
    case .int32, .int64: table = .integers(IntegerCounts())
    case .text: table = .texts(TextCounts())
    default:
      // A column of a text file without any value counts as numbers.
      let found =
        [.float32, .float64].contains(type)
        ? "it has fractions, or no value in any row" : "its type is \(type.words)"
      throw Failure(.data, "whole numbers or texts are needed, and \(found)")
    }
  }

  public var type: ColumnType {
    switch table {
    case .integers: .int64
    case .texts: .text
    }
  }

  /// How many different ones there are.
  public var distinctCount: Int { counts.count }

  /// How often each occurs, in the order of their codes.
  public var counts: [Int64] {
    switch table {
    case .integers(let table): table.counts
    case .texts(let table): table.counts
    }
  }

  /// Counts the values of a column and gives each its code; -1 where it is missing.
  public mutating func add(_ column: Column) -> Buffer<Int32> {
    let rows = column.start..<column.start + column.count
    let codes = Buffer<Int32>(count: column.count)
    switch (table, column.storage) {
    case (.integers(var own), .int64(let values)):
      table = .texts(TextCounts())
      let (start, hasAll) = (rows.lowerBound, column.validity == nil)
      unsafe own.add(0..<rows.count, to: codes.pointer) {
        hasAll || !column.isMissing($0) ? values[start + $0] : nil
      }
      table = .integers(own)
    case (.integers(var own), .int32(let values)):
      table = .texts(TextCounts())
      let (start, hasAll) = (rows.lowerBound, column.validity == nil)
      unsafe own.add(0..<rows.count, to: codes.pointer) {
        hasAll || !column.isMissing($0) ? Int64(values[start + $0]) : nil
      }
      table = .integers(own)
    case (.texts(var own), .text):
      table = .integers(IntegerCounts())
      for place in 0..<codes.count {
        codes[place] = column.isMissing(place) ? -1 : Int32(own.add(column, place))
      }
      table = .texts(own)
    default: bug("identifiers of the type \(type.words) in a column of \(column.type.words)")
    }
    return codes
  }

  /// Takes a table over as it is.
  mutating func adopt(_ integers: IntegerCounts) { table = .integers(integers) }
  mutating func adopt(_ texts: TextCounts) { table = .texts(texts) }

  /// Adds what another of the same type counted.
  /// - Returns: the code here for each of its codes.
  @discardableResult
  public mutating func add(_ other: IdentifierCounts) -> [Int32] {
    switch (table, other.table) {
    case (.integers(var own), .integers(let theirs)):
      table = .texts(TextCounts())
      defer { table = .integers(own) }
      return zip(theirs.keys, theirs.counts).map { own.add($0, times: $1) }
    case (.texts(var own), .texts(let theirs)):
      table = .integers(IntegerCounts())
      defer { table = .texts(own) }
      return unsafe theirs.bytes.withUnsafeBytes { bytes in
        (0..<theirs.distinctCount).map { code in
          unsafe Int32(
            own.add(
              UnsafeRawBufferPointer(rebasing: bytes[theirs.range(code)]),
              times: theirs.counts[code]))
        }
      }
    default: bug("identifiers of several types")
    }
  }

  /// All of them, those that occur most first; among equals numbers by size, texts by their bytes.
  /// - Returns: and how often each occurs, in that order.
  public func ordered() -> (names: Identifiers, counts: [Int64]) {
    let counts = counts
    var codes = Array(counts.indices)
    var all = self
    switch table {
    case .integers(let table):
      codes.sort { a, b in
        counts[a] != counts[b] ? counts[a] > counts[b] : table.keys[a] < table.keys[b]
      }
      var sorted = IntegerCounts()
      for code in codes { sorted.add(table.keys[code], times: counts[code]) }
      all.table = .integers(sorted)
    case .texts(let table):
      codes.sort { a, b in
        counts[a] != counts[b] ? counts[a] > counts[b] : table.precedes(a, b)
      }
      all.table = .texts(table.selecting(codes))
    }
    return (Identifiers(all), all.counts)
  }
}

extension IdentifierCounts {
  /// As bytes, for the way between workers.
  public func encoded() -> [UInt8] {
    switch table {
    case .texts(let table): return table.encoded()
    case .integers(let table):
      return unsafe (table.keys + table.counts).withUnsafeBytes { unsafe Array($0) }
    }
  }

  /// Adds what `encoded` wrote of a table of the same type.
  public mutating func add(encoded: [UInt8]) {
    switch table {
    case .texts(var own):
      table = .integers(IntegerCounts())
      own.add(encoded: encoded)
      table = .texts(own)
    case .integers(var own):
      table = .texts(TextCounts())
      unsafe encoded.withUnsafeBytes { bytes in
        let count = bytes.count / 16
        func word(_ place: Int) -> Int64 {
          unsafe bytes.loadUnaligned(fromByteOffset: place * 8, as: Int64.self)
        }
        for place in 0..<count { own.add(word(place), times: word(count + place)) }
      }
      table = .integers(own)
    }
  }
}
