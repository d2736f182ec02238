public import Platform

/// MurmurHash3 for 32 bits (Appleby, `MurmurHash3_x86_32`), the hash of Spark's feature hashing.
///
/// Not for keys that an adversary chooses. Cost: about a nanosecond for each four bytes.
public enum Murmur3 {
  /// The seed of Spark's HashingTF and FeatureHasher.
  public static let sparkSeed: UInt32 = 42

  @inlinable
  public static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt32) -> UInt32 {
    var state = seed
    let wordEnd = bytes.count & ~3
    var offset = 0
    while offset < wordEnd {
      let word = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      state ^= scrambled(UInt32(littleEndian: word))
      state = (state << 13 | state >> 19) &* 5 &+ 0xE654_6B64
      offset += 4
    }
    var tail: UInt32 = 0
    while offset < bytes.count {
      unsafe tail |= UInt32(bytes[offset]) << UInt32(8 * (offset - wordEnd))
      offset += 1
    }
    // Without a tail this changes nothing: scrambled zero is zero.
    state ^= scrambled(tail)
    state ^= UInt32(truncatingIfNeeded: bytes.count)
    state ^= state >> 16
    state = state &* 0x85EB_CA6B
    state ^= state >> 13
    state = state &* 0xC2B2_AE35
    return state ^ state >> 16
  }

  @inlinable @inline(__always)
  static func scrambled(_ word: UInt32) -> UInt32 {
    let product = word &* 0xCC9E_2D51
    return (product << 15 | product >> 17) &* 0x1B87_3593
  }

  @inlinable
  public static func hash(_ bytes: [UInt8], seed: UInt32) -> UInt32 {
    unsafe bytes.withUnsafeBytes { unsafe hash($0, seed: seed) }
  }

  @inlinable
  public static func hash(_ bytes: RawSpan, seed: UInt32) -> UInt32 {
    unsafe bytes.withUnsafeBytes { unsafe hash($0, seed: seed) }
  }

  /// The hash of the text's UTF-8 bytes.
  @inlinable
  public static func hash(_ text: String, seed: UInt32) -> UInt32 {
    var text = text
    return text.withUTF8 { unsafe hash(UnsafeRawBufferPointer($0), seed: seed) }
  }

  /// The bucket of a text's UTF-8 bytes, as Spark (from 3.0 on) chooses it.
  ///
  /// The hash counts as a signed number there, whose remainder is made non-negative.
  @inlinable
  public static func bucket(_ text: String, of count: Int) -> Int {
    bucket(hash: hash(text, seed: sparkSeed), of: count)
  }

  /// The bucket of the bytes of a text, as Spark (from 3.0 on) chooses it.
  @inlinable
  public static func bucket(_ bytes: RawSpan, of count: Int) -> Int {
    bucket(hash: hash(bytes, seed: sparkSeed), of: count)
  }

  @inlinable
  static func bucket(hash: UInt32, of count: Int) -> Int {
    require(count > 0, "a hash into \(count) buckets")
    let remainder = Int(Int32(bitPattern: hash)) % count
    return remainder < 0 ? remainder + count : remainder
  }
}
