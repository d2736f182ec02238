internal import Cluster
internal import Learning
internal import LinearAlgebra

/// What a model's own history says of its users and items.
struct TrainingActivity: Sendable {
  let history: RatingHistory
  let itemCount: Int

  /// The distinct items of a user, rising.
  func items(ofUser user: Int) -> [Int32] {
    var items: [Int32] = []
    for place in history.range(ofUser: user) where items.last != history.items[place] {
      items.append(history.items[place])
    }
    return items
  }

  /// What some users have, as lists are made without it.
  func seen(by users: [Int]) -> RowLists {
    RowLists(members: history.items, stretches: users.map { history.range(ofUser: $0) })
  }

  /// How many users have each item.
  var audience: RankingEvaluation.Audience {
    var counts = [Int](repeating: 0, count: itemCount)
    for user in 0..<history.userCount {
      for item in items(ofUser: user) { counts[Int(item)] += 1 }
    }
    return RankingEvaluation.Audience(itemCounts: counts, userCount: history.userCount)
  }

  /// How many ratings each item has.
  var ratingCounts: [Float] {
    var counts = [Float](repeating: 0, count: itemCount)
    for place in 0..<history.count { counts[Int(history.items[place])] += 1 }
    return counts
  }

  /// The mean rating of each item, drawn towards the mean of all as if ten more ratings had been of
  /// that size: what the algorithm `popularity` predicts by its mean.
  var meanRatings: [Double] {
    var counts = [Double](repeating: 0, count: itemCount)
    var sums = counts
    for place in 0..<history.count {
      counts[Int(history.items[place])] += 1
      sums[Int(history.items[place])] += Double(history.values[place])
    }
    let mean = sums.reduce(0, +) / Double(max(1, history.count))
    let shrinkage = 10.0
    return zip(sums, counts).map { ($0 + shrinkage * mean) / ($1 + shrinkage) }
  }

  /// Groups of users of equal size by how many ratings they have in training, for those judged.
  struct Groups: Sendable {
    let names: [String]
    /// The most ratings of each group but the last.
    fileprivate let ends: [Int]

    func group(ofCount count: Int) -> Int { ends.firstIndex { count <= $0 } ?? ends.count }
  }

  /// Quarters of the users judged, users of equal counts together; a collective call.
  func quarters(of users: [Int], in communicator: Communicator) throws -> Groups {
    let own = users.map { Int64(history.range(ofUser: $0).count) }
    let counts = try communicator.allGather(own).flatMap { $0 }.map { Int($0) }.sorted()
    guard let most = counts.last else { return Groups(names: [], ends: []) }
    var ends: [Int] = []
    for quarter in 1...3 {
      let end = counts[(counts.count - 1) * quarter / 4]
      if end < most, ends.last != end { ends.append(end) }
    }
    if ends.isEmpty { return Groups(names: [], ends: []) }
    let groups = Groups(names: [], ends: ends)
    var ranges = [(least: Int, most: Int)?](repeating: nil, count: ends.count + 1)
    for count in counts {
      let group = groups.group(ofCount: count)
      ranges[group] = (ranges[group]?.least ?? count, count)
    }
    let names = ranges.map { range in
      range.map { $0.least == $0.most ? "\($0.least)" : "\($0.least) to \($0.most)" } ?? "none"
    }
    return Groups(names: names.map { $0 + " ratings" }, ends: ends)
  }
}
