internal import Cluster
internal import Datasets
internal import Frames
public import Learning
internal import Platform

/// Gives each value of a column a code, from 0 on: by default the most frequent gets 0.
///
/// Numbers are taken by their texts (`1` from a column of integers, `1.0` from another), true and
/// false too, which Spark refuses. What the codes stand for travels along as `labels`, and the name
/// of the column as their `origin`. `keep` gives unseen and missing values the code behind the
/// last, with the label `__unknown`; with a `missingLabel` missing values are a value like others,
/// which is unseen where the training rows had none.
///
/// Ours: a column that is not there is an error (Spark skips it). Cost: one pass; memory for the
/// different values; about 30 ns a value.
public struct StringIndexer: ColumnwiseStage {
  @Setting("the columns to make codes of", spark: "inputCols")
  public var inputs: [String] = []
  @Setting(
    "names of the new columns; the inputs' names and _index where empty", spark: "outputCols")
  public var outputs: [String] = []
  @Setting("which value gets the first code", spark: "stringOrderType")
  public var stringOrderType = LabelOrder.frequencyDesc
  @Setting("what to do with a value that is missing or was not seen", spark: "handleInvalid")
  public var handleInvalid = InvalidRows.error
  @Setting("the label of missing values, which then count as a value; empty: as unseen ones")
  public var missingLabel = ""

  public init() {}

  public static let name = "string-indexer"
  public static let summary = "gives each value of a column a code, the most frequent one 0"
  public static let suffix = "_index"
  public static var example: Self {
    Self {
      $0.inputs = ["city", "code"]
      $0.handleInvalid = .keep
    }
  }

  public var dropsRows: Bool { handleInvalid == .skip }

  public func outline(_ binder: inout Binder) throws {
    try check()
    for (input, output) in pairs {
      _ = try binder.keys(input)
      _ = try binder.addNumbers(output, .int32)
    }
  }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    .learn(
      StringIndexLearner(
        stage: self, slots: try inputs.map { try binder.keys($0) },
        orders: inputs.map { _ in stringOrderType }))
  }
}

/// Counts the different texts of each column.
struct StringIndexLearner: Learner {
  let stage: StringIndexer
  let slots: [TextSlot]
  /// Which values come first, a column each.
  let orders: [LabelOrder]

  struct Tally: Sendable {
    var texts: [TextCounts]
    var missing: [Int64]
  }

  var activity: String { "\(StringIndexer.name) of \(stage.inputs.joined(separator: ", "))" }

  func start() -> Tally {
    Tally(texts: slots.map { _ in TextCounts() }, missing: slots.map { _ in 0 })
  }

  func add(_ batch: RowBatch, to tally: inout Tally) {
    for (place, slot) in slots.enumerated() {
      let cells = batch[slot]
      for row in 0..<batch.rowCount {
        if cells.isMissing(row) {
          tally.missing[place] += 1
        } else {
          cells.count(row, in: &tally.texts[place])
        }
      }
    }
  }

  func merge(_ other: Tally, into tally: inout Tally) {
    for place in slots.indices {
      tally.texts[place].add(other.texts[place])
      tally.missing[place] += other.missing[place]
    }
  }

  func learn(from tally: Tally, in session: Session) throws -> Learned {
    let communicator = session.communicator
    let missing = try communicator.allReduce(tally.missing, by: .sum)
    var report = FitReport()
    var labels: [[String]] = []
    for (place, input) in stage.inputs.enumerated() {
      var all = tally.texts[place]
      if communicator.size > 1 {
        let parts = try communicator.allGather(all.encoded())
        all = TextCounts()
        for part in parts { all.add(encoded: part) }
      }
      if missing[place] > 0, !stage.missingLabel.isEmpty {
        all.add(stage.missingLabel, times: missing[place])
      }
      labels.append(orders[place].sorted(all).map { all.text($0) })
      report.counts.append(.init("labels of \(input)", all.distinctCount))
      if missing[place] > 0 {
        report.counts.append(.init("missing in \(input)", Int(missing[place])))
      }
      if all.distinctCount == 0 {
        report.warnings.append("\(input) has no value at all: any value will be unseen")
      }
    }
    return Learned(try StringIndexerModel(stage, labels: labels), report)
  }
}
