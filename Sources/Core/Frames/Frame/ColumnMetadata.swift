/// What is known of a column's values beside their type; it travels with the column.
public struct ColumnMetadata: Sendable, Equatable, Codable {
  /// What the codes from 0 on of a nominal column stand for.
  public var labels: [String]?
  /// The column whose values the labels are, where codes were made of another column: slots that are
  /// made of the codes are named after it, `city=Lviv`, whatever the codes are called.
  public var origin: String?
  /// What the positions of a vector stand for: `age`, `city=Lviv`.
  public var slots: [String]?
  /// How many numbers its vectors have, where that is known before reading them.
  public var width: Int?
  /// Whether its vectors are held by their entries that are not zero, where that is known.
  public var isSparse: Bool?
  /// Runs of positions of which a row has at most one, and that one is 1: what a code became.
  public var codes: [Range<Int>]?
  /// What the format itself says that the column is for; nil for a feature like any other.
  public var role: ColumnRole?

  public init(
    labels: [String]? = nil, origin: String? = nil, slots: [String]? = nil, width: Int? = nil,
    isSparse: Bool? = nil, codes: [Range<Int>]? = nil, role: ColumnRole? = nil
  ) {
    self.labels = labels
    self.origin = origin
    self.slots = slots
    self.width = width
    self.isSparse = isSparse
    self.codes = codes
    self.role = role
  }

  /// Whether nothing is known.
  public var isEmpty: Bool { self == ColumnMetadata() }
}

/// What a column is for, where a format says so.
public enum ColumnRole: String, Sendable, Codable {
  /// What is to be predicted.
  case label
  /// Which rows belong together, such as the answers to one query.
  case group
}
