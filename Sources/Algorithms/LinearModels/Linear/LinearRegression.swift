public import Blocks
public import Cluster
public import Learning
public import LinearAlgebra
internal import Platform

/// Predicts a number as an intercept plus a coefficient times each feature.
///
/// Makes `1/(2W) Σ w (y - x b - b₀)² + λ (α Σ sⱼ|bⱼ| + (1 - α)/2 Σ sⱼ² bⱼ²)` small, where w are the
/// weights of rows, W their sum, and the intercept b₀ is free: least squares with `lambda` 0, ridge
/// with `alpha` 0, lasso with `alpha` 1, elastic net between. With `standardization` (MLlib's
/// default) sⱼ is the standard deviation of feature j, otherwise 1; coefficients are always those of
/// the features as they came. With `loss` huber rows far off count by their distance, not its
/// square, beyond `epsilon` times a scale that is fitted as well (Huber, 1981):
/// `1/(2W) Σ w (σ + H(e/σ) σ)` and the price of squares.
///
/// A standard deviation here is that of MLlib's `l-bfgs` and of logistic regression, over n - 1 (with
/// weights: W - Σw² / W), whichever way leads to the solution; MLlib's solver `normal` has the one
/// over n, so that its two solvers disagree.
///
/// **Coming from scikit-learn**, with `standardization` off: of Lasso and ElasticNet, lambda is
/// `alpha` and alpha is `l1_ratio`; of Ridge and HuberRegressor, lambda is `alpha` / W.
/// **Coming from MLlib**, whose price of squares is also divided by the deviation σ of the label:
/// with r = `regParam`, e = `elasticNetParam` and f = 1, take lambda alpha = f r e and
/// lambda (1 - alpha) = f² r (1 - e) / σ. That is for `l-bfgs`; for `normal` (and `auto`) σ is over n,
/// and with standardization f² = (n - 1) / n. For huber lambda is r.
///
/// ```swift
/// let fit = try LinearRegression { $0.lambda = 0.1 }.fit(rows, inputs: [:], in: Session())
/// print(fit.model.coefficients, fit.model.intercept)
/// ```
///
/// Columns that repeat each other are named in the report; with no penalty the coefficients are the
/// shortest of all that fit best, as scikit-learn gives them. A column with one value gets 0.
///
/// Cost: one pass of (d + 1)² multiplications a row up to 4,096 features, then d³/3 in one thread of
/// rank 0, or coordinate descent for `alpha` above 0; beyond, one read of the data an iteration. The
/// sums of the pass are what each worker sends: (d + 1)² numbers. Huber reads the data some ten
/// times. Sums are in double whatever the precision of the rows.
public struct LinearRegression: Estimator {
  @Setting("strength of the penalty", in: 0..., spark: "regParam", sklearn: "alpha")
  public var lambda = 0.0
  @Setting(
    "share of the penalty on magnitudes: 0 ridge, 1 lasso", in: 0...1, spark: "elasticNetParam",
    sklearn: "l1_ratio")
  public var alpha = 0.0
  @Setting("fit an intercept", spark: "fitIntercept", sklearn: "fit_intercept")
  public var fitIntercept = true
  @Setting("penalise coefficients as if features had deviation 1", spark: "standardization")
  public var standardization = true
  @Setting("what an error costs", spark: "loss")
  public var loss = Loss.squaredError
  @Setting(
    "for loss huber: errors beyond this many scales count by their distance", in: Above(1.0),
    spark: "epsilon", sklearn: "epsilon")
  public var epsilon = 1.35
  @Setting("how coefficients are found", spark: "solver", sklearn: "solver")
  public var solver = Solver.auto
  @Setting("let no coefficient fall below 0", sklearn: "positive")
  public var nonNegative = false
  @Setting(
    "most rounds of methods that take rounds", in: 1..., spark: "maxIter", sklearn: "max_iter")
  public var maxIterations = 100
  @Setting("when such methods stop", in: Above(0.0), spark: "tol", sklearn: "tol")
  public var tolerance = 1e-6
  @Setting("find standard errors, t and p where nothing is penalised")
  public var standardErrors = true

  public init() {}

  public static let name = "linear-regression"
  public static let summary =
    "predicts a number from a sum over features (least squares, ridge, lasso, elastic net, Huber)"
  public static let target = Target.number
  public static let mustSettle = true
  public static let rowForms: RowForms = [.sparse, .coded]

  /// What an error costs.
  public enum Loss: String, CaseIterable, SettingValue {
    case squaredError = "squared-error"
    case huber
  }

  /// How coefficients are found.
  public enum Solver: String, CaseIterable, SettingValue {
    /// Normal up to 4,096 features, iterative beyond.
    case auto
    /// One pass for the products of all pairs of features, then a solve.
    case normal
    /// A pass for each step; no products of pairs.
    case iterative
  }

  /// The most features for which `auto` sums products of pairs, as MLlib.
  public static let normalLimit = 4096

  public func checkTogether() throws(SettingError) {
    guard loss == .huber else { return }
    if lambda > 0, alpha > 0 {
      throw SettingError(
        name: "alpha", requirement: "0 with loss huber, which knows no price of magnitudes",
        value: "\(alpha)")
    }
    if nonNegative {
      throw SettingError(
        name: "nonNegative", requirement: "false with loss huber", value: "\(nonNegative)")
    }
  }

  var penalty: LinearPenalty {
    LinearPenalty(lambda: lambda, alpha: alpha, isStandardized: standardization)
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func fit<Element: Scalar>(
    _ rows: BlockMatrix<Element>, inputs: [String: Matrix<Double>], in session: Session
  ) throws -> Fit<LinearRegressionModel> {
    try check()
    guard rows.columnCount > 0 else {
      throw Failure(
        .data, "there is no numeric column to learn from", hint: "name some with --features")
    }
    guard rows.rowCount > 0 else { throw Failure(.data, "there are no rows to learn from") }
    guard let label = rows.labelName else {
      throw Failure(.usage, "the rows have no label to learn", hint: "name one with --label")
    }
    let way = solver == .auto && rows.columnCount > Self.normalLimit ? .iterative : solver
    guard way != .iterative else {
      return try fitByPasses(rows, label: label, in: session)
    }
    return try fitByMoments(rows, label: label, in: session)
  }
}
