/// A byte range of one file: the rows that begin in it are read together.
///
/// The range is cut at round places; which row begins first in it is found out when it is read.
public struct CSVSplit: Sendable, Equatable {
  /// Its number among all splits of the source.
  public let index: Int
  /// The number of its file.
  public let file: Int
  /// The bytes, in the file.
  public let range: Range<Int>
}

/// What the values of a column are, as the parser counts it.
///
/// The type of a column is the join of the types of all its values: missing below everything,
/// bool below text, int64 below float64 below text, each kind of time below text.
enum CSVType: UInt8, Sendable {
  case missing = 0
  case bool = 1
  case int64 = 2
  case float64 = 3
  case text = 4
  case date = 5
  case datetime = 6
  case timestamp = 7
}

/// A column that is wanted: which field it is, the type to write it as, and how it is judged.
struct CSVField: Sendable {
  var place: Int
  var type: CSVType
  var isIdentifier: Bool
}
