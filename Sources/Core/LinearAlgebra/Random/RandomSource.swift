/// All random numbers of one purpose under one seed.
///
/// Two algorithms, or two uses in one, must not draw the same numbers for the same row. A purpose
/// is a word; it and the seed make the key, so that nobody has to keep a list of stage numbers.
///
/// ```swift
/// let source = RandomSource(seed: session.seed, purpose: "kmeans.seeding")
/// var draw = source.stream(round: 2, row: rowNumber)
/// ```
public struct RandomSource: Sendable {
  @usableFromInline let key: UInt64

  public init(seed: UInt64, purpose: String) { key = XXH64.hash(purpose, seed: seed) }

  /// The stream of one row in one round.
  @inlinable
  public func stream(round: Int = 0, row: Int = 0) -> Philox {
    Philox(
      seed: key, stage: UInt32(truncatingIfNeeded: round),
      row: UInt64(truncatingIfNeeded: row))
  }
}
