/// Distributions of test statistics: how probable a value as large, or as small, is by chance.
///
/// Each answers for both tails on its own, so that a tail of 1e-200 has all its digits, and gives
/// the same bits on every machine. NaN gives NaN.
public struct ChiSquared: Sendable {
  public let degrees: Double

  /// - Parameter degrees: of freedom, above 0.
  public init(degrees: Double) { self.degrees = degrees }

  /// The probability of a value of at most x.
  public func cumulative(_ x: Double) -> Double { tails(x).lower }
  /// The probability of a value above x.
  public func upperTail(_ x: Double) -> Double { tails(x).upper }

  private func tails(_ x: Double) -> (lower: Double, upper: Double) {
    SpecialFunctions.incompleteGamma(degrees / 2, x.isNaN ? x : max(0, x) / 2)
  }
}

/// The distribution of the ratio of two variances (Fisher and Snedecor).
public struct FDistribution: Sendable {
  public let numeratorDegrees: Double
  public let denominatorDegrees: Double

  /// - Parameters:
  ///   - numeratorDegrees: of freedom, above 0.
  ///   - denominatorDegrees: of freedom, above 0.
  public init(numeratorDegrees: Double, denominatorDegrees: Double) {
    self.numeratorDegrees = numeratorDegrees
    self.denominatorDegrees = denominatorDegrees
  }

  /// The probability of a value of at most x.
  public func cumulative(_ x: Double) -> Double { tails(x).lower }
  /// The probability of a value above x.
  public func upperTail(_ x: Double) -> Double { tails(x).upper }

  private func tails(_ x: Double) -> (lower: Double, upper: Double) {
    if x.isNaN { return (x, x) }
    if x <= 0 { return (0, 1) }
    if x == .infinity { return (1, 0) }
    // So far out that products may overflow, the tail falls by a power of x.
    let (near, far) = x > 1e290 ? (1e290, x / 1e290) : (x, 1)
    let sum = numeratorDegrees * near + denominatorDegrees
    let beta = SpecialFunctions.incompleteBeta(
      denominatorDegrees / 2, numeratorDegrees / 2, x: denominatorDegrees / sum,
      y: numeratorDegrees * near / sum,
      gap: numeratorDegrees / 2 * denominatorDegrees * ((1 - near) / sum))
    let fall = far == 1 ? 1 : Portable.exp(-denominatorDegrees / 2 * Portable.log(far))
    return (beta.upper, beta.lower * fall)
  }
}

/// The distribution of a mean over its standard error (Student).
public struct StudentT: Sendable {
  public let degrees: Double

  /// - Parameter degrees: of freedom, above 0.
  public init(degrees: Double) { self.degrees = degrees }

  /// The probability of a value of at most x.
  public func cumulative(_ x: Double) -> Double { upperTail(-x) }

  /// The probability of a value above x.
  public func upperTail(_ x: Double) -> Double {
    let half = twoSided(x) / 2
    return x < 0 ? 1 - half : half
  }

  /// The probability of a value at least as far from 0 as x.
  public func twoSided(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x.isInfinite { return 0 }
    // The square of such a value has an F distribution of 1 and `degrees`.
    let far = max(1, x.magnitude / 1e140)
    let near = x.magnitude / far
    let tail = FDistribution(numeratorDegrees: 1, denominatorDegrees: degrees)
      .upperTail(near * near)
    return far == 1 ? tail : tail * Portable.exp(-degrees * Portable.log(far))
  }
}
