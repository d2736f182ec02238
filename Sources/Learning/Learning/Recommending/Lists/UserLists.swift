internal import Datasets
internal import Frames
internal import LinearAlgebra

/// Lists of items for users: what of all items the model scores highest for each.
struct UserLists: Sendable {
  let model: any RecommenderModel
  let wishes: ListWishes
  let targets: ListTargets
  let tally: ListTally
  private let fresh: NewRatings?
  /// For each target its place among the users with new ratings; -1 where it has none.
  private let freshPlaces: [Int32]
  private let factors: FactorTable
  private let history: RatingHistory?
  private let scorer: TopScorer<Float>

  init(
    _ model: any RecommenderModel, _ wishes: ListWishes, for targets: ListTargets,
    with fresh: NewRatings?, tally: ListTally
  ) throws {
    self.model = model
    self.wishes = wishes
    self.targets = targets
    self.tally = tally
    self.fresh = fresh
    freshPlaces = fresh?.users.places(of: targets.names) ?? []
    factors = model.factors
    history = model.history
    scorer = TopScorer(
      columns: factors.items, bias: factors.itemBias, allowed: wishes.allowedItems,
      level: try KernelLevel.current())
  }

  var itemCount: Int { wishes.allowedItems?.count ?? model.items.count }

  /// A user as the lists see them.
  private enum User {
    case known(Int)
    /// Made of ratings, those of the model among them.
    case folded(UserVector, items: [Int32], values: [Float])
    case unknown
  }

  private func user(_ target: Int) throws -> User {
    let place = Int(targets.places[target])
    if let fresh, freshPlaces[target] >= 0,
      let (items, values) = fresh.ratings(
        ofUser: Int(freshPlaces[target]), knownAs: place >= 0 ? place : nil, to: model)
    {
      return .folded(try model.fold(items, values), items: items, values: values)
    }
    if place >= 0 { return .known(place) }
    // Where users have no part in the score, everybody is known well enough.
    return factors.rank == 0 && factors.userBias == nil
      ? .folded(UserVector(factors: []), items: [], values: []) : .unknown
  }

  /// The lists of some targets.
  func table(_ range: Range<Int>) throws -> ListTable {
    let users = try range.map { try user($0) }
    var rows = Matrix<Float>(rowCount: users.count, columnCount: factors.rank)
    var ownParts = [Double](repeating: factors.offset, count: users.count)
    for (row, user) in users.enumerated() {
      guard let vector = vector(of: user) else { continue }
      for (column, factor) in vector.factors.enumerated() { rows[row, column] = factor }
      ownParts[row] += Double(vector.bias)
    }
    let limit = wishes.limit(of: itemCount)
    let found = scorer.top(
      limit, of: rows, at: (0..<Int32(users.count)).map { $0 },
      without: wishes.includesSeen ? nil : seen(by: users), scratch: PanelScratch())
    var table = ListTable()
    for (row, user) in users.enumerated() {
      let target = range.lowerBound + row
      if case .unknown = user {
        addUnknown(target, to: &table)
        continue
      }
      let places = found.places(ofRow: row)
      let items = places.map { found.columns[$0] }
      let reasons = try wishes.reasons > 0 ? reasons(for: items, user) : nil
      for (rank, place) in places.enumerated() {
        table.add(
          target: target, partner: items[rank], rank: rank + 1,
          score: Double(found.scores[place]) + ownParts[row], reasons: reasons?[rank])
      }
      note(user, count: items.count, hasReasons: reasons != nil)
    }
    return table
  }

  private func vector(of user: User) -> UserVector? {
    switch user {
    case .known(let place): factors.vector(ofUser: place)
    case .folded(let vector, _, _): vector
    case .unknown: nil
    }
  }

  /// What each has already.
  private func seen(by users: [User]) -> RowLists? {
    let isAllKnown = users.allSatisfy { if case .folded = $0 { false } else { true } }
    if isAllKnown {
      guard let history else { return nil }
      let stretches = users.map { user -> Range<Int> in
        if case .known(let place) = user { history.range(ofUser: place) } else { 0..<0 }
      }
      return RowLists(members: history.items, stretches: stretches)
    }
    var members = [Int32]()
    let stretches = users.map { user -> Range<Int> in
      let start = members.count
      switch user {
      case .known(let place): members += history?.ratings(ofUser: place).items ?? []
      case .folded(_, let items, _): members += items
      case .unknown: break
      }
      return start..<members.count
    }
    return RowLists(members: Buffer(members), stretches: stretches)
  }

  private func addUnknown(_ target: Int, to table: inout ListTable) {
    tally.add { $0.unknown += 1 }
    switch wishes.unknownUsers {
    case .drop: break
    case .missing: table.addNothing(target: target)
    case .popularity:
      // Items stand in the order of how many ratings they have.
      for rank in 0..<min(wishes.top, itemCount) {
        table.add(
          target: target, partner: wishes.allowedItems?[rank] ?? Int32(rank), rank: rank + 1,
          score: nil)
      }
    }
  }

  private func note(_ user: User, count: Int, hasReasons: Bool) {
    tally.add { counts in
      if case .folded = user, factors.rank > 0 { counts.folded += 1 }
      if count == 0 { counts.empty += 1 } else if count < wishes.top { counts.short += 1 }
      if wishes.reasons > 0, !hasReasons { counts.unexplained += count }
    }
  }

  /// The user's own items that speak most for each of some items.
  private func reasons(for items: [Int32], _ user: User) throws -> [[Reason]]? {
    let (own, values): ([Int32], [Float])
    switch user {
    case .known(let place):
      guard let history else { return nil }
      (own, values) = history.ratings(ofUser: place)
    case .folded(_, let items, let given): (own, values) = (items, given)
    case .unknown: return nil
    }
    guard factors.rank > 0, !own.isEmpty, let system = try model.system(own, values),
      let shares = system.shares(of: items, own: own, factors: factors.items)
    else { return nil }
    return shares.map { strongest($0, own) }
  }

  private func strongest(_ shares: [Double], _ own: [Int32]) -> [Reason] {
    var sums: [(item: Int32, share: Double)] = []
    for (item, share) in zip(own, shares) {
      // Several ratings of one item are one reason.
      if item == sums.last?.item {
        sums[sums.count - 1].share += share
      } else {
        sums.append((item, share))
      }
    }
    return sums.filter { $0.share > 0 }
      .sorted { $0.share != $1.share ? $0.share > $1.share : $0.item < $1.item }
      .prefix(wishes.reasons)
      .map { Reason(item: model.items.text(Int($0.item)), share: $0.share) }
  }
}
