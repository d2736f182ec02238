public import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// The coefficients that linear regression found: predicts a number for a row.
///
/// A prediction is a chain that starts at the intercept and takes `fma(x, b, sum)` for each feature
/// in order, in double: the same bits for a row alone, in a batch, and without its zeros.
public struct LinearRegressionModel: Regressor {
  public static let kind = LinearRegression.name
  public static let formatVersion = 1

  public let featureNames: FeatureNames
  public let precision: Precision
  public let label: String
  /// One a feature, for features as they come.
  public let coefficients: [Double]
  /// 0 for a model without.
  public let intercept: Double
  /// Of loss huber, the scale σ of errors; nil of squared errors.
  public let scale: Double?
  /// How well it fits the rows that it was fitted on.
  public let statistics: FitStatistics
  /// Of each coefficient, then of the intercept if there is one.
  ///
  /// 0 where there is nothing to estimate: a column of one value, or one that others repeat (and the
  /// intercept then). Empty where none are known: with a penalty, or without products of pairs.
  public let standardErrors: [Double]
  public let takesSparseRows: Bool
  let settings: JSONValue
  private let chain: LinearChain

  init(
    featureNames: FeatureNames, precision: Precision, label: String, coefficients: [Double],
    intercept: Double, scale: Double?, statistics: FitStatistics, standardErrors: [Double],
    takesSparseRows: Bool, settings: JSONValue
  ) throws {
    guard (coefficients + [intercept]).allSatisfy(\.isFinite) else {
      throw Failure(
        .data, "a coefficient is beyond the range of numbers",
        hint: "look for extreme values, or scale the columns first")
    }
    self.featureNames = featureNames
    self.precision = precision
    self.label = label
    self.coefficients = coefficients
    self.intercept = intercept
    self.scale = scale
    self.statistics = statistics
    self.standardErrors = standardErrors
    self.takesSparseRows = takesSparseRows
    self.settings = settings
    chain = try LinearChain(coefficients, intercept: intercept)
  }

  public func predict<Element: Scalar>(_ rows: Matrix<Element>) -> [Column] {
    [Column(chain.values(rows).map { $0.isNaN ? nil : $0 })]
  }

  public func predict<Element: Scalar>(_ rows: SparseRows<Element>) -> [Column] {
    [Column(chain.values(rows).map { $0.isNaN ? nil : $0 })]
  }

  /// How sure a coefficient is; nil where that is not known.
  public func statistics(ofCoefficient place: Int) -> CoefficientStatistics? {
    guard coefficients.indices.contains(place) else { return nil }
    return statistics(of: coefficients[place], errorAt: place)
  }

  /// How sure the intercept is; nil where that is not known, or there is none.
  public var interceptStatistics: CoefficientStatistics? {
    statistics.hasIntercept ? statistics(of: intercept, errorAt: coefficients.count) : nil
  }

  private func statistics(of value: Double, errorAt place: Int) -> CoefficientStatistics? {
    guard standardErrors.indices.contains(place), statistics.degreesOfFreedom > 0 else {
      return nil
    }
    return CoefficientStatistics(
      value: value, standardError: standardErrors[place],
      degreesOfFreedom: Double(statistics.degreesOfFreedom))
  }
}

// MARK: What a person sees

extension LinearRegressionModel {
  public var summary: [SummaryLine] {
    var lines = [SummaryLine("label", label)]
    lines.append(SummaryLine("rows", "\(statistics.rowCount)"))
    if let rSquared = statistics.rSquared {
      let adjusted = statistics.adjustedRSquared.map { ", adjusted \(shown($0))" } ?? ""
      lines.append(SummaryLine("r2", "\(shown(rSquared))\(adjusted)"))
    }
    lines.append(SummaryLine("rmse", shown(statistics.rootMeanSquaredError)))
    if let scale { lines.append(SummaryLine("scale", shown(scale))) }
    if !standardErrors.isEmpty, let deviation = statistics.residualDeviation {
      lines.append(
        SummaryLine(
          "noise",
          "standard deviation \(shown(deviation)) on \(statistics.degreesOfFreedom) degrees of "
            + "freedom"))
      if let overall = statistics.overall {
        lines.append(SummaryLine("F", "\(shown(overall.f)), p \(shown(overall.p))"))
      }
    }
    if statistics.hasIntercept {
      lines.append(SummaryLine("intercept", text(intercept, interceptStatistics)))
    }
    let places = shownPlaces
    for place in places {
      lines.append(
        SummaryLine(
          featureNames[place], text(coefficients[place], statistics(ofCoefficient: place))))
    }
    if places.count < coefficients.count {
      lines.append(SummaryLine("...", "and \(coefficients.count - places.count) more features"))
    }
    return lines
  }

  /// All features, or of many those with coefficients of greatest magnitude.
  private var shownPlaces: [Int] {
    guard coefficients.count > 40 else { return Array(coefficients.indices) }
    let ranked = coefficients.indices.sorted {
      (-coefficients[$0].magnitude, $0) < (-coefficients[$1].magnitude, $1)
    }
    return ranked.prefix(40).sorted()
  }

  private func text(_ value: Double, _ statistics: CoefficientStatistics?) -> String {
    guard let statistics, let t = statistics.t, let p = statistics.p else { return shown(value) }
    let interval = statistics.interval()
    return "\(shown(value)), standard error \(shown(statistics.standardError)), t \(shown(t)), "
      + "p \(shown(p)), 95 % in \(shown(interval.lowerBound)) ... \(shown(interval.upperBound))"
  }
}

/// A number with six digits.
func shown(_ number: Double) -> String {
  guard number != 0, number.isFinite else { return numberText(number) }
  var (exponent, digits) = (0, number.magnitude)
  while digits >= 1e6 { (exponent, digits) = (exponent + 1, digits / 10) }
  while digits < 1e5 { (exponent, digits) = (exponent - 1, digits * 10) }
  // Read as a decimal, so that what is shown has no more digits than it should.
  guard let whole = Int(exactly: digits.rounded()), let value = Double("\(whole)e\(exponent)")
  else { return numberText(number) }
  return numberText(number < 0 ? -value : value)
}
