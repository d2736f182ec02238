public import Learning
internal import Platform

/// Puts numbers into buckets with given ends: the number of its bucket stands for a number.
///
/// A bucket includes its lower end, the last one its upper end too. What lies outside of all is an
/// error, as in Spark: ends of -inf and inf leave nothing outside. A NaN is handled by
/// `handleInvalid`: `keep` gives it a bucket behind the others. What is missing stays missing, as in
/// Spark, or with `skip` takes its row out.
public struct Bucketizer: ColumnwiseStage {
  @Setting("columns of numbers", spark: "inputCols")
  public var inputs: [String] = []
  @Setting("names for the new columns", spark: "outputCols")
  public var outputs: [String] = []
  @Setting("the ends of the buckets of all inputs", spark: "splits")
  public var splits: Splits = []
  @Setting("the ends of the buckets of each input, in place of splits", spark: "splitsArray")
  public var splitsArray: [Splits] = []
  @Setting("what to do with a NaN", spark: "handleInvalid")
  public var handleInvalid = InvalidRows.error

  public init() {}

  public static let name = "bucketizer"
  public static let summary = "puts numbers into buckets with given ends"
  public static let suffix = "_bucket"
  public static var example: Self {
    Self {
      $0.inputs = ["age", "visits"]
      $0.splits = [-.infinity, 10, 30, .infinity]
    }
  }

  public var dropsRows: Bool { handleInvalid == .skip }

  public func checkTogether() throws(SettingError) {
    try checkColumns()
    guard splitsArray.isEmpty || splitsArray.count == inputs.count else {
      throw SettingError(
        name: "splitsArray", requirement: "as many as the \(inputs.count) inputs",
        value: splitsArray.settingText)
    }
    for splits in splitsArray.isEmpty ? [splits] : splitsArray where splits.values.isEmpty {
      throw SettingError(
        name: splitsArray.isEmpty ? "splits" : "splitsArray", requirement: Splits.requirement,
        value: "")
    }
  }

  public func outline(_ binder: inout Binder) throws { try outlineBuckets(&binder) }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    let parts = pairs.enumerated().map { place, pair in
      BucketsStep.Part(
        input: pair.input, output: pair.output,
        splits: (splitsArray.isEmpty ? splits : splitsArray[place]).values)
    }
    return .ready(BucketsStep(settings: document, parts: parts, handling: handleInvalid))
  }
}
