internal import Cluster
internal import Datasets
internal import Learning
internal import LinearAlgebra
internal import Platform

/// The lists of a model and of the baseline for the users of test data, judged as they are made.
struct ListMaking: Sendable {
  private let test: TestRatings
  private let options: EvaluationOptions
  private let isImplicit: Bool
  /// What users are known to have; nil where nothing is.
  private let history: RatingHistory?
  /// Nil where the model keeps no history.
  private let groups: ActivityGroups?
  private let own: ItemScores
  private let popular: ItemScores
  private let empty: RankingEvaluation
  /// Whether what takes the scores of all items is asked for.
  private let areWanted: Bool

  /// Both evaluations, and how many choices were of items seen in training.
  struct Judged: Sendable {
    var model: RankingEvaluation
    var baseline: RankingEvaluation
    var seenCount = 0
  }

  /// A collective call.
  init(
    _ model: any RecommenderModel, _ users: FoldedUsers, _ test: TestRatings,
    _ activity: TrainingActivity?, _ options: EvaluationOptions, in session: Session
  ) throws {
    self.test = test
    self.options = options
    history = users.history
    isImplicit = model.isImplicit
    var groups: ActivityGroups?
    if activity != nil, let history = users.history {
      groups = try ActivityGroups(
        of: test.users.map(\.place), by: history, in: session.communicator)
    }
    self.groups = groups
    let names = groups?.names ?? []
    let itemCount = model.parts.items.count
    let areWanted = options.wants(.userAUC) || options.wants(.meanAveragePrecision)
    self.areWanted = areWanted
    (empty, own) = try session.communicator.agree("judging") {
      let empty = try RankingEvaluation(
        itemCount: itemCount, cutoffs: options.cutoffs, audience: activity?.audience,
        groups: names)
      return (empty, try ItemScores(users.factors, areWanted: areWanted))
    }
    // Items stand in the order of their counts, which is all there is without a history.
    popular = try ItemScores(
      activity?.ratingCounts ?? (0..<itemCount).map { Float(itemCount - $0) },
      userCount: users.factors.users.rowCount)
  }

  /// All users of this worker, taken by threads.
  func judged(in session: Session) throws -> Judged {
    let threads = session.threads
    let byteCount =
      test.users.count * empty.terms.count * 16 + empty.listLength * 16
      + threads * empty.itemCount * (12 * own.batchCount + 16 * (options.cutoffs.count + 1))
    let reservation = try session.communicator.agree("making lists") {
      try session.memory.reserve(byteCount, for: "the lists of \(test.users.count) users")
    }
    defer { withExtendedLifetime(reservation) {} }
    let parts = try mapConcurrently(threads, threads: threads) { thread in
      judged(test.users.count * thread / threads..<test.users.count * (thread + 1) / threads)
    }
    var all = parts[0]
    for part in parts.dropFirst() {
      all.model.append(part.model)
      all.baseline.append(part.baseline)
      all.seenCount += part.seenCount
    }
    return all
  }

  private func judged(_ users: Range<Int>) -> Judged {
    var judged = Judged(model: empty, baseline: empty)
    let scratch = PanelScratch<Float>()
    // There are no more items than there are.
    let length = min(empty.listLength, empty.itemCount)
    for first in stride(from: users.lowerBound, to: users.upperBound, by: own.batchCount) {
      let batch = Array(test.users[first..<min(users.upperBound, first + own.batchCount)])
      let places = batch.map(\.place)
      let without = options.includesSeen ? nil : history?.seen(by: places)
      let lists = own.lists(length, of: places, without: without, scratch: scratch)
      let shown = popular.lists(length, of: places, without: without, scratch: scratch)
      var scores = areWanted ? own.scores(of: places, scratch: scratch) : []
      var counts = areWanted ? popular.scores(of: places, scratch: scratch) : []
      for (row, user) in batch.enumerated() {
        let seen = options.includesSeen ? [] : history?.distinctItems(ofUser: user.place) ?? []
        let chosen = relevant(test.ratings[user.range], without: seen)
        judged.seenCount += chosen.seenCount
        func append(_ list: [Int32], _ scores: inout [[Float]], to lists: inout RankingEvaluation) {
          let ranks = areWanted ? CandidateRanks(chosen.items, &scores[row], without: seen) : nil
          lists.append(user.place, list, ranks, chosen.items, group(ofUser: user.place))
        }
        append(lists[row], &scores, to: &judged.model)
        append(shown[row], &counts, to: &judged.baseline)
      }
    }
    if !areWanted { (judged.model.areWhole, judged.baseline.areWhole) = (false, false) }
    return judged
  }

  private func group(ofUser user: Int) -> Int? {
    history.flatMap { groups?.group(ofCount: $0.range(ofUser: user).count) }
  }

  /// What a user chose of what could be shown, and how many choices could not.
  private func relevant(
    _ ratings: ArraySlice<TestRating>, without seen: [Int32]
  ) -> (items: RelevantItems, seenCount: Int) {
    var (items, gains, unknown) = ([Int32](), [Double](), [Double]())
    var (next, seenCount) = (0, 0)
    var last: Int64?
    for rating in ratings {
      // The first of an item is the greatest.
      if rating.item == last || !isRelevant(rating.value) { continue }
      last = rating.item
      guard let item = Int32(exactly: rating.item), item >= 0 else {
        unknown.append(rating.value)
        continue
      }
      while next < seen.count, seen[next] < item { next += 1 }
      if next < seen.count, seen[next] == item {
        seenCount += 1
      } else {
        items.append(item)
        gains.append(rating.value)
      }
    }
    return (RelevantItems(items, gains: gains, unknownGains: unknown), seenCount)
  }

  private func isRelevant(_ value: Double) -> Bool {
    if let least = options.relevantFrom { return value >= least }
    return !isImplicit || value > 0
  }
}
