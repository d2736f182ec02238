/// The functions of expressions.
enum ExpressionFunction: String, Sendable, CaseIterable {
  case abs, floor, ceil, round, sqrt, log, exp
  case length, lower, upper
  case coalesce
  case choose = "if"
  case year, month, day, weekday

  /// How many arguments it takes.
  var argumentCounts: ClosedRange<Int> {
    switch self {
    case .coalesce: 1...1000
    case .choose: 3...3
    default: 1...1
    }
  }

  /// How it is called, for a hint.
  var usage: String {
    switch self {
    case .abs, .floor, .ceil, .round, .sqrt, .log, .exp: "\(rawValue)(number)"
    case .length, .lower, .upper: "\(rawValue)(text)"
    case .coalesce: "coalesce(first, second, ...)"
    case .choose: "if(condition, value, other)"
    case .year, .month, .day, .weekday: "\(rawValue)(date)"
    }
  }
}
