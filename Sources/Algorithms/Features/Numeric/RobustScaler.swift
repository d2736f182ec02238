internal import Datasets
public import Learning
internal import Platform

/// Scales numbers by the distance of two quantiles, and moves them to median 0 where asked, so that
/// outliers do not matter.
///
/// Quantiles are numbers of the data, not between two of them, as in Spark with an error of 0: of
/// 10, 20, 60 the quartiles are 10 and 60 (scikit-learn interpolates: 15 and 40). What has equal
/// quantiles becomes 0, as in Spark, and the report says so. Missing values and NaN are left out and
/// stay.
public struct RobustScaler: ColumnwiseStage, AffineScaler {
  @Setting("columns of numbers or vectors", spark: "inputCol")
  public var inputs: [String] = []
  @Setting("names for the new columns", spark: "outputCol")
  public var outputs: [String] = []
  @Setting("the lower quantile", in: 0...1, spark: "lower", sklearn: "quantile_range[0]")
  public var lower = 0.25
  @Setting("the upper quantile", in: 0...1, spark: "upper", sklearn: "quantile_range[1]")
  public var upper = 0.75
  @Setting(
    "move to median 0; sparse vectors become dense", spark: "withCentering",
    sklearn: "with_centering")
  public var withCentering = false
  @Setting("divide by the distance of the quantiles", spark: "withScaling", sklearn: "with_scaling")
  public var withScaling = true
  @Setting(
    "how far off a quantile may be; ours are exact, whatever it says", in: 0...1,
    spark: "relativeError")
  public var relativeError = 0.0

  public init() {}

  public static let name = "robust-scaler"
  public static let summary = "divides numbers by the distance of two quantiles"
  public static let suffix = "_scaled"
  public static var example: Self {
    Self {
      $0.inputs = ["price", "point"]
      $0.withCentering = true
    }
  }

  var makesDense: Bool { withCentering }

  public func checkTogether() throws(SettingError) {
    try checkColumns()
    guard lower < upper else {
      throw SettingError(name: "lower", requirement: "below upper", value: lower.settingText)
    }
  }

  public func outline(_ binder: inout Binder) throws { try outlineColumns(&binder) }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    let inputs = try inputs.map { try NumbersInput($0, &binder) }
    let (withCentering, withScaling) = (withCentering, withScaling)
    let probabilities = [lower, 0.5, upper]
    return .learn(
      OrderLearner(Self.name, inputs) { values, report, session in
        let found = try OrderStatistics.quantiles(
          probabilities, of: values.flatMap { $0 }, in: session)
        var (report, next) = (report, 0)
        let maps = try inputs.map { input in
          try (0..<input.width).map { variable in
            defer { next += 1 }
            guard found[next].count == 3 else { throw input.withoutNumbers(variable) }
            let (low, middle, high) = (found[next][0], found[next][1], found[next][2])
            guard withScaling ? low.isFinite && high.isFinite : true,
              withCentering ? middle.isFinite : true
            else {
              throw Failure(
                .data, "a quantile of '\(input.name(of: variable))' is infinite",
                hint: "leave rows with infinite numbers out with --where")
            }
            return AffineMap(
              subtrahend: withCentering ? middle : 0,
              factor: withScaling ? (high > low ? reciprocal(high - low) : 0) : 1, addend: 0)
          }
        }
        report.noteConstants(inputs, maps)
        return Learned(try step(inputs, maps), report)
      })
  }
}
