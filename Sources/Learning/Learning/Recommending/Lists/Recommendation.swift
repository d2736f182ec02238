internal import Frames

/// An item on somebody's list.
public struct Recommendation: Sendable, Equatable {
  public let item: String
  /// Counted from 1.
  public let rank: Int
  /// What the model predicts; nil where the item is only popular.
  public let score: Double?
  /// The user's own items that speak for it, the strongest first; nil where none were asked for or
  /// the model has none to give.
  public let reasons: [Reason]?
}

/// One of a user's own items, and what it did for the score of another.
public struct Reason: Sendable, Equatable {
  public let item: String
  /// Its part of the score.
  public let share: Double

  /// Reasons as a table has them: `libc6 (0.41); perl (0.22)`.
  static func text(_ reasons: [Reason]) -> String {
    reasons.map { "\($0.item) (\(numberText(rounded($0.share))))" }.joined(separator: "; ")
  }

  /// A number with four digits that count.
  private static func rounded(_ value: Double) -> Double {
    guard value.isFinite, value != 0 else { return value }
    var (digits, scale) = (value.magnitude, 1.0)
    while digits < 1000, scale < 1e15 { (digits, scale) = (digits * 10, scale * 10) }
    return (value * scale).rounded() / scale
  }
}
