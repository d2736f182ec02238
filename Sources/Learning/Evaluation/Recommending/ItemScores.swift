internal import Learning
internal import LinearAlgebra

/// The scores of all items for a model's users, to the bit those that lists are made by.
struct ItemScores: Sendable {
  let itemCount: Int
  private let users: Matrix<Float>
  private let bias: [Float]
  /// Nil where the biases decide alone.
  private let scorer: PanelScorer<Float>?

  init(_ factors: FactorTable) throws {
    users = factors.users
    itemCount = factors.items.rowCount
    bias = factors.itemBias ?? [Float](repeating: 0, count: itemCount)
    if factors.rank == 0 || itemCount == 0 {
      scorer = nil
    } else {
      let columns = Matrix(
        rowCount: itemCount, columnCount: factors.rank,
        elements: factors.items.elements.map { Double($0) })
      scorer = PanelScorer(
        columns: columns, bias: bias.map { Double($0) }, level: try KernelLevel.current())
    }
  }

  /// The same scores for everybody.
  init(_ scores: [Float]) {
    users = Matrix(rowCount: 0, columnCount: 0)
    bias = scores
    itemCount = scores.count
    scorer = nil
  }

  /// The scores that are the same for everybody.
  var scores: [Float] { bias }

  /// How many users are scored at a time.
  var batchCount: Int { max(1, min(64, (1 << 22) / max(1, itemCount))) }

  /// One array a user.
  func scores(of places: [Int], scratch: PanelScratch<Float>) -> [[Float]] {
    guard let scorer else { return places.map { _ in bias } }
    var rows = Matrix<Float>(rowCount: places.count, columnCount: users.columnCount)
    for (row, user) in places.enumerated() {
      for column in 0..<users.columnCount { rows[row, column] = users[user, column] }
    }
    let scores = scorer.scores(ofRows: 0..<places.count, in: rows, scratch: scratch)
    return places.indices.map { scores.row($0) }
  }
}
