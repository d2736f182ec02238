/// What the ratings of a user or an item cost, in ratings: workers own rows of even work.
public struct RatingWork: Sendable, Equatable {
  /// What a row costs beside its ratings; at least 1, so that a row without any costs something.
  public var ofRow: Int
  /// Ratings are taken so many at a time.
  public var step: Int
  /// Each rating of a row of more than `longRow` costs as much as `ofLongRow`.
  public var longRow: Int
  public var ofLongRow: Double

  public init(ofRow: Int = 1, step: Int = 1, longRow: Int = .max, ofLongRow: Double = 1) {
    self.ofRow = ofRow
    self.step = step
    self.longRow = longRow
    self.ofLongRow = ofLongRow
  }

  func of(_ count: Int) -> Int {
    let ratings = (count + step - 1) / step * step
    return ofRow + (count > longRow ? Int(Double(ratings) * ofLongRow) : ratings)
  }
}
