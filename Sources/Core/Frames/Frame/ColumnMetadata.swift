/// What is known of a column's values beside their type; it travels with the column.
public struct ColumnMetadata: Sendable, Equatable, Codable {
  /// What the codes from 0 on of a nominal column stand for.
  public var labels: [String]?
  /// What the positions of a vector stand for: `age`, `city=Lviv`.
  public var slots: [String]?

  public init(labels: [String]? = nil, slots: [String]? = nil) {
    self.labels = labels
    self.slots = slots
  }

  /// Whether nothing is known.
  public var isEmpty: Bool { self == ColumnMetadata() }
}
