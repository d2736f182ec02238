public import LinearAlgebra

/// What a detector learned of its training rows: says of any row how strange it is beside them.
public protocol AnomalyKnowledge: Sendable {
  /// Whether the contributions of the features sum to the score, up to rounding; otherwise they are
  /// shares of what made the row strange, in the unit of the score.
  static var contributionsSumToScore: Bool { get }

  /// The score of each row; NaN for one that cannot be scored.
  ///
  /// Never depends on the other rows of the call, nor on how many there are.
  func scores<Element: Scalar>(of rows: RowBlock<Element>) -> [Double]

  /// How much each feature adds to the score: a row each, a column a feature.
  func contributions<Element: Scalar>(to rows: RowBlock<Element>) -> Matrix<Double>

  /// What each feature adds to the score of a row that is usual in it; nil for nothing. It is what
  /// explanations count from.
  var usualContributions: [Double]? { get }

  /// What a person wants to see of it, a line each.
  var summary: [SummaryLine] { get }

  /// Small values to store, none of them named `threshold`.
  var values: [JSONObject.Member] { get }
  /// Arrays to store.
  var tensors: [String: Tensor] { get }
  /// Takes back what was stored, trusting none of it.
  init(_ saved: SavedModel) throws
}

extension AnomalyKnowledge {
  public static var contributionsSumToScore: Bool { true }
  public var usualContributions: [Double]? { nil }
  public var values: [JSONObject.Member] { [] }
}
