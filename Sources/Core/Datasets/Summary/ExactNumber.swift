internal import Platform

/// A number of as many bits as it takes to add up doubles, and products of two, without rounding.
///
/// Chunk `i` counts units of 2^(32 i - 2150), the smallest product's unit; only the last may be
/// negative after carrying.
public struct ExactNumber: Sendable {
  /// Enough for the greatest product, 2^60 times.
  static let chunkCount = 138
  static let unit = -2150

  var chunks: [Int64]

  init() { chunks = Array(repeating: 0, count: Self.chunkCount) }

  /// Adds a finite number so many times.
  mutating func add(_ number: Double, times: Int = 1) { addProduct(number, 1, times: times) }

  /// Adds the product of two finite numbers so many times.
  mutating func addProduct(_ a: Double, _ b: Double, times: Int = 1) {
    require(times >= 0, "\(times) times")
    let (one, other) = (ExactSum.parts(a), ExactSum.parts(b))
    let isNegative = (one.mantissa < 0) != (other.mantissa < 0)
    let product = one.mantissa.magnitude.multipliedFullWidth(by: other.mantissa.magnitude)
    let place = one.place + other.place
    let halves = [
      product.low & 0xFFFF_FFFF, product.low >> 32, product.high & 0xFFFF_FFFF, product.high >> 32,
    ]
    for (index, half) in halves.enumerated() where half != 0 {
      let word = half.multipliedFullWidth(by: UInt64(times))
      add(word.low, isNegative, at: place + 32 * index)
      add(word.high, isNegative, at: place + 32 * index + 64)
    }
    carry()
  }

  /// Adds another number.
  mutating func add(_ other: ExactNumber) {
    for index in chunks.indices { chunks[index] += other.chunks[index] }
    carry()
  }

  private mutating func add(_ word: UInt64, _ isNegative: Bool, at place: Int) {
    ExactWord(word, at: place).add(to: &chunks, from: 0, isNegative)
  }

  mutating func carry() {
    var carried: Int64 = 0
    for index in 0..<(Self.chunkCount - 1) {
      let whole = chunks[index] + carried
      chunks[index] = whole & 0xFFFF_FFFF
      carried = whole >> 32
    }
    chunks[Self.chunkCount - 1] += carried
  }

  /// The nearest double, of two the even one, times 2^`exponent`.
  public func rounded(scaledBy exponent: Int = 0) -> Double {
    let isNegative = (chunks.last ?? 0) < 0
    var magnitude = self
    if isNegative {
      for index in chunks.indices { magnitude.chunks[index] = -chunks[index] }
      magnitude.carry()
    }
    return ExactSum.rounded(magnitude.chunks, isNegative, unit: Self.unit + exponent)
  }

  /// The exponent of its leading bit; nil for 0.
  var exponent: Int? {
    var magnitude = self
    if (chunks.last ?? 0) < 0 {
      for index in chunks.indices { magnitude.chunks[index] = -chunks[index] }
      magnitude.carry()
    }
    guard let top = magnitude.chunks.lastIndex(where: { $0 != 0 }) else { return nil }
    return 32 * top + Self.unit + 63 - magnitude.chunks[top].leadingZeroBitCount
  }
}

/// A word of 64 bits at some place of a row of 32-bit chunks: three parts below 2^32.
struct ExactWord {
  let chunk: Int
  private let low: UInt64
  private let middle: UInt64
  private let high: UInt64

  init(_ word: UInt64, at place: Int) {
    chunk = place &>> 5
    let shift = UInt64(truncatingIfNeeded: place & 31)
    let lower = word &<< shift
    low = lower & 0xFFFF_FFFF
    middle = lower &>> 32
    // In two steps, since a shift by 64 would be one by 0.
    high = (word &>> 1) &>> (63 &- shift)
  }

  /// Adds it to, or takes it from, chunks of which the first has the number `first`.
  func add(to chunks: inout [Int64], from first: Int, _ isNegative: Bool) {
    unsafe chunks.withUnsafeMutableBufferPointer { chunks in
      let at = chunk &- first
      let sign: Int64 = isNegative ? -1 : 1
      unsafe chunks[at] &+= sign &* Int64(bitPattern: low)
      unsafe chunks[at &+ 1] &+= sign &* Int64(bitPattern: middle)
      unsafe chunks[at &+ 2] &+= sign &* Int64(bitPattern: high)
    }
  }
}
