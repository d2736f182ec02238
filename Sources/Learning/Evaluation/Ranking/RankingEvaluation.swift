internal import LinearAlgebra
internal import Platform

/// Ranked lists of items beside what their users really chose, to be judged.
///
/// ```swift
/// var lists = try RankingEvaluation(itemCount: 11, cutoffs: [5])
/// lists.append(user: 0, ranked: [1, 6, 2, 7, 8], relevant: RelevantItems([1, 2, 3, 4, 5]))
/// let report = try lists.report()
/// print(report["ndcg@5"]?.value ?? .nan, report["recall@5"]?.definition ?? "")
/// ```
/// A user who chose nothing says nothing of a ranking: he is left out and counted, unless
/// `EvaluationOptions.countsEmptyUsers` asks for MLlib's way, which is to count him 0. Cost: about
/// 100 bytes a user and cutoff; 8 bytes an item and cutoff; microseconds a user.
public struct RankingEvaluation: Sendable {
  /// How many users of the training data have each item: what novelty is told by.
  public struct Audience: Sendable {
    public let itemCounts: [Int]
    public let userCount: Int

    public init(itemCounts: [Int], userCount: Int) {
      self.itemCounts = itemCounts
      self.userCount = userCount
    }

    /// -log2 of the share of users, by item; one that nobody has counts as if one had.
    fileprivate var novelty: [Double] {
      itemCounts.map { count in
        let share = Double(max(1, count)) / Double(max(1, userCount, count))
        return share == 1 ? 0 : -Portable.log(share) / Portable.log(2)
      }
    }
  }

  let itemCount: Int
  /// What the groups are that users are told apart by, for figures of each.
  let groupNames: [String]
  let terms: RankingTerms
  let novelty: [Double]
  /// Numbers of the users with something to be judged by, terms of each, and their groups.
  var users: [Int] = []
  var values: [Double] = []
  var groups: [Int32] = []
  var exposure: ItemExposure
  /// The same of users who chose nothing.
  var emptyUsers: [Int] = []
  var emptyValues: [Double] = []
  var emptyGroups: [Int32] = []
  var emptyExposure: ItemExposure
  /// Whether all items were scored for every user.
  var hasAreas = true
  /// Whether no list was cut off.
  var areWhole = true

  /// - Parameters:
  ///   - itemCount: how many items could be shown; lists hold places below it.
  ///   - cutoffs: how many items of a list are looked at, once for each figure `@k`.
  ///   - groups: names of groups of users, for figures of each beside those of all.
  public init(
    itemCount: Int, cutoffs: [Int] = [10], audience: Audience? = nil, groups: [String] = []
  ) throws {
    let rising = try Self.rising(cutoffs)
    guard audience.map({ $0.itemCounts.count == itemCount }) ?? true else {
      throw Failure(
        .usage, "\(audience?.itemCounts.count ?? 0) counts of users for \(itemCount) items")
    }
    self.itemCount = itemCount
    groupNames = groups
    terms = RankingTerms(cutoffs: rising)
    novelty = audience?.novelty ?? []
    exposure = ItemExposure(itemCount: itemCount, cutoffs: rising)
    emptyExposure = exposure
  }

  /// How far a list is looked at, at most; no figure changes behind the last item.
  public static let longestList = 1_000_000
  /// How many cutoffs there may be.
  public static let mostCutoffs = 100

  /// Cutoffs in their order, each once; an error where there are none, too many or too great ones.
  static func rising(_ cutoffs: [Int]) throws(Failure) -> [Int] {
    var rising: [Int] = []
    for k in cutoffs.sorted() where rising.last != k { rising.append(k) }
    if let wrong = rising.first(where: { !(1...longestList).contains($0) }) {
      throw Failure(.usage, "k must be from 1 to \(longestList), not \(wrong)")
    }
    guard (1...mostCutoffs).contains(rising.count) else {
      throw Failure(
        .usage, "lists are judged at 1 to \(mostCutoffs) different k, not at \(rising.count)")
    }
    return rising
  }

  public var cutoffs: [Int] { terms.cutoffs }
  /// How many items of a list are looked at.
  var listLength: Int { cutoffs.last ?? 0 }

  /// Adds a user's list, best first.
  ///
  /// - Parameters:
  ///   - user: a number of his own, by which resamples are drawn.
  ///   - group: which of the groups he is in.
  public mutating func append(
    user: Int, ranked: [Int32], relevant: RelevantItems, group: Int? = nil
  ) {
    append(user, ranked, nil, relevant, group)
  }

  /// Adds a user for whom all items were scored; the list is that of the highest scores, equal ones
  /// by place.
  ///
  /// - Parameters:
  ///   - scores: one an item; what has NaN or -infinity is never shown.
  ///   - excluded: places of items that are not to be shown, such as those he had before.
  public mutating func append(
    user: Int, scores: [Float], excluding excluded: [Int32] = [], relevant: RelevantItems,
    group: Int? = nil
  ) {
    require(scores.count == itemCount, "\(scores.count) scores for \(itemCount) items")
    var scores = scores
    let ranks = CandidateRanks(relevant, &scores, without: excluded)
    append(
      user, CandidateRanks.best(min(listLength, itemCount), of: scores), ranks, relevant, group)
  }

  mutating func append(
    _ user: Int, _ list: [Int32], _ ranks: CandidateRanks?, _ relevant: RelevantItems,
    _ group: Int?
  ) {
    hasAreas = hasAreas && ranks != nil
    let own = terms.terms(list, ranks, relevant, novelty: novelty)
    let group = Int32(group ?? -1)
    require(group < Int32(groupNames.count), "group \(group) of \(groupNames.count)")
    if relevant.count > 0 {
      users.append(user)
      values += own
      groups.append(group)
      exposure.add(list)
    } else {
      emptyUsers.append(user)
      emptyValues += own
      emptyGroups.append(group)
      emptyExposure.add(list)
    }
  }

  /// Adds the users of another evaluation of the same items, cutoffs and groups.
  public mutating func append(_ other: Self) {
    require(
      itemCount == other.itemCount && cutoffs == other.cutoffs && groupNames == other.groupNames,
      "evaluations of different items or cutoffs")
    users += other.users
    values += other.values
    groups += other.groups
    exposure += other.exposure
    emptyUsers += other.emptyUsers
    emptyValues += other.emptyValues
    emptyGroups += other.emptyGroups
    emptyExposure += other.emptyExposure
    hasAreas = hasAreas && other.hasAreas
    areWhole = areWhole && other.areWhole
  }
}
