public import LinearAlgebra
public import Platform

/// A row of bits in Arrow's layout: bit `i` is bit `i % 8` of byte `i / 8`.
///
/// As the validity of a column a set bit means that the value is there; as the values of a `bool`
/// column it means true.
public struct Bitmap: Sendable {
  public let count: Int
  @usableFromInline let bytes: Buffer<UInt8>
  /// Where the first bit lies in `bytes`, so that a slice shares the memory of the whole.
  @usableFromInline let start: Int

  /// A view of bits that somebody filled: the first `count` from bit `start` on.
  public init(_ bytes: Buffer<UInt8>, start: Int = 0, count: Int) {
    require(start >= 0 && start + count <= bytes.count * 8, "\(count) bits from \(start) on")
    self.bytes = bytes
    self.start = start
    self.count = count
  }

  public init(_ bits: [Bool]) {
    let bytes = Buffer<UInt8>(count: (bits.count + 7) / 8)
    bytes.withMutableSpan { span in
      for (index, bit) in bits.enumerated() where bit { span[index / 8] |= 1 << UInt8(index % 8) }
    }
    self.init(bytes, count: bits.count)
  }

  @inlinable
  public subscript(index: Int) -> Bool {
    require(index >= 0 && index < count, "bit \(index) of \(count)")
    let place = start &+ index
    return bytes[place >> 3] & (1 << UInt8(place & 7)) != 0
  }

  /// The memory behind the bits and the place of the first one there, for calls to C.
  public var backing: (bytes: Buffer<UInt8>, start: Int) { (bytes, start) }

  /// How many bits are set.
  public var setCount: Int {
    if start % 8 == 0 {
      return bytes.withSpan { span in
        var total = 0
        let whole = count / 8
        for index in 0..<whole { total += span[start / 8 + index].nonzeroBitCount }
        for index in whole * 8..<count { total += self[index] ? 1 : 0 }
        return total
      }
    }
    return (0..<count).reduce(0) { $0 + (self[$1] ? 1 : 0) }
  }

  /// The bits of a range, sharing the memory.
  public func slice(_ range: Range<Int>) -> Bitmap {
    require(range.lowerBound >= 0 && range.upperBound <= count, "bits \(range) of \(count)")
    return Bitmap(bytes, start: start + range.lowerBound, count: range.count)
  }
}
