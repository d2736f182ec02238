/// The columns of a table of ratings, by name: no matrix whose sides could be mixed up.
public struct RatingColumns: Sendable, Equatable {
  /// Who rated: whole numbers or texts.
  public var user: String
  /// What was rated: whole numbers or texts.
  public var item: String
  /// How much; nil where each row counts 1.
  public var rating: String?

  public init(user: String = "user", item: String = "item", rating: String? = nil) {
    self.user = user
    self.item = item
    self.rating = rating
  }

  /// All of them.
  public var names: [String] { [user, item] + [rating].compactMap { $0 } }
}

/// What becomes of several ratings of one item by one user.
public enum RepeatedRatings: Sendable {
  /// Each is an observation of its own.
  case kept
  /// They are added up to one.
  case summed
}

/// What reading ratings came across, over all workers.
public struct RatingReport: Sendable, Equatable {
  /// Rows left out because they could not be read.
  public var unreadableRowCount = 0
  /// Rows left out because the user, the item or the rating was missing or not finite.
  public var unusableRowCount = 0
  /// Rows beyond the first of the same user and item.
  public var repeatedRowCount = 0

  public init() {}
}
