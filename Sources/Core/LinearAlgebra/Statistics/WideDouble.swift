/// A number as the unevaluated sum of two doubles, about 32 digits: for the few operations that
/// stand behind exact sums, where the difference of two large numbers is the result.
///
/// The same bits on every machine. Method: Dekker, "A floating-point technique for extending the
/// available precision", 1971, with fused products. No care is taken of overflow.
public struct WideDouble: Sendable, Equatable {
  public let high: Double
  public let low: Double

  public init(_ number: Double) { (high, low) = (number, 0) }

  /// The sum of two doubles.
  public init(_ high: Double, _ low: Double) {
    let sum = high + low
    let other = sum - high
    self.high = sum
    self.low = (high - (sum - other)) + (low - other)
  }

  /// The nearest double.
  public var rounded: Double { high }

  public static func + (a: Self, b: Self) -> Self {
    let sum = WideDouble(a.high, b.high)
    let rest = WideDouble(a.low, b.low)
    let upper = WideDouble(sum.high, sum.low + rest.high)
    return WideDouble(upper.high, upper.low + rest.low)
  }

  public static func - (a: Self, b: Self) -> Self { a + WideDouble(-b.high, -b.low) }

  public static func * (a: Self, b: Self) -> Self {
    let product = a.high * b.high
    let error = (-product).addingProduct(a.high, b.high)
    return WideDouble(product, error + (a.high * b.low + a.low * b.high))
  }

  public static func / (a: Self, b: Self) -> Self {
    let first = a.high / b.high
    let rest = a - b * WideDouble(first)
    let second = rest.high / b.high
    let last = rest - b * WideDouble(second)
    return WideDouble(first, second) + WideDouble(last.high / b.high)
  }
}
