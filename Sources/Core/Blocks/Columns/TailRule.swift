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
    let count = Double(rowCount)
    // The logarithm rises, so the larger of two is that of the smaller share.
    if self == .largest, skewSign != 0 {
      return 0 - Portable.log(Double(min(below, above)) / count)
    }
    let left = 0 - Portable.log(Double(below) / count)
    let right = 0 - Portable.log(Double(above) / count)
    let skewed = skewSign > 0 ? right : skewSign < 0 ? left : left + right
    return max(skewed, self == .largest ? max(left, right) : (left + right) / 2)
  }
}
