internal import Cluster
public import Learning
internal import Platform

/// Learns the words that lists hold, and counts them into vectors, a place for each word.
///
/// As Spark's: the vocabulary is the `vocabSize` most frequent words, by falling total count, of
/// those that occur in `minDF` to `maxDF` of the lists; both are a number of lists from 1 on and a
/// share of them below. Of a list, words that occur in it fewer than `minTF` times (or that share
/// of its words) are left out. Words that are not in the vocabulary are not counted.
///
/// Where no word is left, the vectors have no numbers, and the report warns.
///
/// Beyond Spark: equally frequent words stand in the order of their UTF-8 bytes, where Spark
/// promises no order; the numbers of a vector have names (`words=lamp`); a missing list is left out
/// of the counts when learning, said in the report, and gives an empty vector.
///
/// Cost: one pass, about 50 ns a word; memory for each different word on each thread.
public struct CountVectorizer: ColumnwiseStage {
  @Setting("the columns of words", spark: "inputCol")
  public var inputs: [String] = []
  @Setting("names for the new columns; else the input's and _counts", spark: "outputCol")
  public var outputs: [String] = []
  @Setting(
    "the most words of a vocabulary", in: 1...Int(Int32.max), spark: "vocabSize",
    sklearn: "max_features")
  public var vocabSize = 1 << 18
  @Setting(
    "the fewest lists that a word occurs in, or below 1 the share of them", in: 0...,
    spark: "minDF",
    sklearn: "min_df")
  public var minDF = 1.0
  @Setting(
    "the most lists that a word occurs in, or below 1 the share of them; none for no limit",
    in: 0..., spark: "maxDF", sklearn: "max_df")
  public var maxDF: Double? = nil
  @Setting(
    "the fewest times that a word occurs in a list, or below 1 the share of its words", in: 0...,
    spark: "minTF")
  public var minTF = 1.0
  @Setting("write 1 for each word that occurs, however often", spark: "binary", sklearn: "binary")
  public var binary = false

  public init() {}

  public static let name = "count-vectorizer"
  public static let summary = "learns the words of lists and counts them into sparse vectors"
  public static let suffix = "_counts"
  public static var example: Self {
    Self {
      $0.inputs = ["words"]
      $0.vocabSize = 12
      $0.minDF = 0.01
    }
  }

  public func outline(_ binder: inout Binder) throws {
    try check()
    for (input, output) in pairs {
      _ = try binder.lists(input)
      _ = try binder.addVectors(output, width: 0, isSparse: true)
    }
  }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    .learn(VocabularyLearner(settings: self, slots: try inputs.map { try binder.lists($0) }))
  }
}

/// Counts words and documents.
private struct VocabularyLearner: Learner {
  let settings: CountVectorizer
  let slots: [ListSlot]

  struct Tally: Sendable {
    var columns: [TermCounts]
    var missingCount = 0
  }

  var activity: String { "\(CountVectorizer.name) of \(settings.inputs.joined(separator: ", "))" }

  func start() -> Tally { Tally(columns: slots.map { _ in TermCounts() }) }

  func add(_ batch: RowBatch, to tally: inout Tally) {
    for (place, slot) in slots.enumerated() {
      let words = batch[slot]
      for row in 0..<batch.rowCount {
        if words.isMissing(row) {
          tally.missingCount += 1
          continue
        }
        tally.columns[place].beginDocument()
        for index in 0..<words.count(row) {
          unsafe words.withBytes(row, index) { unsafe tally.columns[place].add($0) }
        }
      }
    }
  }

  func merge(_ other: Tally, into tally: inout Tally) {
    for place in tally.columns.indices { tally.columns[place].add(other.columns[place]) }
    tally.missingCount += other.missingCount
  }

  func learn(from tally: Tally, in session: Session) throws -> Learned {
    let communicator = session.communicator
    let totals = try communicator.allReduce(
      tally.columns.map(\.documentCount) + [Int64(tally.missingCount)])
    var report = FitReport()
    var vocabularies: [[String]] = []
    for (place, counts) in tally.columns.enumerated() {
      let (name, documents) = (settings.inputs[place], totals[place])
      let range = try documentRange(of: Int(documents), name)
      // Each worker owns some of the terms, and then the first of them go to all.
      var owned = TermCounts()
      for part in try communicator.allToAll(counts.encoded(for: communicator.size)) {
        owned.add(encoded: part)
      }
      let own = owned.mostFrequent(settings.vocabSize, inDocuments: range)
      let sums = try communicator.allReduce([
        Int64(owned.terms.count), Int64(own.leftOutByDocuments),
      ])
      var first = TermCounts()
      for part in try communicator.allGather(own.chosen.encoded()) { first.add(encoded: part) }
      let chosen = first.mostFrequent(
        settings.vocabSize, inDocuments: 0...Double.infinity
      ).chosen.terms
      if chosen.count == 0 {
        report.warnings.append(
          "no word of '\(name)' is left for a vocabulary, of \(sums[0]) different ones: its "
            + "vectors have no numbers" + (sums[0] > 0 ? "; minDF and maxDF leave them out" : ""))
      }
      vocabularies.append((0..<chosen.count).map { chosen.text($0) })
      let beyond = Int(sums[0] - sums[1]) - chosen.count
      report.counts += [
        .init("lists of \(name)", Int(documents)),
        .init("different words of \(name)", Int(sums[0])),
        .init("words of \(name) in the vocabulary", chosen.count),
        .init("words of \(name) left out by minDF and maxDF", Int(sums[1])),
        .init("words of \(name) beyond vocabSize", beyond),
      ]
    }
    if let missing = totals.last, missing > 0 {
      report.counts.append(.init("missing lists", Int(missing)))
    }
    return Learned(try CountVectorizerStep(settings, vocabularies: vocabularies), report)
  }

  /// The numbers of lists that a word may occur in.
  private func documentRange(of total: Int, _ name: String) throws -> ClosedRange<Double> {
    func number(_ setting: Double) -> Double { setting >= 1 ? setting : setting * Double(total) }
    let least = number(settings.minDF)
    let most = settings.maxDF.map(number) ?? .infinity
    guard least <= most else {
      throw Failure(
        .usage, "maxDF must be at least minDF, not \(most) lists of '\(name)' to \(least)")
    }
    return least...most
  }
}
