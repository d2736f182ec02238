internal import Datasets
public import Learning

/// Divides numbers by their greatest magnitude, so that they lie between -1 and 1.
///
/// Zeros stay zeros, so sparse vectors stay sparse; a column of zeros stays as it is, as in Spark.
/// Missing values and NaN are left out of the figures and stay.
public struct MaxAbsScaler: ColumnwiseStage, AffineScaler {
  @Setting("columns of numbers or vectors", spark: "inputCol")
  public var inputs: [String] = []
  @Setting("names for the new columns", spark: "outputCol")
  public var outputs: [String] = []

  public init() {}

  public static let name = "max-abs-scaler"
  public static let summary = "divides numbers by their greatest magnitude"
  public static let suffix = "_scaled"
  public static var example: Self { Self { $0.inputs = ["age", "counts"] } }

  var makesDense: Bool { false }

  public func outline(_ binder: inout Binder) throws { try outlineColumns(&binder) }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    try learning(fromMoments: &binder, squares: false) { moment in
      let most = max(-moment.least, moment.greatest)
      return AffineMap(subtrahend: 0, factor: most == 0 ? 1 : reciprocal(most), addend: 0)
    }
  }
}
