public import LinearAlgebra
internal import Platform

/// Predicted labels beside the true ones, to be judged.
///
/// ```swift
/// let judged = try ClassificationEvaluation(labels: wasSick, scores: risk)
/// let report = try judged.report()
/// print(report[.auc], report[.logLoss], report["recall[true]"]?.value ?? .nan)
/// ```
/// Every figure is exact in the sense that neither the order of the rows nor workers nor threads show
/// in it: what is added is added without rounding, what needs an order is sorted, ties and all. Cost:
/// 8 bytes a row and probability; about 0.2 µs a row on each worker, and for the areas under curves
/// 0.1 µs a row and label on worker 0.
public struct ClassificationEvaluation: Sendable {
  /// What the rows of this worker are labelled, and what was predicted.
  var labels = LabelCodes()
  var predictions = LabelCodes()
  /// The labels that there are probabilities of.
  var scored: [ClassLabel] = []
  /// Their probabilities, row by row.
  var scores: [Double] = []
  /// The labels that a model knows, in its order; empty where nobody said.
  var known: [ClassLabel] = []
  /// One a row; nil where all weigh the same.
  var weights: [Double]?
  /// Which of two labels is the positive one, unless the options say.
  var positive: ClassLabel?

  var rowCount: Int { labels.codes.count }

  init() {}

  /// Two labels, and a score that is higher the more probable `true` is.
  /// - Parameters:
  ///   - threshold: above which `true` is predicted.
  ///   - weights: what each row counts; nil for 1.
  public init(
    labels: [Bool], scores: [Double], threshold: Double = 0.5, weights: [Double]? = nil
  ) throws {
    func label(_ value: Bool) -> ClassLabel { .text(value ? "true" : "false") }
    self.labels = LabelCodes(labels.map { label($0) })
    predictions = LabelCodes(scores.map { label($0 > threshold) })
    scored = [label(true)]
    self.scores = scores
    known = [label(false), label(true)]
    self.weights = weights
    try check()
  }

  /// Any labels, and what was predicted.
  /// - Parameters:
  ///   - probabilities: a row for each row, a column for each of `classes`.
  ///   - classes: the labels that the probabilities are of, or that a model knows, in its order.
  ///   - weights: what each row counts; nil for 1.
  public init(
    labels: [ClassLabel], predictions: [ClassLabel], probabilities: Matrix<Double>? = nil,
    classes: [ClassLabel] = [], weights: [Double]? = nil
  ) throws {
    self.labels = LabelCodes(labels)
    self.predictions = LabelCodes(predictions)
    known = classes
    if let probabilities {
      guard probabilities.columnCount == classes.count, probabilities.rowCount == labels.count
      else {
        throw Failure(
          .data,
          "\(probabilities.rowCount) rows of \(probabilities.columnCount) probabilities for "
            + "\(labels.count) rows of \(classes.count) classes")
      }
      scored = classes
      scores = probabilities.elements
    }
    self.weights = weights
    try check()
  }

  private func check() throws {
    guard predictions.codes.count == rowCount, weights.map({ $0.count == rowCount }) ?? true,
      scores.count == rowCount * scored.count
    else {
      throw Failure(
        .data,
        "\(rowCount) labels, \(predictions.codes.count) predictions, \(scores.count) scores"
          + (weights.map { " and \($0.count) weights" } ?? ""))
    }
    guard Set(known).count == known.count else {
      throw Failure(.data, "a label stands twice among the classes")
    }
    if let row = scores.firstIndex(where: { $0.isNaN }) {
      throw Failure(.data, "score \(row) is no number")
    }
    try Self.check(weights)
  }

  static func check(_ weights: [Double]?) throws {
    guard let weights, let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) })
    else { return }
    throw Failure(.data, "weight \(row) is \(weights[row]): a weight is a number of at least 0")
  }
}

extension ClassLabel: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  public init(stringLiteral text: String) { self.init(text) }
  public init(integerLiteral code: Int) { self = .code(code) }
}
