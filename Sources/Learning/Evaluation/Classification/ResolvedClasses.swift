internal import Blocks
internal import Cluster
internal import Platform

/// The labels of all workers' rows in one order, and this worker's rows as places among them.
struct ResolvedClasses: Sendable {
  /// Those that the model knows, in its order, then others that rows have.
  let labels: [ClassLabel]
  let actual: [Int32]
  let predicted: [Int32]
  /// For each label the column of its probabilities, or -1.
  let columns: [Int]
  let columnCount: Int
  /// The positive one of two; nil for any other number of labels.
  let positive: Int?
  private let scores: [Double]

  /// A collective call.
  init(
    _ rows: ClassificationEvaluation, positive wish: ClassLabel?, in communicator: Communicator
  ) throws {
    let found = try LabelCodes.distinct(
      rows.labels.labels + rows.predictions.labels, in: communicator)
    let known = rows.known.isEmpty ? (found + rows.scored).sortedOnce : rows.known
    let knownSet = Set(known)
    let labels = known + found.filter { !knownSet.contains($0) }
    guard labels.count <= LabelColumn.classLimit else {
      throw Failure(
        .data, "the rows have more than \(LabelColumn.classLimit) different labels",
        hint: "if they are numbers to predict, they are judged as a regression")
    }
    self.labels = labels
    actual = rows.labels.codes(among: labels)
    predicted = rows.predictions.codes(among: labels)
    let places = Dictionary(
      rows.scored.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { a, _ in a })
    columns = labels.map { places[$0] ?? -1 }
    columnCount = rows.scored.count
    scores = rows.scores
    if let wish {
      guard let place = labels.firstIndex(of: wish) else {
        throw Failure(
          .usage, "no row has the label '\(wish)', which shall be the positive one",
          hint: nameHint(for: "\(wish)", in: labels.map { "\($0)" }))
      }
      guard labels.count == 2 else {
        throw Failure(
          .usage, "there is a positive label among two, but the rows have \(labels.count)")
      }
      positive = place
    } else {
      positive = labels.count == 2 ? 1 : nil
    }
  }

  /// The labels that there are probabilities of, by their places.
  var scored: [Int] { labels.indices.filter { columns[$0] >= 0 } }

  /// The probability that a row has a label; 0 for one that the model never saw.
  @inline(__always)
  func probability(_ row: Int, of label: Int) -> Double {
    let column = columns[label]
    if column >= 0 { return scores[row &* columnCount &+ column] }
    // Of two labels, one of which is scored, the other one has the rest.
    return labels.count == 2 && columnCount == 1 ? 1 - scores[row] : 0
  }

  /// The most probable label of a row, the first of several.
  @inline(__always)
  func mostProbable(_ row: Int, of scored: [Int]) -> (label: Int, probability: Double) {
    var best = (label: scored[0], probability: probability(row, of: scored[0]))
    for label in scored.dropFirst() {
      let probability = probability(row, of: label)
      if probability > best.probability { best = (label, probability) }
    }
    return best
  }

  /// Whether the scores of this worker's rows are probabilities.
  var hasProbabilities: Bool { scores.allSatisfy { $0 >= 0 && $0 <= 1 } }

  /// How many rows of this worker have labels that the model never saw, and which those are.
  func unseen(knownCount: Int) -> (rowCount: Int, labels: [ClassLabel]) {
    if labels.count == knownCount { return (0, []) }
    let rowCount = actual.reduce(0) { $0 + (Int($1) >= knownCount ? 1 : 0) }
    return (rowCount, Array(labels[knownCount...]))
  }
}

extension [ClassLabel] {
  /// In order, each once.
  fileprivate var sortedOnce: [ClassLabel] { Set(self).sorted() }
}
