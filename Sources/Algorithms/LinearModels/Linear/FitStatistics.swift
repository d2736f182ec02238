internal import LinearAlgebra

/// How well a linear model fits the rows that it was fitted on.
public struct FitStatistics: Codable, Sendable, Equatable {
  /// Rows whose weight is above 0.
  public internal(set) var rowCount: Int
  public internal(set) var weightSum: Double
  /// Σ w (y - prediction)².
  public internal(set) var squaredError: Double
  /// Σ w (y - ȳ)², or Σ w y² of a model without an intercept.
  public internal(set) var squaredSpread: Double
  /// How many coefficients the rows determine, the intercept not among them.
  public internal(set) var rank: Int
  public internal(set) var hasIntercept: Bool

  /// The root of the mean squared error.
  public var rootMeanSquaredError: Double { (squaredError / weightSum).squareRoot() }

  /// The part of the spread that the model explains; nil where the label does not vary.
  public var rSquared: Double? { squaredSpread > 0 ? 1 - squaredError / squaredSpread : nil }

  /// Rows that are left over to judge by.
  public var degreesOfFreedom: Int { rowCount - rank - (hasIntercept ? 1 : 0) }

  /// The same, paid for with each coefficient.
  public var adjustedRSquared: Double? {
    guard let rSquared, degreesOfFreedom > 0 else { return nil }
    let free = Double(rowCount - (hasIntercept ? 1 : 0))
    return 1 - (1 - rSquared) * free / Double(degreesOfFreedom)
  }

  /// The standard deviation of the noise; nil without rows to judge by.
  public var residualDeviation: Double? {
    degreesOfFreedom > 0 ? (squaredError / Double(degreesOfFreedom)).squareRoot() : nil
  }

  /// The F statistic of all coefficients together, and how probable one as large is by chance.
  public var overall: (f: Double, p: Double)? {
    guard rank > 0, degreesOfFreedom > 0, squaredSpread > 0, squaredError > 0 else { return nil }
    let (mine, rest) = (Double(rank), Double(degreesOfFreedom))
    let f = (squaredSpread - squaredError) / mine / (squaredError / rest)
    let law = FDistribution(numeratorDegrees: mine, denominatorDegrees: rest)
    return (f, law.upperTail(f))
  }
}

/// How sure a coefficient is.
public struct CoefficientStatistics: Sendable, Equatable {
  public let value: Double
  public let standardError: Double
  public let degreesOfFreedom: Double

  /// The coefficient over its standard error; nil where that is 0.
  public var t: Double? { standardError > 0 ? value / standardError : nil }

  /// How probable a t as far from 0 is if the coefficient were 0.
  public var p: Double? { t.map { StudentT(degrees: degreesOfFreedom).twoSided($0) } }

  /// The interval that covers the coefficient with the given probability.
  public func interval(_ probability: Double = 0.95) -> ClosedRange<Double> {
    let reach = standardError * StudentT(degrees: degreesOfFreedom).reach(probability)
    return value - reach...value + reach
  }
}

extension StudentT {
  /// The x for which values in -x...x have the given probability.
  func reach(_ probability: Double) -> Double {
    let tail = 1 - probability
    var (low, high) = (0.0, 1.0)
    while twoSided(high) > tail, high < 1e300 { (low, high) = (high, high * 2) }
    // Halving to the last bit: some sixty steps.
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { return high }
      if twoSided(middle) > tail { low = middle } else { high = middle }
    }
  }
}
