/// What large coefficients cost: λ (α Σ sⱼ|bⱼ| + (1 - α)/2 Σ sⱼ² bⱼ²).
///
/// With `standardization` sⱼ is the standard deviation of column j (n - 1), as if the columns had been
/// scaled before; without, it is 1.
struct LinearPenalty: Sendable, Equatable {
  var lambda = 0.0
  var alpha = 0.0
  var isStandardized = true

  /// sⱼ of a column of the given standard deviation.
  func scale(deviation: Double) -> Double { isStandardized ? deviation : 1 }

  /// λ α, the price of magnitudes.
  var absolute: Double { lambda * alpha }
  /// λ (1 - α), twice the price of squares.
  var square: Double { lambda * (1 - alpha) }

  /// What some coefficients cost.
  func cost(of coefficients: [Double], deviations: [Double]) -> Double {
    guard lambda > 0 else { return 0 }
    return zip(coefficients, deviations).reduce(0) { sum, pair in
      let scaled = (scale(deviation: pair.1) * pair.0).magnitude
      return sum + absolute * scaled + 0.5 * square * scaled * scaled
    }
  }
}
