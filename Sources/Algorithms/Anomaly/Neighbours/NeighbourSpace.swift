internal import Blocks
internal import Learning
internal import LinearAlgebra
internal import Platform

/// The training rows where distances are taken, and the neighbours of any rows among them.
struct NeighbourSpace: Sendable {
  /// What columns are less of, and over; 0 and 1 where they are taken as they come.
  let means: [Double]
  let scales: [Double]
  /// The training rows in that measure.
  let search: NeighbourSearch
  /// How many neighbours a row has.
  let neighborCount: Int

  var points: Matrix<Double> { search.points }

  /// A row that was scored, and its place among the neighbours that were found.
  struct Answer {
    let row: Int
    /// In the measure of the space.
    let numbers: [Double]
    let query: Int
    let neighbours: Neighbours
  }

  /// Calls `body` for each of some rows that has only finite numbers, none out of range.
  func forEachAnswer<Element: Scalar>(
    to rows: RowBlock<Element>, _ body: (Answer) -> Void
  ) {
    let width = points.columnCount
    let numbers = rows.standardized(means: means, scales: scales)
    let usable = numbers.withSpan { span in
      (0..<rows.count).filter { row in
        (row * width..<(row + 1) * width).allSatisfy {
          span[$0].magnitude <= NeighbourSearch.greatest
        }
      }
    }
    if usable.isEmpty { return }
    let queries =
      usable.count == rows.count
      ? numbers
      : Matrix(
        rowCount: usable.count, columnCount: width, elements: usable.flatMap { numbers.row($0) })
    let found = search.nearest(neighborCount, to: queries)
    for (query, row) in usable.enumerated() {
      body(Answer(row: row, numbers: queries.row(query), query: query, neighbours: found))
    }
  }

  /// Parts a score among the features by their share of the squared distances to the neighbours.
  ///
  /// Where all neighbours are equal to the row, alike.
  func parts(of score: Double, _ answer: Answer) -> [Double] {
    var squares = [Double](repeating: 0, count: answer.numbers.count)
    for place in answer.neighbours.places(of: answer.query) {
      for column in squares.indices {
        let apart = answer.numbers[column] - points[place, column]
        squares[column] += apart * apart
      }
    }
    let total = squares.reduce(0, +)
    return squares.map { total > 0 ? score * ($0 / total) : score / Double(squares.count) }
  }

  /// The score of each row, NaN where there is none.
  func scores<Element: Scalar>(
    of rows: RowBlock<Element>, _ score: (Answer) -> Double
  ) -> [Double] {
    var scores = [Double](repeating: .nan, count: rows.count)
    forEachAnswer(to: rows) { scores[$0.row] = score($0) }
    return scores
  }

  /// A row each of what `parts` gives; of rows without a score, no numbers.
  func contributions<Element: Scalar>(
    to rows: RowBlock<Element>, _ score: (Answer) -> Double
  ) -> Matrix<Double> {
    var parts = [Double](repeating: .nan, count: rows.count * points.columnCount)
    forEachAnswer(to: rows) { answer in
      let start = answer.row * points.columnCount
      for (column, part) in self.parts(of: score(answer), answer).enumerated() {
        parts[start + column] = part
      }
    }
    return Matrix(rowCount: rows.count, columnCount: points.columnCount, elements: parts)
  }
}

extension NeighbourSpace {
  /// What a person wants to see of a model that holds it.
  func summary(score: String) -> [SummaryLine] {
    [
      SummaryLine("rows", "\(points.rowCount), all of them in the model"),
      SummaryLine("score", score),
    ]
  }
}

// MARK: Stored

extension NeighbourSpace {
  var values: [JSONObject.Member] { [.init("neighbors", .integer(neighborCount))] }

  var tensors: [String: Tensor] {
    ["points": Tensor(points), "means": Tensor(means), "scales": Tensor(scales)]
  }

  init(_ saved: SavedModel) throws {
    let points = try saved.matrix("points")
    means = try saved.vector("means")
    scales = try saved.vector("scales")
    let width = saved.featureNames.count
    guard width > 0, points.columnCount == width, means.count == width, scales.count == width,
      points.rowCount >= 2, points.rowCount < Int(Int32.max),
      points.elements.allSatisfy({ $0.magnitude <= NeighbourSearch.greatest }),
      means.allSatisfy(\.isFinite), scales.allSatisfy({ $0.isFinite && $0 > 0 })
    else {
      throw Failure(.data, "the parts of the model do not fit each other")
    }
    neighborCount = try saved.values.integer("neighbors", in: 1...points.rowCount - 1)
    search = NeighbourSearch(points, level: try KernelLevel.current())
  }
}
