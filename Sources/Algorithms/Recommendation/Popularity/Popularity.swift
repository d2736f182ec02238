public import Blocks
public import Cluster
internal import Datasets
public import Learning
internal import LinearAlgebra
internal import Platform

/// Recommends to everybody what most people took or liked: what a recommender must beat.
///
/// By `count` the score of an item is how many ratings it has; by `mean` it is their mean, drawn
/// towards the mean of all ratings as if `shrinkage` more had been of that size, so that one good
/// rating does not lead the list. Cost: one pass.
public struct Popularity: Recommender {
  @Setting("the column of users, whole numbers or texts", spark: "userCol")
  public var user = "user"
  @Setting("the column of items, whole numbers or texts", spark: "itemCol")
  public var item = "item"
  @Setting("the column of ratings; empty: each row counts 1", spark: "ratingCol")
  public var rating = "rating"
  @Setting("what makes an item popular")
  public var measure = Measure.count
  @Setting(
    "how many ratings of average size are added to the mean of an item, for measure mean", in: 0...)
  public var shrinkage = 10.0
  @Setting("what becomes of a row whose user or item was not there", spark: "coldStartStrategy")
  public var coldStart = ColdStart.missing
  @Setting("whether the model does without the ratings that it learned from")
  public var forgetHistory = false

  /// What makes an item popular.
  public enum Measure: String, CaseIterable, SettingValue {
    /// How many ratings it has.
    case count
    /// Their mean, drawn towards the mean of all.
    case mean
  }

  public init() {}

  public static let name = "popularity"
  public static let summary = "recommends what most people took or liked; the baseline to beat"
  public static var example: Self {
    Self {
      $0.user = "note"
      $0.item = "code"
      $0.rating = "price"
    }
  }

  public func checkTogether() throws(SettingError) {
    if measure == .mean, rating.isEmpty {
      throw SettingError(name: "rating", requirement: "a column with measure mean", value: "")
    }
  }

  public func fit(
    _ ratings: Ratings, in session: Session
  ) throws -> RecommenderFit<PopularityModel> {
    let rows = ratings.byItem
    let total = try rows.leaves.total("adding up ratings", in: session) {
      rows.sum(ofRow: $0 - rows.rows.lowerBound)
    }
    let mean = total / Double(max(1, ratings.count))
    let own = (0..<rows.rows.count).map { row -> Float in
      let count = Double(rows.offsets[row + 1] - rows.offsets[row])
      if measure == .count { return Float(count) }
      let weight = count + shrinkage
      return Float(weight > 0 ? (rows.sum(ofRow: row) + shrinkage * mean) / weight : mean)
    }
    let scores = try session.communicator.allGather(own).flatMap { $0 }
    let parts = RecommenderParts(
      columns: ratings.columns, users: ratings.users, items: ratings.items,
      factors: FactorTable(
        users: Matrix(rowCount: ratings.users.count, columnCount: 0),
        items: Matrix(rowCount: ratings.items.count, columnCount: 0), itemBias: scores),
      history: forgetHistory ? nil : try ratings.history(in: session))
    var report = FitReport()
    report.iterations = 1
    report.stopReason = "one pass is all it takes"
    if $shrinkage.isGiven, shrinkage != $shrinkage.standard, measure == .count {
      report.warnings.append("shrinkage changes nothing with measure count")
    }
    return RecommenderFit(PopularityModel(settings: self, parts: parts), report)
  }
}

extension RatingRows {
  /// The sum of an own row's ratings.
  fileprivate func sum(ofRow row: Int) -> Double {
    var sum = 0.0
    for place in offsets[row]..<offsets[row + 1] { sum += Double(values[place]) }
    return sum
  }
}

/// How popular each item is.
public struct PopularityModel: RecommenderModel {
  public static let kind = Popularity.name
  public let settings: Popularity
  public let parts: RecommenderParts

  init(settings: Popularity, parts: RecommenderParts) {
    self.settings = settings
    self.parts = parts
  }

  public var isImplicit: Bool { settings.measure == .count }
  public var coldStart: ColdStart { settings.coldStart }

  /// Everybody gets the same.
  public func fold(_ items: [Int32], _ values: [Float]) -> UserVector { UserVector(factors: []) }

  public var summary: [SummaryLine] {
    let scores = parts.factors.itemBias ?? []
    let best = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(5)
    return [
      SummaryLine("popular by", settings.measure.rawValue),
      SummaryLine("most popular", best.map { parts.items.text($0) }.joined(separator: ", ")),
    ] + parts.summary
  }

  public var saved: SavedStep { SavedStep(settings: settings.json, tensors: parts.tensors) }

  public init(_ saved: SavedStep) throws {
    let settings = try Popularity(saved: saved.settings)
    self.init(
      settings: settings, parts: try RecommenderParts(saved, columns: settings.columns))
    guard parts.factors.rank == 0, parts.factors.itemBias != nil else {
      throw Failure(.data, "a model of popularity holds a number an item, and no factors")
    }
  }
}
