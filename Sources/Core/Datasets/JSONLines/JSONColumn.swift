internal import CParse
internal import Frames

/// What the values under a key are, as the scanner counts it.
enum JSONType: UInt8, Sendable, Codable, CaseIterable {
  case missing, bool, int64, float64, text, date, datetime, timestamp, emptyList, texts, vector

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
    case .emptyList, .texts: .texts
    case .vector: .vector
    }
  }

  /// The narrowest type that holds both.
  func joined(_ other: JSONType) -> JSONType {
    JSONType(rawValue: martlet_csv_join(rawValue, other.rawValue)) ?? .text
  }
}

/// What was seen under one key, in the order of the rows; parts that follow each other are joined.
struct JSONColumn: Sendable, Codable {
  let name: String
  private var isObject: Bool
  /// Where a value of each type was first seen.
  private var firstSeen: [CSVEvidence?]
  private(set) var width: Int
  /// Where a list of numbers of another width was first seen.
  private var otherWidth: CSVEvidence?

  init(_ found: martlet_json_found, split: Int) {
    func evidence(_ place: Int64) -> CSVEvidence? {
      place < 0 ? nil : CSVEvidence(split: split, place: Int(place))
    }
    name = unsafe JSONLinesReader.text(found.name, found.name_count)
    isObject = unsafe found.is_object != 0
    width = unsafe Int(found.width)
    otherWidth = evidence(unsafe found.other_width)
    let places = unsafe found.first_seen
    firstSeen = unsafe withUnsafeBytes(of: places) { bytes in
      unsafe bytes.bindMemory(to: Int64.self).map(evidence)
    }
  }

  /// Adds what was seen in later rows.
  mutating func add(_ later: JSONColumn) {
    let vector = Int(JSONType.vector.rawValue)
    if firstSeen[vector] == nil {
      width = later.width
      otherWidth = later.otherWidth
    } else if otherWidth == nil {
      otherWidth = later.width == width ? later.otherWidth : later.firstSeen[vector]
    }
    isObject = isObject || later.isObject
    for type in firstSeen.indices { firstSeen[type] = firstSeen[type] ?? later.firstSeen[type] }
  }

  /// Whether there never was a value, and objects instead: then their keys are the columns.
  var isOnlyObject: Bool { isObject && settled.type == .missing }

  /// The type that holds all values, and the first value that made it text.
  var settled: (type: JSONType, reason: CSVEvidence?) {
    var events = zip(JSONType.allCases, firstSeen).compactMap { type, place in
      place.map { (type: type, place: $0) }
    }
    if let otherWidth { events.append((.text, otherWidth)) }
    events.sort { ($0.place.split, $0.place.place) < ($1.place.split, $1.place.place) }
    var type = JSONType.missing
    for event in events {
      type = type.joined(event.type)
      if type == .text { return (.text, event.place) }
    }
    return (type, nil)
  }
}

/// A column to read: where to find it and what its values are.
struct JSONField: Sendable {
  let name: String
  let type: JSONType
  let width: Int
}
