internal import Datasets
public import Learning

/// Moves and scales numbers so that they lie between two ends.
///
/// What does not vary becomes the middle of the ends, as in Spark. Nothing is clipped: what is
/// beyond the numbers learned from lands beyond the ends. Missing values and NaN are left out of the
/// figures and stay. Sparse vectors become dense.
public struct MinMaxScaler: ColumnwiseStage, AffineScaler {
  @Setting("columns of numbers or vectors", spark: "inputCol")
  public var inputs: [String] = []
  @Setting("names for the new columns", spark: "outputCol")
  public var outputs: [String] = []
  @Setting("what the least number becomes", spark: "min", sklearn: "feature_range[0]")
  public var min = 0.0
  @Setting("what the greatest number becomes", spark: "max", sklearn: "feature_range[1]")
  public var max = 1.0

  public init() {}

  public static let name = "min-max-scaler"
  public static let summary = "moves and scales numbers so that they lie between two ends"
  public static let suffix = "_scaled"
  public static var example: Self { Self { $0.inputs = ["age", "visits", "point"] } }

  var makesDense: Bool { true }

  public func checkTogether() throws(SettingError) {
    try checkColumns()
    guard min < max else {
      throw SettingError(name: "min", requirement: "below max", value: min.settingText)
    }
  }

  public func outline(_ binder: inout Binder) throws { try outlineColumns(&binder) }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    let (low, high) = (min, max)
    return try learning(fromMoments: &binder, squares: false) { moment in
      // In this order of operations, which Spark has too.
      moment.least == moment.greatest
        ? AffineMap(subtrahend: 0, factor: 0, addend: (low + high) / 2)
        : AffineMap(
          subtrahend: moment.least, factor: (high - low) / (moment.greatest - moment.least),
          addend: low)
    }
  }
}
