internal import Frames
public import Learning
internal import Platform

/// Turns numbers into 1 where they are greater than a threshold, and into 0 elsewhere.
///
/// A NaN becomes 0, as in Spark. What is missing stays missing; Spark turns it into 0. Sparse
/// vectors stay sparse unless the threshold is negative.
public struct Binarizer: ColumnwiseStage, Transformer {
  @Setting("columns of numbers or vectors", spark: "inputCol")
  public var inputs: [String] = []
  @Setting("names for the new columns", spark: "outputCol")
  public var outputs: [String] = []
  @Setting("what a number must exceed", spark: "threshold", sklearn: "threshold")
  public var threshold = 0.0
  @Setting("a threshold for each input, in place of threshold", spark: "thresholds")
  public var thresholds: [Double] = []

  public init() {}

  public static let name = "binarizer"
  public static let summary = "turns numbers into 1 above a threshold, and 0 elsewhere"
  public static let suffix = "_binary"
  public static var example: Self {
    Self {
      $0.inputs = ["age", "visits", "point"]
      $0.threshold = 0.5
    }
  }

  public func checkTogether() throws(SettingError) {
    try checkColumns()
    guard thresholds.isEmpty || thresholds.count == inputs.count else {
      throw SettingError(
        name: "thresholds", requirement: "as many as the \(inputs.count) inputs",
        value: thresholds.settingText)
    }
  }

  public func bind(to binder: inout Binder) throws {
    for (place, (input, output)) in pairs.enumerated() {
      let threshold = thresholds.isEmpty ? threshold : thresholds[place]
      switch try NumbersInput(input, &binder).slot {
      case .number(let from):
        let to = try binder.addNumbers(output)
        binder.run { batch in
          let (source, target) = unsafe (batch[from].pointer, batch[to].pointer)
          for row in 0..<batch.rowCount {
            let number = unsafe source[row]
            unsafe target[row] = number > threshold ? 1 : number.isMissing ? number : 0
          }
        }
      case .vector(let from):
        let isSparse = from.isSparse && threshold >= 0
        let to = try binder.addVectors(
          output, width: from.width, isSparse: isSparse,
          slots: binder.field(input).metadata.slots)
        binder.run { batch in
          let (source, target) = (batch[from], batch[to])
          for row in 0..<batch.rowCount {
            if isSparse {
              source.forEachEntry(row) { if $1 > threshold { target.append($0, 1) } }
              target.endRow()
              continue
            }
            // Dense from sparse only where 0 exceeds the threshold.
            if from.isSparse { for index in 0..<to.width { target[row, index] = 1 } }
            source.forEachEntry(row) { target[row, $0] = $1 > threshold ? 1 : 0 }
          }
        }
      }
    }
  }
}
