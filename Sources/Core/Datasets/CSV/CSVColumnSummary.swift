internal import CParse
internal import Frames

extension CSVType {
  /// The type in a frame; a column in which nothing is there counts as numbers.
  var columnType: ColumnType {
    switch self {
    case .bool: .bool
    case .int64: .int64
    case .missing, .float64: .float64
    case .text: .text
    case .date: .date
    case .datetime: .datetime
    case .timestamp: .timestamp
    }
  }

  /// The narrowest type that holds both.
  func joined(_ other: CSVType) -> CSVType {
    CSVType(rawValue: martlet_csv_join(rawValue, other.rawValue)) ?? .text
  }
}

/// Where a value stands that decided a type.
struct CSVEvidence: Sendable, Equatable, Codable {
  var split: Int
  var place: Int

  /// The one that comes first.
  static func first(_ one: CSVEvidence?, _ other: CSVEvidence?) -> CSVEvidence? {
    guard let one, let other else { return one ?? other }
    return (one.split, one.place) <= (other.split, other.place) ? one : other
  }
}

/// What a worker knows of one column, as seven numbers that travel between workers.
struct CSVColumnSummary: Sendable {
  static let wordCount = 7
  var type: CSVType
  private var text: CSVEvidence?
  private var bool: CSVEvidence?
  private var time: CSVEvidence?

  init(type: CSVType) { self.type = type }

  /// Where the column became text: a text, or a bool or a time beside something else.
  var evidence: CSVEvidence? { text ?? bool ?? time }

  mutating func add(_ column: CSVColumn, split: Int) {
    type = type.joined(column.seen)
    if column.firstText >= 0 {
      text = .first(text, CSVEvidence(split: split, place: column.firstText))
    }
    if column.firstBool >= 0 {
      bool = .first(bool, CSVEvidence(split: split, place: column.firstBool))
    }
    if column.firstTime >= 0 {
      time = .first(time, CSVEvidence(split: split, place: column.firstTime))
    }
  }

  mutating func add(_ other: CSVColumnSummary) {
    type = type.joined(other.type)
    text = .first(text, other.text)
    bool = .first(bool, other.bool)
    time = .first(time, other.time)
  }

  var words: [Int64] {
    [
      Int(type.rawValue), text?.split ?? -1, text?.place ?? 0, bool?.split ?? -1, bool?.place ?? 0,
      time?.split ?? -1, time?.place ?? 0,
    ].map(Int64.init)
  }

  init(words: ArraySlice<Int64>) {
    let words = words.map(Int.init)
    type = CSVType(rawValue: UInt8(truncatingIfNeeded: words[0])) ?? .text
    if words[1] >= 0 { text = CSVEvidence(split: words[1], place: words[2]) }
    if words[3] >= 0 { bool = CSVEvidence(split: words[3], place: words[4]) }
    if words[5] >= 0 { time = CSVEvidence(split: words[5], place: words[6]) }
  }
}
