internal import Blocks
package import Cluster
internal import Datasets
package import Frames
internal import LinearAlgebra
internal import Platform

/// The users of a model as it sees them with new ratings: those that it knows, in their places, and
/// behind them those who came with the ratings.
///
/// Whoever has new ratings has the vector that recommendations for them are made by. What is popular
/// is not touched: it stays what the model learned from.
package struct FoldedUsers: Sendable {
  /// Of all users.
  package let factors: FactorTable
  /// What each is known to have; nil where the model keeps none and nothing came.
  package let history: RatingHistory?
  /// How many have a vector made of new ratings.
  package let foldedCount: Int
  private let known: Identifiers
  private let fresh: Identifiers?
  /// Where those with new ratings stand among all users; -1 for one without a rating that is of use.
  private let freshPlaces: [Int32]
  /// The memory of what is held twice.
  private let reservation: MemoryReservation?

  /// The users of a model as they are.
  package init(_ model: any RecommenderModel) {
    (factors, history, known) = (model.factors, model.history, model.users)
    (fresh, freshPlaces, foldedCount, reservation) = (nil, [], 0, nil)
  }

  /// Makes the vectors of those with new ratings, a share on each worker; a collective call.
  ///
  /// Cost: a solve a user with new ratings; the model's users and history once more in memory.
  package init(
    _ model: any RecommenderModel, with new: NewRatings, in session: Session
  ) throws {
    let users = NewUsers(model, new)
    let communicator = session.communicator
    reservation = try communicator.agree("folding users in") {
      try session.memory.reserve(
        users.count * (model.factors.rank + 1) * 4 + (model.history?.count ?? 0) * 8
          + new.history.count * 8, for: "the users of the model and of the new ratings")
    }
    factors = try users.factors(model, in: session)
    history = users.history(model)
    known = model.users
    fresh = new.users
    freshPlaces = users.places
    foldedCount = users.folded.count
  }

  /// The places of a column's users; -1 where one is missing or unknown.
  package func places(of column: Column) -> [Int32] {
    var places = known.places(of: column)
    guard let fresh else { return places }
    for (row, place) in fresh.places(of: column).enumerated() where places[row] < 0 && place >= 0 {
      places[row] = freshPlaces[Int(place)]
    }
    return places
  }
}

/// What is known of those with new ratings.
private struct NewUsers: Sendable {
  /// A user by the place among all, with all that he is known to have.
  struct Folded: Sendable {
    let place: Int
    let items: [Int32]
    let values: [Float]
  }

  let places: [Int32]
  let folded: [Folded]
  /// How many users there are, the model's among them.
  let count: Int

  init(_ model: any RecommenderModel, _ new: NewRatings) {
    let all = (0..<Int32(new.users.count)).map { $0 }
    var (places, folded) = (model.users.places(of: new.users.column(all)), [Folded]())
    var count = model.users.count
    for user in places.indices {
      let known = places[user] >= 0 ? Int(places[user]) : nil
      guard let (items, values) = new.ratings(ofUser: user, knownAs: known, to: model) else {
        continue
      }
      folded.append(Folded(place: known ?? count, items: items, values: values))
      if known == nil {
        places[user] = Int32(count)
        count += 1
      }
    }
    (self.places, self.folded, self.count) = (places, folded, count)
  }

  /// The model's factors with those of its users that are folded in.
  func factors(_ model: any RecommenderModel, in session: Session) throws -> FactorTable {
    let (communicator, rank) = (session.communicator, model.factors.rank)
    let own =
      folded.count * communicator.rank / communicator.size..<folded.count * (communicator.rank + 1)
      / communicator.size
    let vectors = try communicator.agree("folding users in") {
      try mapConcurrently(own.count, threads: session.threads) { place in
        let user = folded[own.lowerBound + place]
        let vector = try model.fold(user.items, user.values)
        return vector.factors + [vector.bias]
      }
    }
    let all = try communicator.allGather(vectors.flatMap { $0 }).flatMap { $0 }
    var factors = model.factors
    var rows = Matrix<Float>(rowCount: count, columnCount: rank)
    for user in 0..<factors.users.rowCount {
      for column in 0..<rank { rows[user, column] = factors.users[user, column] }
    }
    factors.userBias? += [Float](repeating: 0, count: count - factors.users.rowCount)
    for (place, user) in folded.enumerated() {
      let start = place * (rank + 1)
      for column in 0..<rank { rows[user.place, column] = all[start + column] }
      factors.userBias?[user.place] = all[start + rank]
    }
    factors.users = rows
    return factors
  }

  /// What all users are known to have.
  func history(_ model: any RecommenderModel) -> RatingHistory {
    var own = [Int?](repeating: nil, count: count)
    for (place, user) in folded.enumerated() { own[user.place] = place }
    var (offsets, items, values) = ([0], [Int32](), [Float]())
    for user in 0..<count {
      if let place = own[user] {
        items += folded[place].items
        values += folded[place].values
      } else if let history = model.history {
        let ratings = history.ratings(ofUser: user)
        items += ratings.items
        values += ratings.values
      }
      offsets.append(items.count)
    }
    return RatingHistory(offsets: Buffer(offsets), items: Buffer(items), values: Buffer(values))
  }
}
