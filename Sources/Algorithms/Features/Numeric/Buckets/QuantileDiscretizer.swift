internal import Cluster
internal import Datasets
internal import Frames
public import Learning
internal import Platform

/// Learns buckets that hold about as many numbers each, and puts numbers into them.
///
/// The ends are exact quantiles that are numbers of the data, with -inf and inf outside, as in Spark
/// with an error of 0: 0 to 9 in three buckets has the ends -inf, 3, 6, inf. Equal ends collapse;
/// the report says to how many buckets. Missing values and NaN are left out of the quantiles, and
/// handled as a `bucketizer` handles them. Cost: 8 bytes a number while it learns.
public struct QuantileDiscretizer: ColumnwiseStage {
  @Setting("columns of numbers", spark: "inputCols")
  public var inputs: [String] = []
  @Setting("names for the new columns", spark: "outputCols")
  public var outputs: [String] = []
  @Setting("how many buckets", in: 2..., spark: "numBuckets", sklearn: "n_bins")
  public var numBuckets = 2
  @Setting("buckets of each input, in place of numBuckets", in: 2..., spark: "numBucketsArray")
  public var numBucketsArray: [Int] = []
  @Setting("what to do with a NaN", spark: "handleInvalid")
  public var handleInvalid = InvalidRows.error
  @Setting(
    "how far off a quantile may be; ours are exact, whatever it says", in: 0...1,
    spark: "relativeError")
  public var relativeError = 0.0

  public init() {}

  public static let name = "quantile-discretizer"
  public static let summary = "puts numbers into buckets that hold about as many each"
  public static let suffix = "_bucket"
  public static var example: Self {
    Self {
      $0.inputs = ["age", "price"]
      $0.numBuckets = 4
    }
  }

  public var dropsRows: Bool { handleInvalid == .skip }

  public func checkTogether() throws(SettingError) {
    try checkColumns()
    guard numBucketsArray.isEmpty || numBucketsArray.count == inputs.count else {
      throw SettingError(
        name: "numBucketsArray", requirement: "as many as the \(inputs.count) inputs",
        value: numBucketsArray.settingText)
    }
  }

  public func outline(_ binder: inout Binder) throws { try outlineBuckets(&binder) }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    let columns = try inputs.map { name in
      _ = try binder.numbers(name)
      return try NumbersInput(name, &binder)
    }
    return .learn(
      OrderLearner(Self.name, columns) { values, report, session in
        var report = report
        let parts = try pairs.enumerated().map { place, pair in
          let wanted = numBucketsArray.isEmpty ? numBuckets : numBucketsArray[place]
          let found = try OrderStatistics.quantiles(
            (1..<wanted).map { Double($0) / Double(wanted) }, of: values[place], in: session)[0]
          if found.isEmpty { throw columns[place].withoutNumbers(0) }
          let splits = Self.ends(found)
          if splits.count - 1 < wanted {
            report.counts.append(.init("buckets of \(pair.input)", splits.count - 1))
            report.warnings.append(
              "'\(pair.input)' gets \(splits.count - 1) of \(wanted) buckets, since many of its "
                + "numbers are equal")
          }
          return BucketsStep.Part(input: pair.input, output: pair.output, splits: splits)
        }
        return Learned(
          BucketsStep(settings: document, parts: parts, handling: handleInvalid), report)
      })
  }

  /// The quantiles once each, between -inf and inf.
  static func ends(_ quantiles: [Double]) -> [Double] {
    var ends = [-Double.infinity]
    for quantile in quantiles where quantile > ends[ends.count - 1] { ends.append(quantile) }
    if ends[ends.count - 1] < .infinity { ends.append(.infinity) }
    return ends
  }
}
