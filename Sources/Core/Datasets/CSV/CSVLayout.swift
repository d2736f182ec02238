public import Frames

/// What all workers know of a source once it was read: the types from all rows, and where in each
/// split the first row begins.
///
/// With it any split can be read again, by anybody, to the same frame.
public struct CSVLayout: Sendable {
  /// The wanted columns and their types.
  public let schema: Schema
  /// Good rows of each split of the source.
  public let rowCounts: [Int]
  /// Rows of each split that were left out because of their shape.
  public let badRowCounts: [Int]

  let fields: [CSVField]
  let starts: [Int]
  /// For each column, the split and the place in the file that made it text.
  let evidence: [CSVEvidence?]

  /// All good rows.
  public var rowCount: Int { rowCounts.reduce(0, +) }
  /// All rows left out.
  public var badRowCount: Int { badRowCounts.reduce(0, +) }
}

/// Where a value stands that decided a type.
struct CSVEvidence: Sendable, Equatable {
  var split: Int
  var place: Int

  /// The one that comes first.
  static func first(_ one: CSVEvidence?, _ other: CSVEvidence?) -> CSVEvidence? {
    guard let one, let other else { return one ?? other }
    return (one.split, one.place) <= (other.split, other.place) ? one : other
  }
}

/// The rows of one split.
public struct CSVPart: Sendable {
  /// The number of the split.
  public let split: Int
  public let frame: Frame

  public init(split: Int, frame: Frame) {
    self.split = split
    self.frame = frame
  }
}

/// How workers tell each other numbers: each gives its own and gets everybody's, by rank.
public struct CSVExchange {
  public var gather: ([Int64]) throws -> [[Int64]]

  public init(_ gather: @escaping ([Int64]) throws -> [[Int64]]) { self.gather = gather }

  /// One worker by itself.
  public static var solo: CSVExchange { CSVExchange { [$0] } }
}
