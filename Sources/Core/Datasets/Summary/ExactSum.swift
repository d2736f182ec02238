/// A sum of doubles without rounding errors, rounded once at the end.
///
/// Because nothing is lost, the order of the additions never shows: not in threads, workers or the
/// cut into splits. The sum is kept as one very long fixed-point number.
///
/// ```swift
/// var sum = ExactSum()
/// for x in [1e300, 1, -1e300] { sum.add(x) }
/// sum.rounded()  // 1
/// ```
/// Method: Neal, "Fast exact summation using small and large superaccumulators", 2015: chunks of 32
/// bits in words of 64, whose upper halves hold carries until they are passed on. Cost: about 2 ns
/// an addition, 560 bytes.
public struct ExactSum: Sendable {
  /// Enough chunks for the bits of all doubles and for 2^60 additions.
  @usableFromInline static var chunkCount: Int { 70 }
  /// After so many additions a chunk may be full.
  @usableFromInline static var carryPeriod: Int { 512 }

  /// Chunk `i` counts units of 2^(32 i - 1075).
  @usableFromInline var chunks = [Int64](repeating: 0, count: Self.chunkCount)
  @usableFromInline var untilCarry = Self.carryPeriod

  public init() {}

  /// Adds a finite number.
  @inlinable
  public mutating func add(_ number: Double) {
    let (mantissa, place) = Self.parts(number)
    let chunk = place >> 5
    let shift = Int64(place & 31)
    chunks[chunk] &+= (mantissa &<< shift) & 0xFFFF_FFFF
    chunks[chunk &+ 1] &+= mantissa &>> (32 &- shift)
    untilCarry &-= 1
    if untilCarry == 0 { carry() }
  }

  /// Adds a finite number so many times.
  @inlinable
  public mutating func add(_ number: Double, times: Int) {
    if times == 1 { return add(number) }
    let (mantissa, place) = Self.parts(number)
    // The product of a mantissa and a count has up to 116 bits: each factor in two halves.
    let halves = (mantissa & 0xFFFF_FFFF, mantissa >> 32)
    let counts = (Int64(times) & 0x7FFF_FFFF, Int64(times) >> 31)
    add(halves.0 &* counts.0, at: place)
    add(halves.1 &* counts.0, at: place &+ 32)
    guard counts.1 != 0 else { return }
    add(halves.0 &* counts.1, at: place &+ 31)
    add(halves.1 &* counts.1, at: place &+ 63)
  }

  /// Adds a whole number of units of 2^(place - 1075).
  @usableFromInline
  mutating func add(_ whole: Int64, at place: Int) {
    let chunk = place >> 5
    let shift = Int64(place & 31)
    // Each part below 2^32, so that the words overflow no sooner than by whole doubles.
    let low = whole & 0xFFFF_FFFF
    let high = whole >> 32
    chunks[chunk] += (low << shift) & 0xFFFF_FFFF
    chunks[chunk + 1] += ((low << shift) >> 32) & 0xFFFF_FFFF
    chunks[chunk + 1] += (high << shift) & 0xFFFF_FFFF
    chunks[chunk + 2] += high >> (32 - shift)
    untilCarry -= 1
    if untilCarry == 0 { carry() }
  }

  /// Adds another sum.
  public mutating func add(_ other: ExactSum) {
    var other = other
    other.carry()
    carry()
    for index in chunks.indices { chunks[index] += other.chunks[index] }
  }

  /// The mantissa with its sign, and the place of its lowest bit above 2^-1075.
  @inlinable @inline(__always)
  static func parts(_ number: Double) -> (mantissa: Int64, place: Int) {
    let bits = number.bitPattern
    let exponent = Int(bits >> 52) & 0x7FF
    var mantissa = Int64(bitPattern: bits & 0x000F_FFFF_FFFF_FFFF)
    if exponent != 0 { mantissa |= 1 << 52 }
    // What is subnormal has the place of the smallest normal numbers.
    return (bits >> 63 == 1 ? -mantissa : mantissa, exponent == 0 ? 1 : exponent)
  }

  /// Passes on what is above 32 bits of each chunk; only the last may be negative afterwards.
  @usableFromInline
  mutating func carry() {
    var carried: Int64 = 0
    for index in 0..<(Self.chunkCount - 1) {
      let whole = chunks[index] + carried
      chunks[index] = whole & 0xFFFF_FFFF
      carried = whole >> 32
    }
    chunks[Self.chunkCount - 1] += carried
    untilCarry = Self.carryPeriod
  }

  /// Whole numbers that add up as the sums do, for the way between workers.
  public var words: [Int64] {
    var sum = self
    sum.carry()
    return sum.chunks
  }

  /// The sum of up to 2^30 sums' words, added one by one.
  public init(words: some Sequence<Int64>) {
    chunks = Array(words)
    carry()
  }

  /// How many words a sum has.
  public static var wordCount: Int { chunkCount }

  /// The double nearest to the sum, of two the even one, times 2^`exponent`.
  public func rounded(scaledBy exponent: Int = 0) -> Double {
    var sum = self
    sum.carry()
    let isNegative = (sum.chunks.last ?? 0) < 0
    if isNegative {
      for index in sum.chunks.indices { sum.chunks[index] = -sum.chunks[index] }
      sum.carry()
    }
    return Self.rounded(sum.chunks, isNegative, unit: exponent - 1075)
  }

  /// The double nearest to a magnitude in chunks of 32 bits, in units of 2^`unit`.
  static func rounded(_ chunks: [Int64], _ isNegative: Bool, unit: Int) -> Double {
    guard let top = chunks.lastIndex(where: { $0 != 0 }) else { return 0 }
    // Three chunks have at least 65 bits; what is below matters only to a tie.
    let low = max(0, top - 2)
    var head: UInt128 = 0
    for index in (low...low + 2).reversed() {
      head = head << 32 | UInt128(UInt64(chunks[index]))
    }
    if chunks[..<low].contains(where: { $0 != 0 }) { head |= 1 }
    let place = 32 * low + unit
    let surplus = max(0, 128 - head.leadingZeroBitCount - 53)
    var mantissa = UInt64(truncatingIfNeeded: head >> UInt128(surplus))
    let rest = head & ((UInt128(1) << UInt128(surplus)) - 1)
    let half = surplus > 0 ? UInt128(1) << UInt128(surplus - 1) : 0
    if surplus > 0, rest > half || (rest == half && mantissa & 1 == 1) { mantissa += 1 }
    return Double(
      sign: isNegative ? .minus : .plus, exponent: place + surplus, significand: Double(mantissa))
  }
}
