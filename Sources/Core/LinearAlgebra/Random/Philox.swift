public import Platform

/// A stream of random numbers that is a pure function of (seed, stage, row number).
///
/// Law 1 rests on it: a row draws the same numbers on any worker, in any thread, in any order,
/// because nothing is shared and nothing is left over from the row before.
///
/// ```swift
/// var draw = Philox(seed: 42, stage: 3, row: rowNumber)
/// if draw.uniform() < rate { keep(rowNumber) }
/// ```
/// Method: Philox 4x32 with ten rounds (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as
/// easy as 1, 2, 3", SC 2011); the key is the seed, the counter holds the number of the block, the
/// stage and the row. It passes BigCrush; it is no cipher. Cost: about 15 ns for a stream's first
/// 128 bits, 41 bytes of state. A stream holds 2^33 numbers of 64 bits and ends the program after.
/// - Note: deliberately no `RandomNumberGenerator`: what the standard library draws through that
///   protocol may change with its version, and with it the bits of a model.
public struct Philox: Sendable {
  /// 128 random bits.
  public struct Block: Sendable, Equatable {
    public var word0: UInt32
    public var word1: UInt32
    public var word2: UInt32
    public var word3: UInt32

    @inlinable
    public init(_ word0: UInt32, _ word1: UInt32, _ word2: UInt32, _ word3: UInt32) {
      (self.word0, self.word1, self.word2, self.word3) = (word0, word1, word2, word3)
    }
  }

  @usableFromInline let key: UInt64
  @usableFromInline let stage: UInt32
  @usableFromInline let row: UInt64
  @usableFromInline var blockNumber: UInt64 = 0
  @usableFromInline var pending: UInt64 = 0
  @usableFromInline var hasPending = false

  /// - Parameters:
  ///   - seed: what the user chose, or what ``RandomSource`` made of it.
  ///   - stage: a number for the use and the round, so that no two draw the same numbers.
  ///   - row: the global row number, or whatever else is numbered.
  @inlinable
  public init(seed: UInt64, stage: UInt32, row: UInt64) {
    key = seed
    self.stage = stage
    self.row = row
  }

  /// One block as the paper defines it, ten rounds.
  @inlinable
  public static func block(counter: Block, key: (UInt32, UInt32)) -> Block {
    var c = counter
    var (key0, key1) = key
    for _ in 0..<10 {
      let first = UInt64(c.word0) &* 0xD251_1F53
      let second = UInt64(c.word2) &* 0xCD9E_8D57
      c = Block(
        UInt32(truncatingIfNeeded: second >> 32) ^ c.word1 ^ key0,
        UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ c.word3 ^ key1,
        UInt32(truncatingIfNeeded: first))
      key0 &+= 0x9E37_79B9
      key1 &+= 0xBB67_AE85
    }
    return c
  }

  /// The next 64 random bits: each block gives two, its first words first.
  @inlinable
  public mutating func next() -> UInt64 {
    if hasPending {
      hasPending = false
      return pending
    }
    require(blockNumber >> 32 == 0, "a stream of random numbers that ran out")
    let block = Self.block(
      counter: Block(
        UInt32(truncatingIfNeeded: blockNumber), stage, UInt32(truncatingIfNeeded: row),
        UInt32(truncatingIfNeeded: row >> 32)),
      key: (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32)))
    blockNumber &+= 1
    pending = UInt64(block.word3) << 32 | UInt64(block.word2)
    hasPending = true
    return UInt64(block.word1) << 32 | UInt64(block.word0)
  }
}
