internal import Datasets
public import Learning

/// Scales numbers by their standard deviation, and moves them to mean 0 where asked.
///
/// The deviation is that of a sample (n - 1), as in Spark; scikit-learn divides by n. What does not
/// vary becomes 0, as in Spark, and the report says so. Missing values and NaN are left out of the
/// figures and stay (in Spark one NaN makes a column NaN); an infinite number is refused. Sums are
/// exact, so that no order of rows shows in them.
public struct StandardScaler: ColumnwiseStage, AffineScaler {
  @Setting("columns of numbers or vectors", spark: "inputCol")
  public var inputs: [String] = []
  @Setting("names for the new columns", spark: "outputCol")
  public var outputs: [String] = []
  @Setting("move to mean 0; sparse vectors become dense", spark: "withMean", sklearn: "with_mean")
  public var withMean = false
  @Setting("divide by the standard deviation", spark: "withStd", sklearn: "with_std")
  public var withStd = true

  public init() {}

  public static let name = "standard-scaler"
  public static let summary = "divides numbers by their standard deviation, centred where asked"
  public static let suffix = "_scaled"
  public static var example: Self {
    Self {
      $0.inputs = ["age", "point"]
      $0.withMean = true
    }
  }

  var makesDense: Bool { withMean }

  public func outline(_ binder: inout Binder) throws { try outlineColumns(&binder) }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    let (withMean, withStd) = (withMean, withStd)
    return try learning(fromMoments: &binder, squares: withStd) { moment in
      AffineMap(
        subtrahend: withMean ? moment.mean : 0,
        factor: withStd ? (moment.deviation > 0 ? reciprocal(moment.deviation) : 0) : 1, addend: 0)
    }
  }
}
