public import Frames
internal import LinearAlgebra
internal import Platform

/// The names of some things, whole numbers or texts, each once and in a fixed order: its place there
/// stands for a thing in factors, lists and results.
public struct Identifiers: Sendable {
  private let counts: IdentifierCounts

  /// Those counted, in the order of their codes.
  init(_ counts: IdentifierCounts) { self.counts = counts }

  /// Whole numbers in their order.
  public init(_ integers: [Int64]) throws {
    var table = IntegerCounts()
    for (place, integer) in integers.enumerated() {
      guard table.add(integer) == place else { throw Self.twice("\(integer)") }
    }
    var counts = try IdentifierCounts(.int64)
    counts.adopt(table)
    self.init(counts)
  }

  /// Texts in their order, end to end: text `i` ends before byte `ends[i]`.
  public init(bytes: [UInt8], ends: [Int64]) throws {
    var table = TextCounts()
    var start = 0
    for (place, end) in ends.enumerated() {
      guard let end = Int(exactly: end), end >= start, end <= bytes.count else {
        throw Failure(.data, "the texts of identifiers end where there is nothing")
      }
      let code = unsafe bytes[start..<end].withUnsafeBytes { unsafe table.add($0) }
      guard code == place else {
        throw Self.twice(String(decoding: bytes[start..<end], as: UTF8.self))
      }
      start = end
    }
    guard start == bytes.count else {
      throw Failure(.data, "there are bytes behind the last identifier")
    }
    var counts = try IdentifierCounts(.text)
    counts.adopt(table)
    self.init(counts)
  }

  private static func twice(_ text: String) -> Failure {
    Failure(.data, "the identifier '\(text)' stands twice")
  }

  /// `int64` or `text`.
  public var type: ColumnType { counts.type }
  public var count: Int { counts.distinctCount }

  /// What stands at a place.
  public subscript(place: Int) -> Value {
    switch counts.table {
    case .integers(let table): .integer(table.keys[place])
    case .texts(let table): .text(table.text(place))
    }
  }

  /// What stands at a place, as files have it.
  public func text(_ place: Int) -> String {
    switch counts.table {
    case .integers(let table): String(table.keys[place])
    case .texts(let table): table.text(place)
    }
  }

  /// The place of an identifier as a person writes it.
  public func place(of text: String) -> Int32? {
    var text = text
    return text.withUTF8 { unsafe place(ofBytes: UnsafeRawBufferPointer($0)) }
  }

  /// The place of an identifier by the bytes of its text; of numbers only as they are written
  /// shortest, so `007` is not 7.
  public func place(ofBytes text: UnsafeRawBufferPointer) -> Int32? {
    switch counts.table {
    case .integers(let table): unsafe Self.integer(text).flatMap { table.index(of: $0) }
    case .texts(let table): unsafe table.index(of: text).map { Int32($0) }
    }
  }

  private static func integer(_ text: UnsafeRawBufferPointer) -> Int64? {
    let isNegative = unsafe text.first == UInt8(ascii: "-")
    let first = isNegative ? 1 : 0
    guard text.count > first, text.count - first < 20 else { return nil }
    if unsafe text[first] == UInt8(ascii: "0"), text.count > 1 { return nil }
    var value: Int64 = 0
    for place in first..<text.count {
      let byte = unsafe text[place]
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      // Downwards, for there is one more number below 0.
      let (product, tooLong) = value.multipliedReportingOverflow(by: 10)
      let (next, tooSmall) = product.subtractingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
      if tooLong || tooSmall { return nil }
      value = next
    }
    if isNegative { return value }
    return value == .min ? nil : -value
  }

  /// The places of a column's values; -1 where one is missing or not among them.
  ///
  /// Numbers find texts and texts numbers, by the way they are written.
  public func places(of column: Column) -> [Int32] {
    let rows = column.start..<column.start + column.count
    var places = [Int32](repeating: -1, count: column.count)
    switch (counts.table, column.storage) {
    case (.integers(let table), .int64(let values)):
      for (place, row) in rows.enumerated() where !column.isMissing(place) {
        places[place] = table.index(of: values[row]) ?? -1
      }
    case (.integers(let table), .int32(let values)):
      for (place, row) in rows.enumerated() where !column.isMissing(place) {
        places[place] = table.index(of: Int64(values[row])) ?? -1
      }
    case (.texts(let table), .text):
      for place in places.indices where !column.isMissing(place) {
        let found = unsafe column.withTextBytes(at: place) { unsafe table.index(of: $0) }
        places[place] = found.map { Int32($0) } ?? -1
      }
    default:
      for place in places.indices where !column.isMissing(place) {
        places[place] = self.place(of: column.fieldText(at: place)) ?? -1
      }
    }
    return places
  }

  /// The place of each that was counted, in the order of their codes; all must be among these.
  public func places(of other: IdentifierCounts) -> [Int32] {
    var all = counts
    return all.add(other)
  }

  /// Places of all, in the order of the identifiers themselves: numbers by size, texts by bytes.
  public var ascending: [Int32] {
    let places = (0..<Int32(count))
    return switch counts.table {
    case .integers(let table): places.sorted { table.keys[Int($0)] < table.keys[Int($1)] }
    case .texts(let table): places.sorted { table.precedes(Int($0), Int($1)) }
    }
  }

  /// The identifiers at some places, a row each; missing where a place is below 0.
  public func column(_ places: [Int32]) -> Column {
    switch counts.table {
    case .integers(let table): Column(places.map { $0 < 0 ? nil : table.keys[Int($0)] })
    case .texts(let table): Column(places.map { $0 < 0 ? nil : table.text(Int($0)) })
    }
  }

  /// How they are stored: numbers, or texts end to end and where each ends.
  public enum Contents: Sendable {
    case integers([Int64])
    case texts(bytes: [UInt8], ends: [Int64])
  }

  public var contents: Contents {
    switch counts.table {
    case .integers(let table): .integers(table.keys)
    case .texts(let table):
      .texts(bytes: table.bytes, ends: table.ends.dropFirst().map { Int64($0) })
    }
  }
}

extension Identifiers: Equatable {
  public static func == (a: Self, b: Self) -> Bool {
    switch (a.contents, b.contents) {
    case (.integers(let a), .integers(let b)): a == b
    case (.texts(let a, let aEnds), .texts(let b, let bEnds)): a == b && aEnds == bEnds
    default: false
    }
  }
}
