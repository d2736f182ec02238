/// Numbers as whole numbers of 64 bits that are in the same order.
///
/// Sorting and selecting by digits need keys whose order is the numbers' own. 0 and -0 get one key,
/// since they are equal; a NaN has no place among numbers and must be left out before.
public enum OrderedKey {
  /// The key of a number that is no NaN.
  @inlinable
  public static func key(of number: Double) -> UInt64 {
    // Adding 0 turns -0 into 0 and changes nothing else.
    let bits = (number + 0).bitPattern
    // Negative numbers are all flipped, so that larger magnitudes come first.
    return bits >> 63 == 1 ? ~bits : bits | 1 << 63
  }

  /// The number of a key.
  @inlinable
  public static func number(of key: UInt64) -> Double {
    Double(bitPattern: key >> 63 == 1 ? key & ~(1 << 63) : ~key)
  }

  @inlinable
  public static func key(of integer: Int64) -> UInt64 { UInt64(bitPattern: integer) ^ 1 << 63 }

  @inlinable
  public static func integer(of key: UInt64) -> Int64 { Int64(bitPattern: key ^ 1 << 63) }
}
