internal import Cluster
internal import Datasets
internal import Platform

/// The score from which on a row is called an anomaly.
///
/// Learned from a contamination c, it is the score of rank ceil(c n) from above among the n training
/// rows, exact at any size and the same for any number of workers. Every row that reaches it is called
/// an anomaly, so of equal scores at the threshold all are, and more than ceil(c n) rows may be.
public struct AnomalyThreshold: Sendable, Equatable {
  /// The score to reach.
  public let score: Double
  /// The share of the training rows that was asked for; nil for a score that was given.
  public let contamination: Double?
  /// How many training rows reach it; nil for a score that was given.
  public let reachedCount: Int?

  /// A score that somebody chose, say by what alarms and misses cost.
  public init(score: Double) {
    self.score = score
    contamination = nil
    reachedCount = nil
  }

  /// Finds the threshold among the scores of all workers' training rows; a collective call.
  init(contamination: Double, scores: [Double], in session: Session) throws {
    require(contamination > 0 && contamination < 1, "a contamination of \(contamination)")
    var values = OrderStatistics.Values()
    for score in scores { values.add(score) }
    guard
      let score = try OrderStatistics.quantile(fromAbove: contamination, of: values, in: session)
    else {
      throw Failure(.data, "no row of the training data could be scored")
    }
    guard score.isFinite else {
      throw Failure(
        .data, "the scores of the training rows are beyond all numbers",
        hint: "look for extreme values, or divide their columns by a large number")
    }
    let reached = scores.reduce(0) { $0 + ($1 >= score ? 1 : 0) }
    self.score = score
    self.contamination = contamination
    reachedCount = Int(try session.communicator.allReduce([Int64(reached)], by: .sum)[0])
  }

  @inlinable
  public func isReached(by score: Double) -> Bool { score >= self.score }

  /// What a person wants to see of it.
  var sentence: String {
    let words = "an anomaly from a score of \(score) on"
    guard let contamination, let reachedCount else { return words }
    return "\(words): \(reachedCount) training rows, for a contamination of \(contamination)"
  }
}

// MARK: Stored

extension AnomalyThreshold {
  /// As a model stores it.
  public var document: JSONValue {
    .object(
      JSONObject([
        .init("score", .number(score)),
        .init("contamination", contamination.map { .number($0) } ?? .null),
        .init("reached", reachedCount.map { .integer($0) } ?? .null),
      ]))
  }

  /// Takes back what was stored.
  public init(document: JSONValue) throws {
    score = try document.number("score")
    let isChosen = try document.member("contamination") == .null
    contamination = isChosen ? nil : try document.number("contamination")
    reachedCount = isChosen ? nil : try document.integer("reached", in: 0...Int.max)
    guard score.isFinite, (contamination ?? 0.5) > 0, (contamination ?? 0.5) < 1 else {
      throw Failure(.data, "the threshold of the model makes no sense")
    }
  }
}
