public import Datasets
internal import Frames
internal import LinearAlgebra
internal import Platform

extension RecommenderModel {
  /// The items that would please users most, a list a user, as a table that is worked out when it is
  /// read: `user, item, rank, score`, and `because` where reasons are wished for.
  ///
  /// Lists are exact, the greater score first and of equal ones the item with more ratings. They are
  /// the same for a user alone and among others, for any number of workers and threads.
  /// - Parameters:
  ///   - targets: the users; nil: all that the model knows, in the order of their identifiers.
  ///   - fresh: ratings that the model did not learn from.
  ///   - tally: told what came up.
  public func recommendations(
    _ wishes: ListWishes = ListWishes(), for targets: ListTargets? = nil,
    with fresh: NewRatings? = nil, tally: ListTally = ListTally()
  ) throws -> Dataset {
    let targets = targets ?? ListTargets(all: users)
    let lists = try UserLists(self, wishes, for: targets, with: fresh, tally: tally)
    let names = ListTable.Names(
      target: "user", partner: "item", reasons: wishes.reasons > 0 ? "because" : nil)
    return dataset("recommendations", names, targets, items, wishes) { try lists.table($0) }
  }

  /// The best items of users, by default of all.
  public func recommendations(top: Int, for targets: ListTargets? = nil) throws -> Dataset {
    try recommendations(ListWishes { $0.top = top }, for: targets)
  }

  /// The best items for one user.
  public func recommend(
    _ count: Int = 10, for user: String, with fresh: NewRatings? = nil,
    _ change: (inout ListWishes) -> Void = { _ in }
  ) throws -> [Recommendation] {
    guard users.place(of: user) != nil || fresh?.users.place(of: user) != nil else {
      throw Failure(.data, "the model knows no user '\(user)'")
    }
    var wishes = ListWishes { $0.top = count }
    change(&wishes)
    let targets = ListTargets(Column([user]), among: users)
    let table = try UserLists(self, wishes, for: targets, with: fresh, tally: ListTally()).table(
      0..<1)
    return table.partners.indices.compactMap { row in
      guard let rank = table.ranks[row] else { return nil }
      return Recommendation(
        item: items.text(Int(table.partners[row])), rank: Int(rank), score: table.scores[row],
        reasons: table.reasons[row])
    }
  }

  /// The items whose factors point most nearly the same way as those of some items: the cosine of
  /// the angle between them, `item, similar_item, rank, score`.
  public func similarItems(
    to targets: ListTargets, _ wishes: ListWishes = ListWishes(), tally: ListTally = ListTally()
  ) throws -> Dataset {
    try similar(
      "items", ListTable.Names(target: "item", partner: "similar_item"), factors.items, items,
      targets, wishes, wishes.allowedItems, tally)
  }

  /// The users alike, by the cosine of their factors: `user, similar_user, rank, score`.
  public func similarUsers(
    to targets: ListTargets, _ wishes: ListWishes = ListWishes(), tally: ListTally = ListTally()
  ) throws -> Dataset {
    try similar(
      "users", ListTable.Names(target: "user", partner: "similar_user"), factors.users, users,
      targets, wishes, nil, tally)
  }

  /// The users whom items would please most, without those who have them: `item, user, rank, score`.
  public func users(
    for targets: ListTargets, _ wishes: ListWishes = ListWishes(), tally: ListTally = ListTally()
  ) throws -> Dataset {
    let factors = factors
    let lists = PairLists(
      targets: targets, wishes: wishes, tally: tally, rows: factors.items,
      scorer: TopScorer(
        columns: factors.users, bias: factors.userBias, level: try KernelLevel.current()),
      without: wishes.includesSeen ? nil : history?.usersWho(have: targets.places),
      score: { item, user, _ in factors.score(user: user, item: item) })
    let names = ListTable.Names(target: "item", partner: "user")
    return dataset("users for items", names, targets, users, wishes) { lists.table($0) }
  }

  private func similar(
    _ what: String, _ names: ListTable.Names, _ factors: Matrix<Float>,
    _ identifiers: Identifiers, _ targets: ListTargets, _ wishes: ListWishes, _ allowed: [Int32]?,
    _ tally: ListTally
  ) throws -> Dataset {
    guard factors.columnCount > 0 else {
      throw Failure(
        .usage, "this model has no factors, and so knows nothing of \(what) alike",
        hint: "train als for that")
    }
    let directions = factors.directions
    let lists = PairLists(
      targets: targets, wishes: wishes, tally: tally, rows: directions,
      scorer: TopScorer(columns: directions, allowed: allowed, level: try KernelLevel.current()),
      // Everything is most like itself.
      without: (Buffer(targets.places), targets.places.indices.map { $0..<$0 + 1 }),
      score: { _, _, found in Double(min(1, max(-1, found))) })
    return dataset("\(what) alike", names, targets, identifiers, wishes) { lists.table($0) }
  }

  private func dataset(
    _ name: String, _ names: ListTable.Names, _ targets: ListTargets, _ partners: Identifiers,
    _ wishes: ListWishes, _ table: @escaping @Sendable (Range<Int>) throws -> ListTable
  ) -> Dataset {
    let partnerNames = partners.column((0..<Int32(partners.count)).map { $0 })
    let schema = ListTable.schema(names, target: targets.names.type, partner: partners.type)
    return Dataset(
      ListSource(
        name: name, schema: schema, targetCount: targets.count,
        together: ListSource.together(top: wishes.limit(of: partners.count))
      ) { range in
        try table(range).frame(schema, names: targets.names, partnerNames: partnerNames)
      })
  }
}

extension ListSource {
  /// As many targets as keep the scorer busy and their lists in some megabytes.
  fileprivate static func together(top: Int) -> Int { max(32, min(1024, 262_144 / max(1, top))) }
}

extension Matrix<Float> {
  /// The rows as vectors of length 1; those of length 0 stay.
  fileprivate var directions: Matrix<Float> {
    var result = self
    for row in 0..<rowCount {
      let values = self.row(row).map { Double($0) }
      let length = values.reduce(0) { $0.addingProduct($1, $1) }.squareRoot()
      guard length > 0, length.isFinite else { continue }
      for (column, value) in values.enumerated() { result[row, column] = Float(value / length) }
    }
    return result
  }
}

extension RatingHistory {
  /// The users who have each of some items, rising; -1 stands for an item that is not known.
  fileprivate func usersWho(
    have wanted: [Int32]
  ) -> (members: Buffer<Int32>, stretches: [Range<Int>]) {
    let slots = wanted.filter { $0 >= 0 }.sorted()
    func slot(_ item: Int32) -> Int? {
      let place = slots.partitioningIndex { $0 >= item }
      return place < slots.count && slots[place] == item ? place : nil
    }
    var lists = [[Int32]](repeating: [], count: slots.count)
    for user in 0..<userCount {
      for place in range(ofUser: user) {
        if let slot = slot(items[place]) { lists[slot].append(Int32(user)) }
      }
    }
    let ends = lists.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    let stretches = wanted.map { item in slot(item).map { ends[$0]..<ends[$0 + 1] } ?? 0..<0 }
    return (Buffer(lists.flatMap { $0 }), stretches)
  }
}

extension Array {
  /// The first place from which on a condition holds that holds for all behind.
  fileprivate func partitioningIndex(_ holds: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = low + (high - low) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
