internal import Cluster
internal import Learning
internal import LinearAlgebra

/// What a model's own history says of its users and items.
struct TrainingActivity: Sendable {
  let history: RatingHistory
  let itemCount: Int

  /// How many users have each item.
  var audience: RankingEvaluation.Audience {
    var counts = [Int](repeating: 0, count: itemCount)
    for user in 0..<history.userCount {
      for item in history.distinctItems(ofUser: user) { counts[Int(item)] += 1 }
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
}

extension RatingHistory {
  /// The distinct items of a user, rising.
  func distinctItems(ofUser user: Int) -> [Int32] {
    var distinct: [Int32] = []
    for place in range(ofUser: user) where distinct.last != items[place] {
      distinct.append(items[place])
    }
    return distinct
  }

  /// What some users have, as lists are made without it.
  func seen(by users: [Int]) -> RowLists {
    RowLists(members: items, stretches: users.map { range(ofUser: $0) })
  }
}
