public import Frames
public import LinearAlgebra

/// A model of how strange a row is: higher scores are stranger.
///
/// Its outputs are `anomaly_score` and, where it has a threshold, `is_anomaly`.
public protocol AnomalyModel: Model {
  /// From which score on a row is called an anomaly; nil where no share was asked for.
  var threshold: AnomalyThreshold? { get }

  /// The same model with another threshold.
  func with(threshold: AnomalyThreshold?) -> Self

  /// Whether the contributions of the features sum to the score, up to rounding; otherwise they are
  /// shares of what made the row strange, in the unit of the score.
  var contributionsSumToScore: Bool { get }

  /// The score of each row; NaN for one that cannot be scored.
  ///
  /// Never depends on the other rows of the call, nor on how many there are.
  func scores<Element: Scalar>(of rows: RowBlock<Element>) -> [Double]

  /// How much each feature adds to the score: a row each, a column a feature.
  func contributions<Element: Scalar>(to rows: RowBlock<Element>) -> Matrix<Double>

  /// What each feature adds to the score of a row that is usual in it; nil for nothing.
  var usualContributions: [Double]? { get }
}

extension AnomalyModel {
  public var usualContributions: [Double]? { nil }

  public var outputs: [Schema.Field] {
    [Schema.Field("anomaly_score", .float64)]
      + (threshold == nil ? [] : [Schema.Field("is_anomaly", .bool)])
  }

  public func predict<Element: Scalar>(_ rows: Matrix<Element>) -> [Column] {
    let scores = rows.withRows { self.scores(of: $0) }
    let known = scores.map { $0.isNaN ? nil : $0 }
    var columns = [Column(known)]
    if let threshold {
      columns.append(Column(known.map { $0.map { threshold.isReached(by: $0) } }))
    }
    return columns
  }
}
