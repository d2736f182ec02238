import LinearAlgebra
import Testing

/// The textbook of XXH64, from its specification: lanes as an array, bytes one by one.
private func textbookXXH64(_ bytes: [UInt8], seed: UInt64) -> UInt64 {
  let p: [UInt64] = [
    11_400_714_785_074_694_791, 14_029_467_366_897_019_727, 1_609_587_929_392_839_161,
    9_650_029_242_287_828_579, 2_870_177_450_012_600_261,
  ]
  func rotate(_ x: UInt64, _ n: Int) -> UInt64 { (x << UInt64(n)) | (x >> UInt64(64 - n)) }
  func number(_ slice: ArraySlice<UInt8>) -> UInt64 {
    slice.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
  func round(_ a: UInt64, _ x: UInt64) -> UInt64 { rotate(a &+ x &* p[1], 31) &* p[0] }
  var rest = bytes[...]
  var hash = seed &+ p[4]
  if bytes.count >= 32 {
    var lanes = [seed &+ p[0] &+ p[1], seed &+ p[1], seed, seed &- p[0]]
    while rest.count >= 32 {
      for lane in 0..<4 {
        lanes[lane] = round(lanes[lane], number(rest.prefix(8))); rest = rest.dropFirst(8)
      }
    }
    hash = zip(lanes, [1, 7, 12, 18]).reduce(0) { $0 &+ rotate($1.0, $1.1) }
    for lane in lanes { hash = (hash ^ round(0, lane)) &* p[0] &+ p[3] }
  }
  hash = hash &+ UInt64(bytes.count)
  while rest.count >= 8 {
    hash = rotate(hash ^ round(0, number(rest.prefix(8))), 27) &* p[0] &+ p[3]
    rest = rest.dropFirst(8)
  }
  if rest.count >= 4 {
    hash = rotate(hash ^ number(rest.prefix(4)) &* p[0], 23) &* p[1] &+ p[2]
    rest = rest.dropFirst(4)
  }
  for byte in rest { hash = rotate(hash ^ UInt64(byte) &* p[4], 11) &* p[0] }
  hash = (hash ^ (hash >> 33)) &* p[1]
  hash = (hash ^ (hash >> 29)) &* p[2]
  return hash ^ (hash >> 32)
}

@Suite struct HashingTests {
  @Test func `murmur3 gives its published values`() {
    // Wikipedia, "MurmurHash", test cases.
    let cases: [(String, UInt32, UInt32)] = [
      ("", 0, 0), ("", 1, 0x514E_28B7), ("", 0xFFFF_FFFF, 0x81F1_6F39),
      ("test", 0, 0xBA6B_D213), ("test", 0x9747_B28C, 0x704B_81DC),
      ("Hello, world!", 0, 0xC036_3E43), ("Hello, world!", 0x9747_B28C, 0x2488_4CBA),
      ("The quick brown fox jumps over the lazy dog", 0, 0x2E4F_F723),
      ("The quick brown fox jumps over the lazy dog", 0x9747_B28C, 0x2FA8_26CD),
    ]
    for (text, seed, expected) in cases {
      #expect(Murmur3.hash(text, seed: seed) == expected, "\(text) with seed \(seed)")
      #expect(Murmur3.hash(Array(text.utf8), seed: seed) == expected)
      let bytes = Array(text.utf8)
      let hash = unsafe Murmur3.hash(bytes.span.bytes, seed: seed)
      #expect(hash == expected)
    }
  }

  @Test func `murmur3 counts each byte of a tail as a number without sign`() {
    // SMHasher's self-check of MurmurHash3_x86_32: keys {0, 1, ... i-1} with seed 256 - i, the
    // hashes of which, hashed with seed 0, begin with this value.
    let keys = (0..<256).map { length in
      Murmur3.hash((0..<length).map { UInt8($0) }, seed: UInt32(256 - length))
    }
    let bytes = keys.flatMap { key in (0..<4).map { UInt8(truncatingIfNeeded: key >> ($0 * 8)) } }
    #expect(Murmur3.hash(bytes, seed: 0) == 0xB0F5_7EE3)
  }

  @Test func `texts fall into the buckets of Spark's HashingTF`() {
    // Golden: Spark 3, HashingTF with 2^18 features.
    let golden = [
      ("a", 107_107), ("b", 148_981), ("spark", 173_558), ("", 249_180), ("é", 33_439),
      ("日本", 231_525),
    ]
    for (text, bucket) in golden {
      #expect(Murmur3.bucket(text, of: 1 << 18) == bucket, "\(text)")
      let bytes = Array(text.utf8)
      let ofBytes = unsafe Murmur3.bucket(bytes.span.bytes, of: 1 << 18)
      #expect(ofBytes == bucket)
    }
  }

  @Test func `a bucket is never negative, whatever the number of buckets`() {
    for count in [1, 2, 3, 7, 1000] {
      let buckets = (0..<500).map { Murmur3.bucket("key \($0)", of: count) }
      #expect(buckets.allSatisfy { 0..<count ~= $0 })
      #expect(buckets.max() == min(count, buckets.count) - 1 || count > 100)
    }
  }

  @Test func `xxh64 gives its published values`() {
    // xxHash's own sanity check: bytes from powers of a prime; made again with python-xxhash.
    var generator: UInt64 = 2_654_435_761
    let bytes = (0..<222).map { _ -> UInt8 in
      defer { generator = generator &* 11_400_714_785_074_694_797 }
      return UInt8(generator >> 56)
    }
    let cases: [(Int, UInt64, UInt64)] = [
      (0, 0, 0xEF46_DB37_51D8_E999), (0, 2_654_435_761, 0xAC75_FDA2_929B_17EF),
      (1, 0, 0xE934_A84A_DB05_2768), (1, 2_654_435_761, 0x5014_6076_43A9_B4C3),
      (4, 0, 0x9136_A0DC_A574_57EE), (4, 2_654_435_761, 0xCAAB_286B_D8E9_FDB5),
      (14, 0, 0x8282_DCC4_994E_35C8), (14, 2_654_435_761, 0xC3BD_6BF6_3DEB_6DF0),
      (222, 0, 0xB641_AE8C_B691_C174), (222, 2_654_435_761, 0x20CB_8AB7_AE10_C14A),
    ]
    for (count, seed, expected) in cases {
      #expect(
        XXH64.hash(Array(bytes.prefix(count)), seed: seed) == expected,
        "\(count) bytes with seed \(seed)")
    }
    #expect(XXH64.hash("abc") == 0x44BC_2CF5_AD77_0999)
    #expect(XXH64.hash("日本") == 0x80C2_E40B_8486_AFAB)
  }

  @Test func `xxh64 agrees with its specification at every length and alignment`() {
    let bytes = (0..<140).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
    for count in 0...130 {
      let expected = textbookXXH64(Array(bytes.prefix(count)), seed: UInt64(count))
      #expect(XXH64.hash(Array(bytes.prefix(count)), seed: UInt64(count)) == expected)
      for shift in 1..<8 {
        let shifted = Array(repeating: UInt8(0), count: shift) + bytes.prefix(count)
        let part = unsafe shifted.span.bytes.extracting(shift..<shift + count)
        #expect(XXH64.hash(part, seed: UInt64(count)) == expected)
      }
    }
  }
}
