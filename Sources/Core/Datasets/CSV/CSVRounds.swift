internal import Platform

/// Decides which splits must be read again because they began at the wrong place.
///
/// Splits are read at the same time, each from a likely start of a record. A split is right when
/// it began where the one before it ended; the first of a file begins behind the header. All
/// workers hold the same summaries and so decide the same, round by round, until nothing changes.
struct CSVRounds {
  /// A split to read again, from a place where a record is known to begin.
  struct Request: Equatable {
    var split: Int
    var start: Int
  }

  private let splits: [CSVSplit]
  private let dataStarts: [Int]
  private var summaries: [CSVSplitSummary?]
  /// Where the first record of each split begins, as far as that is certain.
  private(set) var starts: [Int?]

  /// - Parameter dataStarts: the place behind the header, by file.
  init(splits: [CSVSplit], dataStarts: [Int]) {
    self.splits = splits
    self.dataStarts = dataStarts
    summaries = Array(repeating: nil, count: splits.count)
    starts = Array(repeating: nil, count: splits.count)
  }

  mutating func note(_ summary: CSVSplitSummary) { summaries[summary.split] = summary }

  /// Follows the splits of each file from its start.
  /// - Returns: the splits to read again, and the first problem if nothing before it is open.
  mutating func next() -> (requests: [Request], problem: (split: Int, problem: CSVProblem)?) {
    var requests: [Request] = []
    var file = -1
    var place: Int?
    for (index, split) in splits.enumerated() {
      if split.file != file {
        file = split.file
        place = dataStarts[file]
      }
      guard let known = place else { continue }
      starts[index] = known
      // A record of an earlier split covers this one whole: no row begins here.
      if known >= split.range.upperBound { continue }
      guard let summary = summaries[index], summary.start == known, summary.end >= 0 else {
        requests.append(Request(split: index, start: known))
        place = nil
        continue
      }
      if let problem = summary.problem {
        if requests.isEmpty { return ([], (index, problem)) }
        place = nil
      } else {
        place = summary.end
      }
    }
    return (requests, nil)
  }

  /// Rows of each split, once nothing is open.
  var rowCounts: [Int] {
    splits.indices.map { isEmpty($0) ? 0 : summaries[$0]?.rowCount ?? 0 }
  }

  /// Rows left out in each split, once nothing is open.
  var badRowCounts: [Int] {
    splits.indices.map { isEmpty($0) ? 0 : summaries[$0]?.badRowCount ?? 0 }
  }

  /// Whether no row begins in a split.
  func isEmpty(_ index: Int) -> Bool {
    guard let start = starts[index] else { return false }
    return start >= splits[index].range.upperBound
  }
}
