/// What an expression says, as nodes of which each stands behind the ones that it is made of.
///
/// A list instead of a linked tree: whoever works through it needs a loop and no recursion, so that
/// no expression, however deep, can exhaust the stack.
struct ExpressionTree: Sendable {
  struct Node: Sendable {
    let kind: Kind
    /// The places of the nodes that it is made of.
    let children: [Int]
    /// The bytes of the text that it stands for.
    var range: Range<Int>
  }

  enum Kind: Sendable {
    case column(String)
    case literal(ExpressionLiteral)
    case negate
    case not
    case and
    case or
    case compare(ExpressionComparison)
    case arithmetic(ExpressionArithmetic)
    case isMissing
    /// The first child is looked for among the others.
    case isAmong
    case like(LikePattern)
    case call(ExpressionFunction)
  }

  let text: String
  var nodes: [Node] = []

  var root: Int { nodes.count - 1 }

  /// Every column that is named, in the order of the text.
  var columns: [String] {
    var names: [String] = []
    for case .column(let name) in nodes.map(\.kind)
    where !names.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
      names.append(name)
    }
    return names
  }
}

/// A value that stands in the text of an expression.
enum ExpressionLiteral: Sendable, Equatable {
  case missing
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case text([UInt8])
  /// Days since 1970-01-01.
  case date(Int64)
  /// Microseconds since 1970-01-01 00:00, without a zone.
  case datetime(Int64)
  /// Microseconds since 1970-01-01 00:00, in UTC.
  case timestamp(Int64)

  var type: ExpressionType {
    switch self {
    case .missing: .missing
    case .bool: .bool
    case .integer: .integer
    case .number: .number
    case .text: .text
    case .date: .date
    case .datetime: .datetime
    case .timestamp: .timestamp
    }
  }
}

enum ExpressionComparison: Sendable {
  case equal, unequal, less, lessOrEqual, greater, greaterOrEqual
}

enum ExpressionArithmetic: Sendable { case add, subtract, multiply, divide, remainder }
