public import Blocks
public import Cluster
internal import Datasets
public import Learning
internal import LinearAlgebra
internal import Platform

/// Learns a short vector of factors for every user and item, whose product predicts a rating.
///
/// Alternating least squares: with the users' factors fixed, the best factors of each item are a
/// small least-squares problem of their own, and the other way round. Explicit ratings are fitted
/// as they are (Zhou et al., 2008, with the penalty times the number of ratings); implicit ones as a
/// preference for what was taken with a confidence that grows with the rating (Hu, Koren and
/// Volinsky, 2008).
///
/// ```swift
/// let fit = try ALS { $0.rank = 32 }.fit(Dataset.reading(["ratings.csv"]), in: Session())
/// print(fit.report.objectives, fit.model.factors.score(user: 0, item: 0))
/// ```
///
/// Cost of an iteration: 2 rank² multiplications a rating where systems are solved, 24 rank with
/// conjugate gradients, but of users in the last one, and one gathered read of a factor
/// for each rating and side. A worker gets each factor that its ratings name once an iteration; 16
/// bytes a rating stay in memory, beside factors of all users and items. It refuses ratings that are
/// no finite numbers.
public struct ALS: Recommender {
  @Setting("the column of users, whole numbers or texts", spark: "userCol")
  public var user = "user"
  @Setting("the column of items, whole numbers or texts", spark: "itemCol")
  public var item = "item"
  @Setting("the column of ratings; empty: each row counts 1", spark: "ratingCol")
  public var rating = "rating"
  @Setting("how many factors a user and an item have", in: 1...4096, spark: "rank")
  public var rank = 10
  @Setting("rounds, each of all items and all users", in: 1..., spark: "maxIter")
  public var maxIterations = 10
  @Setting("the price of large factors", in: 0..., spark: "regParam")
  public var regularization = 0.1
  @Setting("what the price of a user's or an item's factors is multiplied by")
  public var regularizationScaling = Scaling.count
  @Setting(
    "whether ratings say that something was taken, not how it was liked", spark: "implicitPrefs")
  public var implicit = false
  @Setting("how fast confidence grows with the rating, for implicit", in: 0..., spark: "alpha")
  public var alpha = 1.0
  @Setting("whether factors must not be negative", spark: "nonnegative")
  public var nonnegative = false
  @Setting("whether users and items have a level of their own beside the mean, for explicit")
  public var biases = false
  @Setting("how the systems of a user or an item are solved")
  public var solver = Solver.auto
  @Setting("stop when a round lowers the loss by less than this share; none: all rounds", in: 0...)
  public var tolerance: Double? = nil
  @Setting("what becomes of a row whose user or item was not there", spark: "coldStartStrategy")
  public var coldStart = ColdStart.missing
  @Setting("whether the model does without the ratings that it learned from")
  public var forgetHistory = false

  /// What the price of factors grows with.
  public enum Scaling: String, CaseIterable, SettingValue {
    /// The number of ratings of the user or item, of whatever sign, and at least 1.
    case count
    /// Nothing: the same for all.
    case none
  }

  /// How systems are solved.
  public enum Solver: String, CaseIterable, SettingValue {
    /// Cholesky for few factors, conjugate gradients for many.
    case auto
    /// Exactly.
    case cholesky
    /// By a few steps of conjugate gradients from the factors of the round before: two for explicit
    /// ratings, three for implicit ones.
    case cg
  }

  public init() {}

  public static let name = "als"
  public static let summary = "learns factors of users and items whose products are ratings (ALS)"
  public static var example: Self {
    Self {
      $0.user = "note"
      $0.item = "code"
      $0.rating = "price"
      $0.rank = 2
      $0.maxIterations = 3
    }
  }

  public var repeated: RepeatedRatings { implicit ? .summed : .kept }

  /// Kernels take 16 ratings at a time, and a row costs about 24 beside its own.
  ///
  /// A rating of a row that is solved where others take steps costs more than theirs: on two workers
  /// shares were even at 1.2 times with 32 factors, 2.5 with 64, and 4 with 128 of explicit ratings.
  public var work: RatingWork {
    RatingWork(
      ofRow: 24, step: 16, longRow: FactorSystems.pieceLimit,
      ofLongRow: descends ? min(implicit ? 2.7 : 4, max(1, Double(rank) / 26)) : 1)
  }

  public func checkTogether() throws(SettingError) {
    if biases, implicit {
      throw SettingError(name: "biases", requirement: "false with implicit", value: "true")
    }
    if rating.isEmpty, !implicit {
      throw SettingError(name: "rating", requirement: "a column unless implicit", value: "")
    }
    if nonnegative, solver == .cg {
      throw SettingError(
        name: "solver", requirement: "auto or cholesky with nonnegative", value: solver.rawValue)
    }
  }

  public func fit(_ ratings: Ratings, in session: Session) throws -> RecommenderFit<ALSModel> {
    try check()
    let fitting = try ALSFitting(self, ratings, in: session)
    var report = try fitting.run()
    report.warnings += warnings
    let parts = RecommenderParts(
      columns: ratings.columns, users: ratings.users, items: ratings.items,
      factors: try fitting.factors(),
      history: forgetHistory ? nil : try ratings.history(in: session))
    return RecommenderFit(ALSModel(settings: self, parts: parts), report)
  }
}

extension ALS {
  /// Whether conjugate gradients take the place of solving.
  ///
  /// From about that many factors on the steps cost less than forming and solving the systems; what
  /// is left of the way after them is gone in later rounds.
  var descends: Bool {
    switch solver {
    case .cholesky: false
    case .cg: true
    case .auto: !nonnegative && rank > (implicit ? 48 : 24)
    }
  }

  /// The way taken, in words.
  var solverFact: String {
    if nonnegative { return "solved by coordinate descent, since factors must not be negative" }
    let why = solver == .auto ? "chosen for \(rank) factors" : "as asked"
    return descends
      ? "solved by \(steps) steps of conjugate gradients from the round before (\(why)), "
        + "users in the last one by \(lastSteps > 0 ? "\(lastSteps)" : "Cholesky"); "
        + "rows of more than \(FactorSystems.pieceLimit) ratings by Cholesky"
      : "solved by Cholesky (\(why))"
  }

  /// Settings that were given and change nothing.
  private var warnings: [String] {
    $alpha.isGiven && alpha != $alpha.standard && !implicit
      ? ["alpha changes nothing without implicit"] : []
  }

  /// Steps of conjugate gradients.
  ///
  /// Two bring explicit systems near enough, for the price of factors keeps them well conditioned;
  /// those of implicit ratings begin with the common part of all rows and need one more.
  var steps: Int { implicit ? 3 : 2 }

  /// The steps that bring users near their solutions in the last round; 0: they are solved.
  ///
  /// Solving once costs little beside all rounds while factors are few. Steps come as near as single
  /// precision does but where confidences of a user are far apart.
  var lastSteps: Int { rank > 64 ? 20 : 0 }

  /// What is added to the diagonal of a row of so many ratings.
  func ridge(of count: Int) -> Double {
    switch regularizationScaling {
    case .count: regularization * Double(max(1, count))
    case .none: regularization
    }
  }
}
