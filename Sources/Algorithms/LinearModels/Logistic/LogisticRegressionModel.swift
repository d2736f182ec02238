internal import Blocks
public import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// What a logistic regression found: for a row the probability of each class.
///
/// A row's score is one chain of products in an order of its own, the same for one row and a batch,
/// with its zeros or by its entries. The prediction is the class of the largest probability, or of
/// the largest over its threshold; of two classes the second where its probability is above the
/// threshold.
public struct LogisticRegressionModel: Classifier {
  public static let kind = LogisticRegression.name
  public static let formatVersion = 1

  public let featureNames: FeatureNames
  public let precision: Precision
  public let label: String
  public let classes: Classes
  /// One row for two classes, whose score is that of the second; else one row a class.
  public let coefficients: Matrix<Double>
  /// One a row of coefficients.
  public let intercepts: [Double]
  /// By what probabilities are divided before the largest wins; nil: by nothing.
  public let thresholds: [Double]?
  /// The weight of the penalty it was fitted with.
  public let lambda: Double
  /// What the training rows cost, the penalty among it.
  public let objective: Double
  /// Of the coefficients and, behind, of the intercept; NaN for a column of one value.
  public let standardErrors: [Double]?
  public let takesSparseRows: Bool
  let hasIntercept: Bool
  let settings: JSONValue
  private let scorer: ClassScorer

  init(
    featureNames: FeatureNames, precision: Precision, settings: JSONValue, label: String,
    classes: Classes, coefficients: Matrix<Double>, intercepts: [Double], thresholds: [Double]?,
    hasIntercept: Bool, isSparse: Bool, lambda: Double, objective: Double,
    standardErrors: [Double]?
  ) throws {
    self.featureNames = featureNames
    self.precision = precision
    self.settings = settings
    self.label = label
    self.classes = classes
    self.coefficients = coefficients
    self.intercepts = intercepts
    self.thresholds = thresholds
    self.hasIntercept = hasIntercept
    takesSparseRows = isSparse
    self.lambda = lambda
    self.objective = objective
    self.standardErrors = standardErrors
    scorer = try ClassScorer(coefficients: coefficients, intercepts: intercepts)
  }

  public func start(for input: String) -> Matrix<Double>? {
    guard input == "initialCoefficients" else { return nil }
    let width = coefficients.columnCount + (hasIntercept ? 1 : 0)
    return Matrix(
      rowCount: coefficients.rowCount, columnCount: width,
      elements: (0..<coefficients.rowCount).flatMap {
        coefficients.row($0) + (hasIntercept ? [intercepts[$0]] : [])
      })
  }

  /// Label and probabilities of each row; a row without numbers for all features gets neither.
  public func predict<Element: Scalar>(_ rows: Matrix<Element>) -> [Column] {
    columns(scorer.probabilities(rows))
  }

  public func predict<Element: Scalar>(_ rows: SparseRows<Element>) -> [Column] {
    columns(scorer.probabilities(rows))
  }

  private func columns(_ found: ClassScorer.Probabilities) -> [Column] {
    let chosen = (0..<found.count).map { row in
      found.values[row].isNaN
        ? Int32(-1)
        : Int32(choice { found.values[$0 * found.count + row] })
    }
    return [classes.column(chosen)]
      + (0..<classes.count).map { place in
        Column(found.column(place).map { $0.isNaN ? nil : $0 })
      }
  }

  /// Which class is predicted.
  private func choice(_ probability: (Int) -> Double) -> Int {
    guard let thresholds else {
      var best = 0
      for place in 1..<classes.count where probability(place) > probability(best) { best = place }
      return best
    }
    if classes.count == 2 {
      return probability(1) > thresholds[1] / (thresholds[0] + thresholds[1]) ? 1 : 0
    }
    func share(_ place: Int) -> Double {
      let probability = probability(place)
      return probability == 0 ? 0 : probability / thresholds[place]
    }
    var best = 0
    for place in 1..<classes.count where share(place) > share(best) { best = place }
    return best
  }
}
