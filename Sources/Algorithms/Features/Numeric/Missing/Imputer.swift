internal import Cluster
internal import Datasets
internal import Frames
public import Learning
internal import Platform

/// What stands in for a missing number.
public enum ImputerStrategy: String, CaseIterable, SettingValue {
  /// The mean of the numbers that are there.
  case mean
  /// Their lower median, a number of the data.
  case median
  /// The most frequent of them, the smallest of those equally frequent.
  case mode
  /// A given number.
  case constant
}

/// Puts a number where one is missing: the mean, median or mode of the column, or a constant.
///
/// Both a missing value and a NaN count as missing; with `missingValue` that number does, and NaN
/// stays, as in Spark. A column keeps its type: in one of whole numbers the fill is cut to a whole
/// number, as in Spark, and the report warns. True and false become 1 and 0. A column without any
/// number is refused.
/// `withIndicator` adds a column for each, 1 where a number was missing and 0 elsewhere.
public struct Imputer: ColumnwiseStage {
  @Setting("columns of numbers", spark: "inputCols")
  public var inputs: [String] = []
  @Setting("names for the new columns", spark: "outputCols")
  public var outputs: [String] = []
  @Setting("what stands in for a missing number", spark: "strategy", sklearn: "strategy")
  public var strategy = ImputerStrategy.mean
  @Setting(
    "a number that counts as missing; none: NaN does", spark: "missingValue",
    sklearn: "missing_values")
  public var missingValue: Double? = nil
  @Setting("the number of strategy constant", sklearn: "fill_value")
  public var fillValue = 0.0
  @Setting("add columns of 0 and 1 that say what was missing", sklearn: "add_indicator")
  public var withIndicator = false
  @Setting(
    "how far off a median may be; ours are exact, whatever it says", in: 0...1,
    spark: "relativeError")
  public var relativeError = 0.0

  public init() {}

  public static let name = "imputer"
  public static let summary = "puts a number where one is missing"
  public static let suffix = "_imputed"
  /// What is put behind the name of an input to name its indicator.
  public static let indicatorSuffix = "_missing"
  public static var example: Self {
    Self {
      $0.inputs = ["visits", "age"]
      $0.withIndicator = true
    }
  }

  public func checkTogether() throws(SettingError) {
    try checkColumns()
    guard strategy == .constant || fillValue == 0 else {
      throw SettingError(
        name: "fillValue", requirement: "left out unless strategy is constant",
        value: fillValue.settingText)
    }
  }

  public func outline(_ binder: inout Binder) throws {
    try check()
    for (input, output) in pairs {
      _ = try binder.numbers(input)
      _ = try binder.addNumbers(output, FilledColumns.type(of: try binder.field(input)))
      if withIndicator { _ = try binder.addNumbers(input + Self.indicatorSuffix) }
    }
  }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    let columns = try inputs.map { name in
      _ = try binder.numbers(name)
      return try NumbersInput(name, &binder)
    }
    let types = try inputs.map { FilledColumns.type(of: try binder.field($0)) }
    switch strategy {
    case .constant:
      let (step, report) = filling(columns.map { _ in fillValue }, types, FitReport())
      // Nothing to learn, and nothing to warn of unless the constant is cut.
      return report.warnings.isEmpty
        ? .ready(step)
        : .learn(OrderLearner(Self.name, []) { _, _, _ in Learned(step, report) })
    case .mean:
      return .learn(
        FillLearner(Self.name, columns, missingValue) { means, report in
          let (step, report) = filling(means, types, report)
          return Learned(step, report)
        })
    case .median, .mode:
      return .learn(
        OrderLearner(Self.name, columns, missingValue: missingValue) { values, report, session in
          let values = values.map { $0[0] }
          let found =
            strategy == .median
            ? try OrderStatistics.quantiles([0.5], of: values, in: session).map(\.first)
            : try OrderStatistics.modes(of: values, in: session)
          let fills = try zip(columns, found).map { column, fill in
            guard let fill else { throw column.withoutNumbers(0) }
            return fill
          }
          let (step, report) = filling(fills, types, report)
          return Learned(step, report)
        })
    }
  }

  private func filling(
    _ fills: [Double], _ types: [ColumnType], _ report: FitReport
  ) -> (FilledColumns, FitReport) {
    var report = report
    let parts = pairs.enumerated().map { place, pair in
      let fill = FilledColumns.fitted(fills[place], types[place])
      if fill != fills[place], types[place] != .float32 {
        report.warnings.append(
          "'\(pair.input)' has whole numbers: its fill \(numberText(fills[place])) becomes "
            + numberText(fill))
      }
      return FilledColumns.Part(
        input: pair.input, output: pair.output,
        indicator: withIndicator ? pair.input + Self.indicatorSuffix : nil, type: types[place],
        fill: fill)
    }
    return (
      FilledColumns(settings: document, parts: parts, missingValue: missingValue), report
    )
  }
}
