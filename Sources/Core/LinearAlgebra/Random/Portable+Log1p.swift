extension Portable {
  /// The natural logarithm of 1 + x, which keeps its digits where x is small; off by at most two
  /// units in the last place.
  ///
  /// Method: u = 1 + x is rounded, and what it lost, over u, is the first term that log u lacks.
  /// - Returns: -infinity for -1, NaN below and for NaN.
  @inlinable
  public static func log1p(_ x: Double) -> Double {
    let u = 1 + x
    // So small that log(1 + x) is x; a zero keeps its sign.
    if u == 1 { return x }
    guard u > 0, u < .infinity else { return log(u) }
    // The larger of 1 and x is taken away first, so that the rest is exact.
    let lost = x.magnitude < 1 ? x - (u - 1) : 1 - (u - x)
    return log(u) + lost / u
  }
}
