internal import LinearAlgebra

/// What the place of a number among those of its column adds to a score.
///
/// With L and R the shares of rows that have at most and at least this number, U = -log L and
/// V = -log R; and S is the one of the longer tail: V of a column skewed to the right, U of one
/// skewed to the left, both together where the third central moment is 0.
public enum TailRule: Sendable {
  /// The largest of U, V and S.
  case largest
  /// The mean of U and V, or S where that is more.
  case average

  @inline(__always)
  func term(below: Int32, above: Int32, of rowCount: Int32, skewSign: Int) -> Double {
    term(below: below, above: above, skewSign: skewSign) { Self.rarity(of: $0, among: rowCount) }
  }

  /// The same, from the rarity of any number of the column's rows.
  @inline(__always)
  func term(below: Int32, above: Int32, skewSign: Int, rarity: (Int32) -> Double) -> Double {
    // The logarithm rises, so the larger of two is that of the smaller share.
    if self == .largest, skewSign != 0 { return rarity(min(below, above)) }
    let (left, right) = (rarity(below), rarity(above))
    let skewed = skewSign > 0 ? right : skewSign < 0 ? left : left + right
    return max(skewed, self == .largest ? max(left, right) : (left + right) / 2)
  }

  /// The negative logarithm of a share of rows.
  @inline(__always)
  static func rarity(of count: Int32, among rowCount: Int32) -> Double {
    0 - Portable.log(Double(count) / Double(rowCount))
  }
}
