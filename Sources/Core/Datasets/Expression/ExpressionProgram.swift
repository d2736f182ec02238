/// A checked expression as steps over columns, each behind the ones whose results it takes.
struct ExpressionProgram: Sendable {
  /// Each step holds 1,024 values; more than this is no expression that a person wrote.
  static let stepLimit = 1000

  struct Step: Sendable {
    let operation: Operation
    /// The steps whose results it takes.
    let operands: [Int]
    let type: ExpressionType
    /// The bytes of the text that it stands for.
    let range: Range<Int>
  }

  enum Operation: Sendable {
    /// The values of a column of the frame, by its place.
    case column(Int)
    case literal(ExpressionLiteral)
    case integerToNumber
    case dateToDatetime
    /// On integers, days and microseconds alike.
    case integers(ExpressionArithmetic)
    case numbers(ExpressionArithmetic)
    /// A day and a number of days, added or subtracted.
    case days(ExpressionArithmetic)
    case negate
    case abs
    case rounded(FloatingPointRoundingRule)
    case squareRoot
    case logarithm
    case exponential
    case compare(ExpressionComparison)
    case not
    case and
    case or
    case isMissing
    case isAmong(ExpressionSet)
    case like(LikePattern)
    /// The second or third operand, as the first says.
    case choose
    /// The first operand where it is there, otherwise the second.
    case firstPresent
    case characterCount
    case lowercase
    case uppercase
    case year, month, day, weekday
  }

  var steps: [Step] = []
  /// The step whose result is the expression's.
  var result = 0
  let text: String

  var type: ExpressionType { steps[result].type }

  /// The places of the columns that a step's result follows from, in the order of the text.
  func columns(of step: Int) -> [Int] {
    var needed = Array(repeating: false, count: steps.count)
    needed[step] = true
    for index in steps.indices.reversed() where needed[index] {
      for operand in steps[index].operands { needed[operand] = true }
    }
    var places: [Int] = []
    for index in steps.indices where needed[index] {
      if case .column(let place) = steps[index].operation, !places.contains(place) {
        places.append(place)
      }
    }
    return places
  }
}

/// The values of an `in (...)`, sorted, so that one is found by halving.
struct ExpressionSet: Sendable {
  var integers: [Int64] = []
  var numbers: [Double] = []
  var texts: [[UInt8]] = []
  /// Whether `null` is among them: then what is not found may be there all the same.
  var hasMissing = false
}
