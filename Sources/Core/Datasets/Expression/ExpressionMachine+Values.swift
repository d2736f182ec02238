internal import Frames
internal import Glibc
internal import LinearAlgebra

extension ExpressionMachine {
  // MARK: Comparisons

  /// Compares values of one type; texts by their UTF-8 bytes, a NaN as equal to itself and above all
  /// numbers, false below true.
  mutating func compare(
    _ comparison: ExpressionComparison, _ type: ExpressionType, _ index: Int, _ a: Register,
    _ b: Register, _ count: Int
  ) {
    let out = unsafe registers[index].states
    switch type {
    case .number:
      let (x, y) = unsafe (a.numbers, b.numbers)
      switch comparison {
      case .equal: unsafe Self.each(x, y, out, count) { Self.equal($0, $1) }
      case .unequal: unsafe Self.each(x, y, out, count) { !Self.equal($0, $1) }
      case .less: unsafe Self.each(x, y, out, count) { Self.less($0, $1) }
      case .lessOrEqual: unsafe Self.each(x, y, out, count) { !Self.less($1, $0) }
      case .greater: unsafe Self.each(x, y, out, count) { Self.less($1, $0) }
      case .greaterOrEqual: unsafe Self.each(x, y, out, count) { !Self.less($0, $1) }
      }
    case .text:
      for row in 0..<count {
        let order = unsafe Self.order(a.texts[row], b.texts[row])
        unsafe out[row] = Self.holds(comparison, order) ? 1 : 0
      }
    case .bool:
      boolComparison(comparison, index, a, b, count)
      return
    case .integer, .date, .datetime, .timestamp, .missing, .opaque:
      let (x, y) = unsafe (a.integers, b.integers)
      switch comparison {
      case .equal: unsafe Self.each(x, y, out, count) { $0 == $1 }
      case .unequal: unsafe Self.each(x, y, out, count) { $0 != $1 }
      case .less: unsafe Self.each(x, y, out, count) { $0 < $1 }
      case .lessOrEqual: unsafe Self.each(x, y, out, count) { $0 <= $1 }
      case .greater: unsafe Self.each(x, y, out, count) { $0 > $1 }
      case .greaterOrEqual: unsafe Self.each(x, y, out, count) { $0 >= $1 }
      }
    }
    takeBool(index, a, b, count)
  }

  private mutating func boolComparison(
    _ comparison: ExpressionComparison, _ index: Int, _ a: Register, _ b: Register, _ count: Int
  ) {
    let out = unsafe registers[index].states
    for row in 0..<count {
      let (x, y) = unsafe (a.states[row], b.states[row])
      // Unknown (2) and faulty (3) win over an answer, and faulty over unknown.
      unsafe out[row] = max(x, y) > 1 ? max(x, y) : Self.holds(comparison, Int(x) - Int(y)) ? 1 : 0
    }
    registers[index].isWhole = a.isWhole && b.isWhole
  }

  @inline(__always)
  private static func each<T>(
    _ x: UnsafeMutablePointer<T>, _ y: UnsafeMutablePointer<T>, _ out: UnsafeMutablePointer<UInt8>,
    _ count: Int, _ holds: (T, T) -> Bool
  ) {
    for row in 0..<count { unsafe out[row] = unsafe holds(x[row], y[row]) ? 1 : 0 }
  }

  @inline(__always)
  private static func equal(_ x: Double, _ y: Double) -> Bool {
    x == y || (x != x) == (y != y) && x != x
  }

  @inline(__always)
  private static func less(_ x: Double, _ y: Double) -> Bool { x < y || x == x && y != y }

  private static func holds(_ comparison: ExpressionComparison, _ order: Int) -> Bool {
    switch comparison {
    case .equal: order == 0
    case .unequal: order != 0
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    case .greaterOrEqual: order >= 0
    }
  }

  /// Below, at or above 0 as the bytes of the first text sort against those of the second.
  private static func order(_ a: TextSpan, _ b: TextSpan) -> Int {
    let common = min(a.count, b.count)
    if common > 0, let x = unsafe a.start, let y = unsafe b.start {
      let order = unsafe memcmp(x, y, common)
      if order != 0 { return Int(order) }
    }
    return a.count - b.count
  }

  // MARK: Sets

  mutating func isAmong(
    _ set: ExpressionSet, _ type: ExpressionType, _ index: Int, _ a: Register, _ count: Int
  ) {
    let out = unsafe registers[index].states
    let notFound = set.hasMissing ? Register.unknown : Register.no
    switch type {
    case .number:
      for row in 0..<count {
        let value = unsafe a.numbers[row]
        unsafe out[row] =
          Self.find(set.numbers.count) {
            set.numbers[$0] < value
          } below: {
            set.numbers[$0] == value
          } ? 1 : notFound
      }
    case .text:
      let texts = set.texts
      for row in 0..<count {
        let value = unsafe a.texts[row]
        unsafe out[row] =
          Self.find(texts.count) {
            Self.order(texts[$0], value) < 0
          } below: {
            Self.order(texts[$0], value) == 0
          } ? 1 : notFound
      }
    case .integer, .date, .datetime, .timestamp, .bool, .missing, .opaque:
      for row in 0..<count {
        let value = unsafe a.integers[row]
        unsafe out[row] =
          Self.find(set.integers.count) {
            set.integers[$0] < value
          } below: {
            set.integers[$0] == value
          } ? 1 : notFound
      }
    }
    takeBool(index, a, a, count)
    if set.hasMissing { registers[index].isWhole = false }
  }

  /// Halves a sorted list: the first place that is not below, and whether that is the one.
  @inline(__always)
  private static func find(
    _ count: Int, isBelow: (Int) -> Bool, below isEqual: (Int) -> Bool
  ) -> Bool {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBelow(middle) { low = middle + 1 } else { high = middle }
    }
    return low < count && isEqual(low)
  }

  private static func order(_ text: [UInt8], _ span: TextSpan) -> Int {
    unsafe text.withUnsafeBytes {
      unsafe order(TextSpan(start: $0.baseAddress, count: $0.count), span)
    }
  }

  // MARK: Texts

  /// How many characters, as Unicode counts code points.
  static func characterCount(_ text: UnsafeRawBufferPointer) -> Int64 {
    var count: Int64 = 0
    for index in 0..<text.count where unsafe text[index] & 0xC0 != 0x80 { count += 1 }
    return count
  }

  mutating func recase(_ index: Int, _ a: Register, _ count: Int, toLower: Bool) {
    let out = registers[index]
    guard let arena = out.arena else { return }
    arena.empty()
    // The arena may move while it grows, so places first, addresses afterwards.
    for row in 0..<count {
      let start = arena.count
      let bytes = unsafe a.texts[row].bytes
      if unsafe bytes.allSatisfy({ $0 < 0x80 }) {
        unsafe arena.append(bytes.lazy.map { toLower ? Self.lower($0) : Self.upper($0) })
      } else {
        let text = unsafe String(decoding: bytes, as: UTF8.self)
        arena.append(Array((toLower ? text.lowercased() : text.uppercased()).utf8))
      }
      unsafe out.texts[row] = unsafe TextSpan(start: nil, count: arena.count - start)
    }
    var start = 0
    for row in 0..<count {
      unsafe out.texts[row].start = unsafe UnsafeRawPointer(arena.bytes.pointer + start)
      unsafe start += out.texts[row].count
    }
    take(index, a, count)
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
  }

  private static func upper(_ byte: UInt8) -> UInt8 {
    byte >= 0x61 && byte <= 0x7A ? byte & ~0x20 : byte
  }

  // MARK: Dates

  /// A part of the day that a date or a time lies on; of a timestamp, the day in UTC.
  @inline(__always)
  mutating func dateParts(
    _ index: Int, _ a: Register, _ operand: Int, _ count: Int, _ part: (CivilDate) -> Int
  ) {
    let out = registers[index]
    let perDay = program.steps[operand].type == .date ? 1 : microsecondsPerDay
    for row in 0..<count {
      let value = unsafe a.integers[row]
      let days = value / perDay - (value % perDay < 0 ? 1 : 0)
      unsafe out.integers[row] = Int64(part(CivilDate(daysSinceEpoch: Int(days))))
    }
    take(index, a, count)
  }
}
