internal import Cluster
internal import Frames
public import Learning
internal import Platform

/// Turns a code into a sparse vector with a 1 at its place.
///
/// The vectors' positions are named after the column that the codes were made of: `city=Lviv`. The
/// last category has no place of its own unless `dropLast` is false, so that the vectors do not add
/// up to 1. Of n categories come n - 1 numbers, with `keep` n: what is unseen or missing is then a
/// category behind the last.
///
/// Ours: a missing code is unseen (Spark gives a missing vector), and so is one with a fraction,
/// which Spark cuts off. Cost: none to fit where the codes have labels; otherwise one pass for the
/// largest code.
public struct OneHotEncoder: ColumnwiseStage {
  @Setting("the columns of codes", spark: "inputCols")
  public var inputs: [String] = []
  @Setting(
    "names of the new columns; the inputs' names and _onehot where empty", spark: "outputCols")
  public var outputs: [String] = []
  @Setting("whether the last category has no place of its own", spark: "dropLast", sklearn: "drop")
  public var dropLast = true
  @Setting(
    "what to do with a code that was not seen", spark: "handleInvalid", sklearn: "handle_unknown")
  public var handleInvalid = UnseenCodes.error

  public init() {}

  public static let name = "one-hot-encoder"
  public static let summary = "turns codes into sparse vectors with a 1 at the code's place"
  public static let suffix = "_onehot"
  public static var example: Self {
    Self {
      $0.inputs = ["code"]
      $0.handleInvalid = .keep
    }
  }

  public func outline(_ binder: inout Binder) throws {
    try check()
    for (input, output) in pairs {
      _ = try binder.numbers(input)
      _ = try binder.addVectors(output, width: 0, isSparse: true)
    }
  }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    let sizes = try inputs.map { try binder.field($0).metadata.labels?.count }
    let known = sizes.compactMap { $0 }
    if known.count == sizes.count { return .ready(try OneHotEncoderModel(self, sizes: known)) }
    let slots = try zip(inputs, sizes).map { input, size in
      size == nil ? try binder.numbers(input) : nil
    }
    return .learn(LargestCodeLearner(stage: self, sizes: sizes, slots: slots))
  }

  /// How many numbers the vectors for so many categories have.
  func width(_ size: Int) -> Int {
    max(0, size + (handleInvalid == .keep ? 1 : 0) - (dropLast ? 1 : 0))
  }
}

/// Looks for the largest code of each column without labels.
private struct LargestCodeLearner: Learner {
  let stage: OneHotEncoder
  let sizes: [Int?]
  let slots: [NumberSlot?]

  var activity: String { "\(OneHotEncoder.name) of \(stage.inputs.joined(separator: ", "))" }

  /// The number of categories so far.
  func start() -> [Int64] { slots.map { _ in 0 } }

  func add(_ batch: RowBatch, to tally: inout [Int64]) throws {
    for (place, slot) in slots.enumerated() {
      guard let slot else { continue }
      let numbers = batch[slot]
      for row in 0..<batch.rowCount where !numbers[row].isNaN {
        let code = try Codes.learned(numbers[row], row, stage.inputs[place], in: batch)
        tally[place] = max(tally[place], Int64(code + 1))
      }
    }
  }

  func merge(_ other: [Int64], into tally: inout [Int64]) {
    for place in tally.indices { tally[place] = max(tally[place], other[place]) }
  }

  func learn(from tally: [Int64], in session: Session) throws -> Learned {
    let found = try session.communicator.allReduce(tally, by: .maximum)
    let all = zip(sizes, found).map { $0 ?? Int($1) }
    var report = FitReport()
    for (place, input) in stage.inputs.enumerated() where sizes[place] == nil {
      report.counts.append(.init("codes of \(input)", all[place]))
      if all[place] == 0 { report.warnings.append("\(input) has no code at all") }
    }
    return Learned(try OneHotEncoderModel(stage, sizes: all), report)
  }
}
