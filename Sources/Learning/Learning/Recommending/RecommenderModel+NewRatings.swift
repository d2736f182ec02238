internal import Datasets
internal import LinearAlgebra

extension RecommenderModel {
  /// How many of some users the model knows and yet sees by new ratings alone.
  ///
  /// A model that has forgotten its history has nothing to add new ratings to: folding these in
  /// takes the place of what it learned of the user. 0 for a model with a history, and for one in
  /// which users have no part.
  public func usersSeenAnew(_ targets: ListTargets, by fresh: NewRatings) -> Int {
    if history != nil || factors.rank == 0 && factors.userBias == nil { return 0 }
    let freshPlaces = fresh.users.places(of: targets.names)
    return targets.places.indices.count {
      targets.places[$0] >= 0 && freshPlaces[$0] >= 0
        && !fresh.history.range(ofUser: Int(freshPlaces[$0])).isEmpty
    }
  }
}
