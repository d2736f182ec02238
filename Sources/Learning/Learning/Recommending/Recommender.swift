public import Blocks
public import Cluster
public import Datasets
internal import Frames
internal import Platform

/// An algorithm that learns from ratings which items would please whom.
///
/// A stage of a pipeline like any other, mostly the only one: it names the columns of users, items
/// and ratings, and its model adds a `prediction` to rows of users and items. What else the model
/// can be asked for (lists of items, users alike, a user who was not there) follows from
/// `RecommenderModel`.
public protocol Recommender: Featurizer {
  associatedtype Fitted: RecommenderModel

  /// The column of users, whole numbers or texts.
  var user: String { get }
  /// The column of items, whole numbers or texts.
  var item: String { get }
  /// The column of ratings; empty where each row counts 1.
  var rating: String { get set }
  /// What becomes of several ratings of one item by one user.
  var repeated: RepeatedRatings { get }
  /// What the ratings of a user or an item cost a fit, so that workers get even shares.
  var work: RatingWork { get }

  /// Learns from the ratings of all workers; a collective call that returns the same on each.
  func fit(_ ratings: Ratings, in session: Session) throws -> RecommenderFit<Fitted>
}

/// What a fit gives: the model, and how it went.
public struct RecommenderFit<Fitted: RecommenderModel>: Sendable {
  public let model: Fitted
  public var report: FitReport

  public init(_ model: Fitted, _ report: FitReport) {
    self.model = model
    self.report = report
  }
}

extension Recommender {
  public var columns: RatingColumns {
    RatingColumns(user: user, item: item, rating: rating.isEmpty ? nil : rating)
  }

  public var reads: [String] { columns.names }
  public var repeated: RepeatedRatings { .kept }
  public var work: RatingWork { RatingWork() }

  public func outline(_ binder: inout Binder) throws {
    try check()
    for name in [user, item] {
      let type = try binder.field(name).type
      guard [.int32, .int64, .text].contains(type) else {
        throw Failure(
          .data,
          "users and items are whole numbers or texts, and the column '\(name)' is \(type.words)")
      }
      _ = try binder.keys(name)
    }
    if !rating.isEmpty { _ = try binder.numbers(rating) }
    _ = try binder.addNumbers(RecommenderOutput.prediction)
  }

  public func prepare(_ binder: inout Binder) throws -> Preparation { .rate(self) }

  /// Reads a table of ratings and learns from it; a collective call.
  public func fit(
    _ data: Dataset, unusable: UnusableRows = .error, in session: Session
  ) throws -> RecommenderFit<Fitted> {
    try session.communicator.agree("checking the settings") { try check() }
    let (ratings, reading) = try data.ratings(
      columns, repeated: repeated, work: work, unusable: unusable, in: session)
    return try fit(ratings, after: reading, in: session)
  }

  /// Learns, and adds to the report what was met while reading.
  func fit(
    _ ratings: Ratings, after reading: RatingReport, in session: Session
  ) throws -> RecommenderFit<Fitted> {
    guard ratings.count > 0 else {
      throw Failure(.data, "there are no ratings to learn from")
    }
    var fit = try fit(ratings, in: session)
    var counts: [FitReport.Count] = [
      .init("users", ratings.users.count), .init("items", ratings.items.count),
      .init("ratings", ratings.count),
    ]
    if reading.repeatedRowCount > 0 {
      counts.append(.init("repeated ratings", reading.repeatedRowCount))
      fit.report.facts.append(
        repeated == .summed
          ? "several ratings of an item by a user were added up"
          : "several ratings of an item by a user count as observations of their own")
    }
    fit.report.counts = counts + fit.report.counts
    // Who names a tolerance wants it reached.
    fit.report.mustSettle = givenNames.contains("tolerance")
    return fit
  }

  /// The same for a stage whose type is not known.
  func learn(_ data: Dataset, unusable: UnusableRows, in session: Session) throws
    -> (learned: Learned, reading: RatingReport)
  {
    let (ratings, reading) = try data.ratings(
      columns, repeated: repeated, work: work, unusable: unusable, in: session)
    let fit = try fit(ratings, after: reading, in: session)
    return (Learned(fit.model, fit.report), reading)
  }
}

/// What a recommender calls what it makes.
enum RecommenderOutput {
  static let prediction = "prediction"
}
