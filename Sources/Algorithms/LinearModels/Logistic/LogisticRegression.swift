public import Blocks
public import Cluster
public import Learning
public import LinearAlgebra
internal import Platform

/// Says how probable each class of a row is, from a linear score for each.
///
/// It makes the weighted mean of the log-loss small, plus lambda (alpha |w|₁ + (1 - alpha)/2 |w|²)
/// of the coefficients w; intercepts are free. Two classes have one score (binomial), more have one
/// each (multinomial, symmetric as in MLlib). scikit-learn's C is lambda = 1 / (C n), n the weight
/// of all rows, without standardisation. Labels may be numbers, texts or flags; probabilities come
/// out per label.
///
/// ```swift
/// let fit = try LogisticRegression { $0.lambda = 0.01 }.fit(rows, inputs: [:], in: Session())
/// print(fit.model.coefficients, fit.report.objective ?? 0)
/// ```
///
/// `standardization` is on by default as in MLlib: it concerns the penalty alone, which then does
/// not depend on the units of the columns; coefficients are of the columns as they are.
///
/// Method: L-BFGS whose first metric is the Hessian of some rows, drawn by their numbers, where there
/// are few features and nothing is constrained; beyond 512 dense features only where these tell of
/// each other, which pairs of rows say, and with the noise taken out. Else it is the diagonal of the
/// Hessian of all rows, renewed on the way; for sparse rows of two classes with the Hessian of a
/// sample for the 255 columns that most rows have, and the state cut into slices over the workers.
/// With a penalty on magnitudes OWL-QN, with bounds projections. It stops when the Newton decrement
/// is at most tolerance times the root of the objective: about the relative error of the
/// coefficients. A column of one value gets the coefficient 0. Refused: one class only.
///
/// Cost: one read of the data an iteration, most often four to ten with the Hessian of a sample; one
/// gradient sent by each worker; 16 bytes a row beside the data for two classes. Sparse rows of two
/// classes: two reads, 32 bytes a row, and from 131,072 columns on a second copy of the entries.
public struct LogisticRegression: Estimator {
  @Setting("weight of the penalty", in: 0..., spark: "regParam")
  public var lambda = 0.0
  @Setting(
    "part of the penalty on magnitudes; the rest is on squares", in: 0...1,
    spark: "elasticNetParam", sklearn: "l1_ratio")
  public var alpha = 0.0
  @Setting(
    "scikit-learn's inverse weight of the penalty, in place of lambda: lambda = 1 / (C n)",
    in: Above(0.0), sklearn: "C")
  public var c: Double? = nil
  @Setting(
    "whether there is an intercept", spark: "fitIntercept", sklearn: "fit_intercept")
  public var fitIntercept = true
  @Setting(
    "whether the penalty is on coefficients of columns of spread 1; with c off unless given",
    spark: "standardization")
  public var standardization = true
  @Setting("most iterations", in: 1..., spark: "maxIter", sklearn: "max_iter")
  public var maxIterations = 100
  @Setting(
    "relative error at which to stop", in: 0..., spark: "tol", sklearn: "tol")
  public var tolerance = 1e-6
  @Setting("whether rare classes count as much as frequent ones", sklearn: "class_weight")
  public var classWeight = ClassWeight.none
  @Setting(
    "one score for two classes, or one a class", spark: "family", sklearn: "multi_class")
  public var family = Family.auto
  @Setting(
    "the probability that the second of two classes must exceed to be predicted", in: 0...1,
    spark: "threshold")
  public var threshold: Double? = nil
  @Setting(
    "one a class: the class with the largest probability over threshold is predicted", in: 0...1,
    spark: "thresholds")
  public var thresholds: [Double] = []
  @Setting(
    "least coefficients: one for all, one a feature, or one a feature for each class",
    in: -1e300...1e300, spark: "lowerBoundsOnCoefficients")
  public var lowerBoundsOnCoefficients: [Double] = []
  @Setting(
    "greatest coefficients: one for all, one a feature, or one a feature for each class",
    in: -1e300...1e300, spark: "upperBoundsOnCoefficients")
  public var upperBoundsOnCoefficients: [Double] = []
  @Setting(
    "least intercepts: one for all, or one a class", in: -1e300...1e300,
    spark: "lowerBoundsOnIntercepts")
  public var lowerBoundsOnIntercepts: [Double] = []
  @Setting(
    "greatest intercepts: one for all, or one a class", in: -1e300...1e300,
    spark: "upperBoundsOnIntercepts")
  public var upperBoundsOnIntercepts: [Double] = []
  @Setting("whether to give standard errors of the coefficients; two classes, no penalty")
  public var standardErrors = false

  public init() {}

  public static let name = "logistic-regression"
  public static let summary = "says how probable each class is, from linear scores"
  public static let target = Target.classes
  public static let mustSettle = true
  public static let rowForms: RowForms = [.sparse, .coded]
  public static let inputs = [
    FitInput(
      "initialCoefficients",
      "coefficients to start from, one row a score, in the order of the features, and the "
        + "intercept behind")
  ]

  /// How classes count.
  public enum ClassWeight: String, CaseIterable, SettingValue {
    /// By their rows.
    case none
    /// All the same: a row counts n / (classes x rows of its class).
    case balanced
  }

  /// How many scores a row gets.
  public enum Family: String, CaseIterable, SettingValue {
    /// Binomial for two classes, multinomial for more.
    case auto
    /// One, for two classes.
    case binomial
    /// One a class.
    case multinomial
  }

  public func checkTogether() throws(SettingError) {
    if c != nil, $lambda.isGiven {
      throw SettingError(
        name: "c", requirement: "left out where lambda is given", value: c.settingText)
    }
    if threshold != nil, !thresholds.isEmpty {
      throw SettingError(
        name: "threshold", requirement: "left out where thresholds are given",
        value: threshold.settingText)
    }
    if !thresholds.isEmpty, thresholds.filter({ $0 == 0 }).count > 1 {
      throw SettingError(
        name: "thresholds", requirement: "above 0, but for one of them at most",
        value: thresholds.settingText)
    }
    if standardErrors, family == .multinomial || lambda > 0 || c != nil || isBounded {
      throw SettingError(
        name: "standardErrors",
        requirement: "off where there is a penalty, a bound, or one score a class",
        value: standardErrors.settingText)
    }
    if !fitIntercept, !(lowerBoundsOnIntercepts + upperBoundsOnIntercepts).isEmpty {
      throw SettingError(
        name: "fitIntercept", requirement: "true where intercepts have bounds", value: "false")
    }
  }

  var isBounded: Bool {
    !(lowerBoundsOnCoefficients + upperBoundsOnCoefficients + lowerBoundsOnIntercepts
      + upperBoundsOnIntercepts).isEmpty
  }

  /// Whether the penalty is on coefficients of columns of spread 1.
  var standardizes: Bool { c != nil && !$standardization.isGiven ? false : standardization }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func fit<Element: Scalar>(
    _ rows: BlockMatrix<Element>, inputs: [String: Matrix<Double>], in session: Session
  ) throws -> Fit<LogisticRegressionModel> {
    try check()
    let problem = try LogisticProblem(self, rows, start: inputs["initialCoefficients"], session)
    return try problem.fit()
  }
}
