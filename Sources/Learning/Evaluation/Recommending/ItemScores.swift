internal import Learning
internal import LinearAlgebra

/// The scores of all items for a model's users, and the best of them.
struct ItemScores: Sendable {
  let itemCount: Int
  private let users: Matrix<Float>
  private let bias: [Float]
  private let best: TopScorer<Float>
  /// All scores; nil where nobody wants them, or the biases decide alone.
  private let all: PanelScorer<Float>?

  /// - Parameter areWanted: whether all scores will be asked for, not only the best.
  init(_ factors: FactorTable, areWanted: Bool) throws {
    let level = try KernelLevel.current()
    let (items, itemCount) = (factors.items, factors.items.rowCount)
    users = factors.users
    self.itemCount = itemCount
    bias = factors.itemBias ?? [Float](repeating: 0, count: itemCount)
    best = TopScorer(columns: items, bias: bias, level: level)
    all =
      areWanted && factors.rank > 0
      ? PanelScorer(
        columns: Matrix(
          rowCount: itemCount, columnCount: factors.rank, elements: items.elements.map(Double.init)),
        bias: bias.map(Double.init), level: level) : nil
  }

  /// The same scores for each of some users.
  init(_ scores: [Float], userCount: Int) throws {
    try self.init(
      FactorTable(
        users: Matrix(rowCount: userCount, columnCount: 0),
        items: Matrix(rowCount: scores.count, columnCount: 0), itemBias: scores), areWanted: false)
  }

  /// How many users are scored at a time.
  var batchCount: Int { max(1, min(64, (1 << 22) / max(1, itemCount))) }

  /// The items with the highest scores, best first, for each user.
  /// - Parameter without: what each user is not shown.
  func lists(
    _ length: Int, of places: [Int], without: RowLists?, scratch: PanelScratch<Float>
  ) -> [[Int32]] {
    let found = best.top(
      length, of: users, at: places.map { Int32($0) }, without: without, scratch: scratch)
    return places.indices.map { row in found.places(ofRow: row).map { found.columns[$0] } }
  }

  /// All scores, an array a user; to the bit those that lists are made by.
  func scores(of places: [Int], scratch: PanelScratch<Float>) -> [[Float]] {
    guard let all else { return places.map { _ in bias } }
    var rows = Matrix<Float>(rowCount: places.count, columnCount: users.columnCount)
    for (row, user) in places.enumerated() {
      for column in 0..<users.columnCount { rows[row, column] = users[user, column] }
    }
    let scores = all.scores(ofRows: 0..<places.count, in: rows, scratch: scratch)
    return places.indices.map { scores.row($0) }
  }
}
