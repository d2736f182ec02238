import Frames
import LinearAlgebra

/// Random columns of every type, with what is missing, extremes, quotes and Unicode among them.
struct RandomFrames {
  private var chance: Philox

  init(seed: UInt64) { chance = Philox(seed: seed, stage: 1, row: 0) }

  static let numbers: [Double] = [
    0, -0.0, 1, -1, 0.1, 1 / 3, 2.5, 1e-4, 9.999e-5, 1e-5, 1e15, 1e16, 1e17,
    123_456_789_012_345_680,
    0x1p53, 0x1p53 + 2, 0x1p54, 0x1p54 + 4, -0x1p54, 1e22, 1e23, .leastNonzeroMagnitude,
    .leastNormalMagnitude,
    .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1.7976931348623155e308, 100, 1200, 12.5e14,
    0.30000000000000004, 4.35, 17.0 / 7,
  ]
  static let integers: [Int64] = [.min, .max, 0, -1, 1, 9_007_199_254_740_993, -1_000_000_007]
  static let texts = [
    "", " ", "plain", "x,y", "a\tb", "say \"hi\"", "two\nlines", "cr\r", "\r\n", " lead", "trail ",
    "é", "日本語", "🦊🦊", "null", "\\", "/", "\u{1}\u{1f}\u{7f}", "\u{feff}bom", "a;b", "'", "[1]",
  ]
  /// From year 1 to the end of year 9999.
  static let days = Int64(-719_162)...2_932_896

  mutating func below(_ bound: Int) -> Int { chance.integer(below: bound) }
  mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }
  mutating func bits() -> UInt64 { chance.next() }

  /// A finite double: a known hard one, any bits, or one with few digits.
  mutating func number() -> Double {
    switch below(4) {
    case 0: return pick(Self.numbers)
    case 1:
      let any = Double(bitPattern: bits())
      return any.isFinite ? any : 1
    case 2: return Double(below(2_000_001) - 1_000_000) / Double(pick([1, 10, 100, 1000, 8]))
    default: return chance.normal()
    }
  }

  mutating func integer() -> Int64 {
    below(3) == 0 ? pick(Self.integers) : Int64(bitPattern: bits()) >> Int64(below(64))
  }

  mutating func microseconds() -> Int64 {
    let day = Self.days.lowerBound + Int64(below(Self.days.count))
    let clock = Int64(below(86_400_000_000))
    return day * 86_400_000_000 + (below(3) == 0 ? clock / 1_000_000 * 1_000_000 : clock)
  }

  mutating func text() -> String {
    below(3) == 0 ? "\(pick(Self.texts))\(pick(Self.texts))" : pick(Self.texts)
  }

  mutating func list<T>(_ count: Int, _ make: (inout RandomFrames) -> T) -> [T?] {
    (0..<count).map { _ in below(6) == 0 ? nil : make(&self) }
  }

  /// A column of a type; `isSparse` where it is a vector.
  mutating func column(_ type: ColumnType, _ count: Int, isSparse: Bool = false) -> Column {
    switch type {
    case .bool: return Column(list(count) { $0.below(2) == 1 })
    case .int32: return Column(list(count) { Int32(truncatingIfNeeded: $0.integer()) })
    case .int64: return Column(list(count) { $0.integer() })
    case .float32:
      return Column(
        list(count) { random in
          let any = Float(bitPattern: UInt32(truncatingIfNeeded: random.bits()))
          return random.below(2) == 0 && any.isFinite ? any : Float(random.below(1000)) / 8
        })
    case .float64: return Column(list(count) { $0.number() })
    case .date:
      return Column(
        dates: list(count) { Int32(Self.days.lowerBound) + Int32($0.below(Self.days.count)) })
    case .datetime: return Column(datetimes: list(count) { $0.microseconds() })
    case .timestamp: return Column(timestamps: list(count) { $0.microseconds() })
    case .text: return Column(list(count) { $0.text() })
    case .texts:
      return Column(list(count) { random in (0..<random.below(4)).map { _ in random.text() } })
    case .vector:
      let vectors = list(count) { random -> VectorValue in
        let values = (0..<5).map { _ in random.below(2) == 0 ? 0 : random.number() }
        guard isSparse else { return .dense(values) }
        let entries = values.enumerated().filter { $1 != 0 }
        return .sparse(
          width: 5, indices: entries.map { Int32($0.offset) }, values: entries.map(\.element))
      }
      return Column(vectors: vectors, width: 5)
    }
  }

  /// A column of each type, vectors of both kinds.
  mutating func frame(_ count: Int) -> Frame {
    var columns: [(String, Column)] = ColumnType.allCases.map { type in
      ("\(type.rawValue) \"é\"", column(type, count))
    }
    columns.append(("sparse", column(.vector, count, isSparse: true)))
    return Frame(columns)
  }
}
