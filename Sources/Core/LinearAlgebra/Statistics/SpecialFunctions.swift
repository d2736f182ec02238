/// The incomplete gamma and beta functions, each with its complement, to about 14 digits.
///
/// Tails keep their digits: what is small is never found as one less something near one. From the
/// same operations on every machine, like all of `Portable`.
///
/// Method: the factor in front of each series is a saddle point expansion (Loader, "Fast and
/// Accurate Computation of Binomial Probabilities", 2000), in which nothing large is taken away
/// from something large; behind it stand the power series or the continued fraction, whichever
/// converges (Press et al., "Numerical Recipes", 6.2 and 6.4). Cost: some 20 to 200 divisions, and
/// about the root of the parameters for large ones.
public enum SpecialFunctions {
  /// P(a, x) and Q(a, x) = 1 - P: how much of the gamma distribution of shape a lies below and
  /// above x.
  ///
  /// - Parameters:
  ///   - a: above 0.
  ///   - x: at least 0; may be infinite.
  /// - Returns: NaN for both where a parameter is outside of its range.
  public static func incompleteGamma(_ a: Double, _ x: Double) -> (lower: Double, upper: Double) {
    guard a > 0, a < .infinity, x >= 0 else { return (.nan, .nan) }
    if x == 0 { return (0, 1) }
    if x == .infinity { return (1, 0) }
    // x^a exp(-x) / Γ(a + 1)
    let front =
      Portable.exp(-deviance(a, x, by: x - a)) / ((2 * .pi * a).squareRoot() * gammaRatio(a))
    if x < a + 1 {
      let lower = front * gammaSeries(a, x)
      return (lower, 1 - lower)
    }
    let upper = front * a * gammaFraction(a, x)
    return (1 - upper, upper)
  }

  /// I_x(a, b) and its complement: how much of the beta distribution lies below and above x.
  ///
  /// - Parameters:
  ///   - a: above 0.
  ///   - b: above 0.
  ///   - x: from 0 to 1.
  ///   - y: 1 - x, which its caller may know better than from x.
  ///   - gap: b x - a y, likewise.
  /// - Returns: NaN for both where a parameter is outside of its range.
  public static func incompleteBeta(
    _ a: Double, _ b: Double, x: Double, y: Double? = nil, gap: Double? = nil
  ) -> (lower: Double, upper: Double) {
    let y = y ?? 1 - x
    guard a > 0, b > 0, a < .infinity, b < .infinity, x >= 0, y >= 0 else { return (.nan, .nan) }
    if x == 0 { return (0, 1) }
    if y == 0 { return (1, 0) }
    let gap = gap ?? (b * x - a * y)
    let sum = a + b
    // x^a y^b / B(a, b); (a + b) x is gap above a, and (a + b) y is gap below b.
    let front =
      Portable.exp(-(deviance(a, sum * x, by: gap) + deviance(b, sum * y, by: -gap)))
      * (a / (2 * .pi) * (b / sum)).squareRoot()
      * (gammaRatio(sum) / (gammaRatio(a) * gammaRatio(b)))
    if x * (sum + 2) < a + 1 {
      let lower = front * betaFraction(a, b, x, y, lead: -gap)
      return (lower, 1 - lower)
    }
    let upper = front * betaFraction(b, a, y, x, lead: gap)
    return (1 - upper, upper)
  }

  /// The logarithm of Γ(a) for a above 0, with an error of a few units in the last place of the
  /// greater of itself and 1.
  public static func logGamma(_ a: Double) -> Double {
    guard a > 0 else { return .nan }
    if a == .infinity { return a }
    if a >= shiftedBelow { return (a - 0.5) * Portable.log(a) - a + halfLogTwoPi + stirling(a) }
    // Γ(a) = Γ(a + n) / (a (a + 1) ... (a + n - 1))
    var (shifted, product) = (a, 1.0)
    while shifted < shiftedBelow {
      product *= shifted
      shifted += 1
    }
    return logGamma(shifted) - Portable.log(product)
  }

  // MARK: Factors in front

  private static var shiftedBelow: Double { 16 }
  private static var halfLogTwoPi: Double { 0.918_938_533_204_672_741_78 }

  /// a log(a / m) + m - a, without cancellation where m is near a.
  /// - Parameter difference: m - a.
  private static func deviance(_ a: Double, _ m: Double, by difference: Double) -> Double {
    guard difference.magnitude < 0.5 * (a + m) else { return a * Portable.log(a / m) + difference }
    // log(a / m) = -2 artanh v, of whose series the first term goes with m - a.
    let v = difference / (a + m)
    let square = v * v
    var (sum, power) = (difference * v, -2 * a * v)
    for odd in 1...60 {
      power *= square
      let next = sum + power / Double(2 * odd + 1)
      if next == sum { break }
      sum = next
    }
    return sum
  }

  /// Γ(a) over Stirling's √(2π / a) (a / e)^a; near 1 for large a.
  static func gammaRatio(_ a: Double) -> Double {
    if a >= shiftedBelow { return Portable.exp(stirling(a)) }
    var (shifted, product) = (a, 1.0)
    while shifted < shiftedBelow {
      product *= shifted
      shifted += 1
    }
    let powers = shifted * Portable.log(shifted) - shifted - a * Portable.log(a) + a
    return (a / shifted).squareRoot() * Portable.exp(powers + stirling(shifted)) / product
  }

  /// The logarithm of `gammaRatio` from 16 on: 1/(12a) - 1/(360a³) + ...
  private static func stirling(_ a: Double) -> Double {
    let w = 1 / (a * a)
    var sum = w * (1.0 / 156.0) - 691.0 / 360_360.0
    sum = w * sum + 1.0 / 1188.0
    sum = w * sum - 1.0 / 1680.0
    sum = w * sum + 1.0 / 1260.0
    sum = w * sum - 1.0 / 360.0
    return (w * sum + 1.0 / 12.0) / a
  }

  // MARK: Series and fractions

  /// What the rounds of a series or a fraction are limited to; each needs about the root of `a`.
  private static func roundLimit(_ a: Double) -> Int { 500 + Int(20 * min(a, 1e14).squareRoot()) }

  /// The sum of x^n over (a + 1)(a + 2)⋯(a + n) from n = 0 on.
  private static func gammaSeries(_ a: Double, _ x: Double) -> Double {
    var (sum, term, at) = (1.0, 1.0, a)
    for _ in 0..<roundLimit(a) {
      at += 1
      term *= x / at
      sum += term
      if term < sum * 0x1p-56 { break }
    }
    return sum
  }

  /// 1 / (x + 1 - a - 1(1 - a) / (x + 3 - a - 2(2 - a) / ...)), by Lentz's method.
  private static func gammaFraction(_ a: Double, _ x: Double) -> Double {
    let smallest = 0x1p-1000
    var b = x - a + 1
    var d = 1 / b
    var (c, fraction) = (1 / smallest, d)
    for round in 1...roundLimit(a) {
      let n = Double(round)
      let numerator = n * (a - n)
      b += 2
      d = numerator * d + b
      if d.magnitude < smallest { d = smallest }
      c = b + numerator / c
      if c.magnitude < smallest { c = smallest }
      d = 1 / d
      let factor = d * c
      fraction *= factor
      if (factor - 1).magnitude < 0x1p-53 { break }
    }
    return fraction
  }

  /// The continued fraction behind x^a y^b / B(a, b) in the form of Didonato and Morris ("Algorithm
  /// 708", 1992), which takes the difference of mean and x as given.
  /// - Parameter lead: a y - b x.
  private static func betaFraction(
    _ a: Double, _ b: Double, _ x: Double, _ y: Double, lead: Double
  ) -> Double {
    let (c, ratio, first) = (1 + lead, b / a, 1 + 1 / a)
    var (p, s) = (1.0, a + 1)
    // Numerators and denominators of the last two convergents.
    var (lastTop, lastBottom, top, bottom) = (0.0, 1.0, 1.0, c / first)
    var value = first / c
    for round in 1...roundLimit(max(a, b)) {
      let n = Double(round)
      let t = n / a
      let w = n * (b - n) * x
      let e = a / s
      let alpha = p * (p + ratio) * e * e * (w * x)
      let beta = n + w / s + (t + 1) / (first + t + t) * (c + n * (y + 1))
      p = t + 1
      s += 2
      (lastTop, top) = (top, alpha * lastTop + beta * top)
      (lastBottom, bottom) = (bottom, alpha * lastBottom + beta * bottom)
      let next = top / bottom
      if (next - value).magnitude <= 0x1p-52 * next { return next }
      value = next
      lastTop /= bottom
      lastBottom /= bottom
      top = value
      bottom = 1
    }
    return value
  }
}
