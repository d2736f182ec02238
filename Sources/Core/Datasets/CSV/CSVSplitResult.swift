/// What reading one split gave, under the assumption that a record begins at `start`.
struct CSVSplitResult: Sendable {
  var split: Int
  /// Where it began to read; -1 where it found no place to begin.
  var start: Int
  /// Where the last record ended; -1 where that was too far off to look.
  var end: Int
  var rowCount = 0
  var badRowCount = 0
  var problem: CSVProblem?
  var columns: [CSVColumn] = []

  /// What other workers need to know of it.
  var summary: CSVSplitSummary {
    CSVSplitSummary(
      split: split, start: start, end: end, rowCount: rowCount, badRowCount: badRowCount,
      problem: problem)
  }
}

/// A result without its columns, as eight numbers that travel between workers.
struct CSVSplitSummary: Sendable, Equatable {
  static let wordCount = 8
  var split: Int
  var start: Int
  var end: Int
  var rowCount: Int
  var badRowCount: Int
  var problem: CSVProblem?

  init(
    split: Int, start: Int, end: Int, rowCount: Int, badRowCount: Int, problem: CSVProblem?
  ) {
    self.split = split
    self.start = start
    self.end = end
    self.rowCount = rowCount
    self.badRowCount = badRowCount
    self.problem = problem
  }

  var words: [Int64] {
    [
      split, start, end, rowCount, badRowCount, problem?.kind.rawValue ?? 0, problem?.place ?? 0,
      problem?.found ?? 0,
    ].map(Int64.init)
  }

  init(words: ArraySlice<Int64>) {
    let words = words.map(Int.init)
    self.init(
      split: words[0], start: words[1], end: words[2], rowCount: words[3], badRowCount: words[4],
      problem: CSVProblem.Kind(rawValue: words[5]).map {
        CSVProblem(kind: $0, place: words[6], found: words[7])
      })
  }
}
