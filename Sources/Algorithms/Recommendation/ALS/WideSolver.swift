internal import LinearAlgebra

/// Solves single systems in double: those of very many ratings, of very many factors, of factors
/// that must not be negative, and those that are too close to singular for single precision.
final class WideSolver {
  private let problem: RowProblem
  private let bounded: BoundedDescent?
  /// Room for one system.
  let sums: FactorSums

  init(_ problem: RowProblem) {
    self.problem = problem
    let dimension = problem.shape.dimension
    sums = FactorSums(dimension: dimension)
    bounded = problem.settings.nonnegative ? BoundedDescent(dimension: dimension) : nil
  }

  private var dimension: Int { problem.shape.dimension }

  /// Solves a row whose equations are summed up to rounding in single precision.
  func solve(
    _ sums: FactorSums, of ratings: Range<Int>, in table: Buffer<Float>, at start: Int
  ) -> RowOutcome {
    if let common = problem.common { sums.add(common) }
    let ridge = problem.settings.ridge(of: ratings.count)
    if let bounded { return solveBounded(bounded, sums, ridge, ratings, in: table, at: start) }
    let factor = try? Cholesky(matrix(sums, ridge))
    guard let factor, (factor.weakestPivot?.share ?? 1) > RowProblem.roundedPivotLimit else {
      return solveExactly(ratings, in: table, at: start)
    }
    return store(factor.solve(sums.right.array), sums, ridge, ratings, in: table, at: start)
  }

  /// Solves a row from its ratings in double; where several solutions are as good, takes one in which
  /// unknowns that depend on others are 0.
  func solveExactly(
    _ ratings: Range<Int>, in table: Buffer<Float>, at start: Int
  ) -> RowOutcome {
    sums.clear()
    sums.addExactly(ratings, of: problem.observations, level: problem.level)
    if let common = problem.common { sums.add(common) }
    let ridge = problem.settings.ridge(of: ratings.count)
    let matrix = matrix(sums, ridge)
    if let factor = try? Cholesky(matrix),
      (factor.weakestPivot?.share ?? 1) > RowProblem.exactPivotLimit
    {
      return store(factor.solve(sums.right.array), sums, ridge, ratings, in: table, at: start)
    }
    return store(pivoted(matrix, sums), sums, ridge, ratings, in: table, at: start)
  }

  /// The solution of a singular system, scaled so that its diagonal is 1.
  private func pivoted(_ matrix: Matrix<Double>, _ sums: FactorSums) -> [Double] {
    let scales = (0..<dimension).map { place in
      matrix[place, place] > 0 ? 1 / matrix[place, place].squareRoot() : 0
    }
    var scaled = Matrix<Double>(rowCount: dimension, columnCount: dimension)
    for row in 0..<dimension {
      for column in 0..<dimension {
        scaled[row, column] =
          matrix[min(row, column), max(row, column)] * scales[row] * scales[column]
      }
    }
    let pivots = PivotedCholesky(scaled, tolerance: RowProblem.exactPivotLimit)
    guard !pivots.independent.isEmpty else { return scales.map { _ in 0 } }
    let solution = pivots.solve((0..<dimension).map { sums.right[$0] * scales[$0] })
    return zip(solution, scales).map { $0 * $1 }
  }

  private func solveBounded(
    _ bounded: BoundedDescent, _ sums: FactorSums, _ ridge: Double, _ ratings: Range<Int>,
    in table: Buffer<Float>, at start: Int
  ) -> RowOutcome {
    problem.shape.unsettle(table, at: start)
    var x = (0..<dimension).map { Double(table[start + $0]) }
    let isSettled = bounded.minimise(
      sums, ridge: ridge, bounded: problem.boundedCount, from: &x, rounds: Self.roundLimit,
      tolerance: Self.tolerance)
    var outcome = store(x, sums, ridge, ratings, in: table, at: start)
    outcome.isSettled = isSettled
    return outcome
  }

  private static let roundLimit = 1000
  private static let tolerance = 1e-7

  private func matrix(_ sums: FactorSums, _ ridge: Double) -> Matrix<Double> {
    var matrix = Matrix(
      rowCount: dimension, columnCount: dimension, elements: sums.upper.array)
    for place in 0..<dimension { matrix[place, place] += ridge }
    return matrix
  }

  /// Writes a solution, and works out what it leaves as it was rounded.
  private func store(
    _ solution: [Double], _ sums: FactorSums, _ ridge: Double, _ ratings: Range<Int>,
    in table: Buffer<Float>, at start: Int
  ) -> RowOutcome {
    for place in 0..<dimension { table[start + place] = Float(solution[place]) }
    let x = (0..<dimension).map { Double(table[start + $0]) }
    defer { problem.shape.settle(table, at: start) }
    var loss = sums.squares
    for row in 0..<dimension {
      var slope = (sums.upper[row * dimension + row] + ridge) * x[row] - 2 * sums.right[row]
      for column in (row + 1)..<max(row + 1, dimension) {
        slope += 2 * sums.upper[row * dimension + column] * x[column]
      }
      loss += slope * x[row]
    }
    return problem.outcome(loss, of: sums.squares, ratings, in: table, at: start)
  }
}
