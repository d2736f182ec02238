/// What becomes of somebody whom the model does not know, when lists are made.
public enum UnknownUsers: String, CaseIterable, SettingValue {
  /// They get what most people have, without scores.
  case popularity
  /// They get one row that names nothing.
  case missing
  /// They get no rows.
  case drop
}

/// What a list of recommendations shall have in it.
public struct ListWishes: Sendable {
  /// How long a list is at most.
  public var top = 10
  /// Whether it may name what the user has already.
  public var includesSeen = false
  /// How many of the user's own items are named as reasons of each recommendation.
  public var reasons = 0
  public var unknownUsers = UnknownUsers.popularity
  /// The places of the only items it may name, rising; nil for all items.
  public var allowedItems: [Int32]?

  public init() {}

  /// The list of a user, or what the closure makes of it: `ListWishes { $0.top = 5 }`.
  public init(_ change: (inout ListWishes) -> Void) { change(&self) }
}

extension ListWishes {
  /// How many places there are among `count` things.
  func limit(of count: Int) -> Int { max(1, min(top, count)) }
}
