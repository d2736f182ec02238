internal import Cluster
internal import Frames
internal import LinearAlgebra

/// What one worker knows of a column: each different value with its count, and a few totals.
struct ColumnContents: Sendable {
  /// What a key of numbers stands for.
  enum Kind { case number, integer }

  let type: ColumnType
  var numbers = KeyCounts()
  var texts = TextCounts()
  /// Totals over all rows: added up between workers.
  var totals = Totals()

  struct Totals: Sendable {
    var missing: Int64 = 0
    var notNumber: Int64 = 0
    var lengths: Int64 = 0
    var nonZero: Int64 = 0
    var width: Int64 = 0
    var shortest = Int64.max
    var longest: Int64 = 0

    var sums: [Int64] { [missing, notNumber, lengths, nonZero] }
  }

  /// Whether the values are keys; the others are texts.
  var isKeyed: Bool { type.isNumeric || isTime }
  var isTime: Bool { type == .date || type == .datetime || type == .timestamp }
  var isCounted: Bool { type != .vector }
  private var kind: Kind { type == .float32 || type == .float64 ? .number : .integer }

  /// Looks at all values of a column, which lies in parts.
  init(_ type: ColumnType, _ parts: [Column]) {
    self.type = type
    totals.missing = parts.reduce(0) { $0 + Int64($1.missingCount) }
    if isKeyed {
      var keys: [UInt64] = []
      keys.reserveCapacity(parts.reduce(0) { $0 + $1.count })
      for part in parts { appendKeys(of: part, to: &keys) }
      numbers = KeyCounts(counting: keys)
    } else if type == .vector {
      for part in parts { measureVectors(part) }
    } else {
      for part in parts {
        texts.add(part)
        if type == .texts { measureLists(part) }
      }
      if type == .text { measureTexts() }
    }
  }

  private mutating func appendKeys(of column: Column, to keys: inout [UInt64]) {
    let rows = column.start..<column.start + column.count
    func append<T>(_ values: Buffer<T>, _ key: (T) -> UInt64) {
      if let validity = column.validity {
        for row in 0..<column.count where validity[row] {
          keys.append(key(values[column.start + row]))
        }
      } else {
        for place in rows { keys.append(key(values[place])) }
      }
    }
    func appendNumbers<T>(_ values: Buffer<T>, _ number: (T) -> Double) {
      for row in 0..<column.count where !column.isMissing(row) {
        let value = number(values[column.start + row])
        if value.isNaN { totals.notNumber += 1 } else { keys.append(OrderedKey.key(of: value)) }
      }
    }
    switch column.storage {
    case .bool(let bits):
      for row in 0..<column.count where !column.isMissing(row) {
        keys.append(OrderedKey.key(of: bits[column.start + row] ? Int64(1) : 0))
      }
    case .int32(let values), .date(let values):
      append(values) { OrderedKey.key(of: Int64($0)) }
    case .int64(let values), .datetime(let values), .timestamp(let values):
      append(values) { OrderedKey.key(of: $0) }
    case .float32(let values): appendNumbers(values) { Double($0) }
    case .float64(let values): appendNumbers(values) { $0 }
    case .text, .texts, .dense, .sparse: break
    }
  }

  private mutating func measureVectors(_ column: Column) {
    for row in 0..<column.count where !column.isMissing(row) {
      let place = column.start + row
      switch column.storage {
      case .dense(let width, let values):
        totals.width = max(totals.width, Int64(width))
        for index in place * width..<(place + 1) * width where values[index] != 0 {
          totals.nonZero += 1
        }
      case .sparse(let width, let offsets, _, let values):
        totals.width = max(totals.width, Int64(width))
        for index in Int(offsets[place])..<Int(offsets[place + 1]) where values[index] != 0 {
          totals.nonZero += 1
        }
      default: break
      }
    }
  }

  private mutating func measureLists(_ column: Column) {
    guard case .texts(let offsets, _, _) = column.storage else { return }
    for row in 0..<column.count where !column.isMissing(row) {
      let place = column.start + row
      note(length: offsets[place + 1] - offsets[place], times: 1)
    }
  }

  private mutating func measureTexts() {
    for index in 0..<texts.distinctCount {
      // Each scalar has one byte that continues no other.
      let length = texts.bytes[texts.range(index)].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
      note(length: Int64(length), times: texts.counts[index])
    }
  }

  private mutating func note(length: Int64, times: Int64) {
    totals.lengths += length * times
    totals.shortest = min(totals.shortest, length)
    totals.longest = max(totals.longest, length)
  }

  /// The number that a key stands for.
  func number(_ key: UInt64) -> Double {
    kind == .number ? OrderedKey.number(of: key) : Double(OrderedKey.integer(of: key))
  }

  /// The value that a key stands for.
  func value(_ key: UInt64) -> Value {
    if kind == .number { return .number(OrderedKey.number(of: key)) }
    let integer = OrderedKey.integer(of: key)
    return switch type {
    case .bool: .bool(integer != 0)
    case .date: .date(Int32(truncatingIfNeeded: integer))
    case .datetime: .datetime(integer)
    case .timestamp: .timestamp(integer)
    default: .integer(integer)
    }
  }

  /// Adds the number of a key to a sum, without rounding.
  func add(_ key: UInt64, times: Int64, to sum: inout ExactSum) {
    if kind == .number {
      let number = OrderedKey.number(of: key)
      if number.isFinite { sum.add(number, times: Int(times)) }
      return
    }
    // An integer of more than 53 bits is no double, but its halves are.
    let integer = OrderedKey.integer(of: key)
    sum.add(Double(integer & 0xFFFF_FFFF), times: Int(times))
    if integer >> 32 != 0 { sum.add(Double(integer >> 32) * 0x1p32, times: Int(times)) }
  }

  /// Brings all counts of a value to one worker, which one following from the value alone.
  mutating func exchange(in communicator: Communicator) throws {
    guard communicator.size > 1, isCounted else { return }
    if isKeyed {
      var parts = [KeyCounts](repeating: KeyCounts(), count: communicator.size)
      for (index, key) in numbers.keys.enumerated() {
        // A multiplication spreads keys that differ in any bits over the upper ones.
        let owner = Int(((key ^ key >> 32) &* 0x9E37_79B9_7F4A_7C15) >> 33) % communicator.size
        parts[owner].keys.append(key)
        parts[owner].counts.append(numbers.counts[index])
      }
      let keys = try communicator.allToAll(parts.map(\.keys))
      let counts = try communicator.allToAll(parts.map(\.counts))
      numbers = zip(keys, counts).reduce(KeyCounts()) {
        $0.merged(with: KeyCounts(keys: $1.0, counts: $1.1))
      }
    } else {
      let parts = texts.parts(for: communicator.size).map { $0.encoded() }
      texts = TextCounts()
      for part in try communicator.allToAll(parts) { texts.add(encoded: part) }
    }
  }
}
