internal import Cluster
internal import Frames
public import Learning
internal import LinearAlgebra
internal import Platform

/// Learns how rare each place of vectors of counts is, and multiplies by it: frequent words weigh
/// less.
///
/// As Spark's: a place that is above 0 in `df` of `m` rows gets the weight
/// `log((m + 1) / (df + 1))`, so that one which is above 0 in all rows gets 0, and 0 too where it
/// is above 0 in fewer than `minDocFreq` rows. (scikit-learn adds 1 to the weight and makes rows of
/// length 1, which is another thing.)
///
/// Cost: one pass; 8 bytes for each place on each thread.
public struct IDF: ColumnwiseStage {
  @Setting("the columns of counts", spark: "inputCol")
  public var inputs: [String] = []
  @Setting("names for the new columns; else the input's and _idf", spark: "outputCol")
  public var outputs: [String] = []
  @Setting(
    "the fewest rows that a place must be above 0 in to count", in: 0..., spark: "minDocFreq")
  public var minDocFreq = 0

  public init() {}

  public static let name = "idf"
  public static let summary = "weighs counts of words by how rare the words are"
  public static let suffix = "_idf"
  public static var example: Self { Self { $0.inputs = ["counts"] } }

  public func outline(_ binder: inout Binder) throws {
    try check()
    for (input, output) in pairs {
      let slot = try binder.vectors(input)
      _ = try binder.addVectors(output, width: slot.width, isSparse: slot.isSparse)
    }
  }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    .learn(DocumentFrequencies(settings: self, slots: try inputs.map { try binder.vectors($0) }))
  }
}

/// Counts the rows that are above 0 at each place.
private struct DocumentFrequencies: Learner {
  let settings: IDF
  let slots: [VectorSlot]

  struct Tally: Sendable {
    var rowCount: Int64 = 0
    /// For each column.
    var counts: [[Int64]]
  }

  var activity: String { "\(IDF.name) of \(settings.inputs.joined(separator: ", "))" }

  func start() -> Tally { Tally(counts: slots.map { .init(repeating: 0, count: $0.width) }) }

  func add(_ batch: RowBatch, to tally: inout Tally) {
    tally.rowCount += Int64(batch.rowCount)
    for (place, slot) in slots.enumerated() {
      let vectors = batch[slot]
      unsafe tally.counts[place].withUnsafeMutableBufferPointer { counts in
        for row in 0..<batch.rowCount {
          vectors.forEachEntry(row) { if $1 > 0 { unsafe counts[$0] += 1 } }
        }
      }
    }
  }

  func merge(_ other: Tally, into tally: inout Tally) {
    tally.rowCount += other.rowCount
    for place in tally.counts.indices {
      for index in tally.counts[place].indices {
        tally.counts[place][index] += other.counts[place][index]
      }
    }
  }

  func learn(from tally: Tally, in session: Session) throws -> Learned {
    let communicator = session.communicator
    let rowCount = try communicator.allReduce([tally.rowCount])[0]
    var report = FitReport()
    report.counts.append(.init("rows", Int(rowCount)))
    guard rowCount > 0 else {
      throw Failure(.data, "no row to learn how rare words are (\(activity))")
    }
    var columns: [IDFStep.Column] = []
    for (name, own) in zip(settings.inputs, tally.counts) {
      let counts = try communicator.allReduce(own)
      columns.append(IDFStep.Column(counts, rowCount: rowCount, least: settings.minDocFreq))
      report.counts.append(
        .init("places of \(name) that are 0 in all rows", counts.count { $0 == 0 }))
      if settings.minDocFreq > 0 {
        report.counts.append(
          .init(
            "places of \(name) in fewer than minDocFreq rows",
            counts.count { $0 > 0 && $0 < settings.minDocFreq }))
      }
    }
    return Learned(IDFStep(settings, columns, rowCount: rowCount), report)
  }
}

/// Multiplies vectors of counts by how rare their places are.
public struct IDFStep: Step {
  public static let kind = IDF.name
  private let settings: IDF
  /// For each input what was learned.
  public let columns: [Column]
  /// The rows that were learned from.
  public let rowCount: Int64

  /// What was learned of one column.
  public struct Column: Sendable {
    /// In how many rows each place was above 0.
    public let documentCounts: [Int64]
    /// What each place is multiplied by.
    public let weights: [Double]

    init(_ counts: [Int64], rowCount: Int64, least: Int) {
      documentCounts = counts
      weights = counts.map { count in
        count < least ? 0 : Portable.log(Double(rowCount + 1) / Double(count + 1))
      }
    }
  }

  fileprivate init(_ settings: IDF, _ columns: [Column], rowCount: Int64) {
    self.settings = settings
    self.columns = columns
    self.rowCount = rowCount
  }

  public var summary: [SummaryLine] { [SummaryLine("rows learned from", String(rowCount))] }

  public func bind(to binder: inout Binder) throws {
    for ((input, output), column) in zip(settings.pairs, columns) {
      let source = try binder.vectors(input)
      let width = column.weights.count
      guard source.width == width || binder.isOutline else {
        throw Failure(
          .data,
          "the vectors of '\(input)' have \(source.width) numbers, and the step learned from "
            + "\(width)"
        )
      }
      let target = try binder.addVectors(
        output, width: width, isSparse: source.isSparse,
        slots: try binder.field(input).metadata.slots)
      let weights = column.weights
      binder.run { batch in
        let (from, to) = (batch[source], batch[target])
        unsafe weights.withUnsafeBufferPointer { weights in
          for row in 0..<batch.rowCount {
            if from.isSparse {
              unsafe from.withEntries(row) { places, numbers, count in
                unsafe to.appendRow(limit: count) { indices, values in
                  var kept = 0
                  for entry in 0..<count {
                    let weighted = unsafe numbers[entry] * weights[Int(places[entry])]
                    unsafe indices[kept] = unsafe places[entry]
                    unsafe values[kept] = weighted
                    kept += weighted != 0 ? 1 : 0
                  }
                  return kept
                }
              }
            } else {
              let numbers = unsafe to.row(row)
              from.forEachEntry(row) { unsafe numbers[$0] = unsafe $1 * weights[$0] }
            }
          }
        }
      }
    }
  }

  public var saved: SavedStep {
    SavedStep(
      settings: settings.json,
      values: .object(JSONObject([.init("rows", .integer(Int(rowCount)))])),
      tensors: Dictionary(
        uniqueKeysWithValues: columns.enumerated().map {
          ("documents.\($0)", Tensor($1.documentCounts))
        }))
  }

  public init(_ saved: SavedStep) throws {
    let settings = try IDF(saved: saved.settings)
    let rowCount = Int64(try saved.values.integer("rows", in: 1...Int(Int32.max) << 20))
    let columns = try settings.inputs.indices.map { place in
      guard let counts = saved.tensors["documents.\(place)"]?.int64s,
        counts.allSatisfy({ (0...rowCount).contains($0) })
      else { throw Failure(.data, "the step lacks the counts of column \(place + 1)") }
      return Column(counts, rowCount: rowCount, least: settings.minDocFreq)
    }
    self.init(settings, columns, rowCount: rowCount)
  }
}
