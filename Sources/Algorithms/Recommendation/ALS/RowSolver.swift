internal import LinearAlgebra

/// Solves rows of ratings for their factors; one thread's own.
///
/// Which way a row goes depends on the settings and on its own ratings alone.
final class RowSolver {
  private let problem: RowProblem
  private let systems: FactorSystems
  private let descent: FactorDescent?
  private let wide: WideSolver

  init(_ problem: RowProblem) {
    self.problem = problem
    let dimension = problem.shape.dimension
    systems = FactorSystems(dimension: dimension, level: problem.level)
    descent =
      problem.steps > 0 ? FactorDescent(dimension: dimension, level: problem.level) : nil
    wide = WideSolver(problem)
  }

  /// The most rows that are solved at a time.
  static let capacity = FactorSystems.capacity

  /// Solves up to 16 rows of at most 4096 ratings each.
  /// - Parameters:
  ///   - pieces: the ratings of each row.
  ///   - table: where factors stand, those of a row at its `starts`.
  func solve(_ pieces: [Range<Int>], in table: Buffer<Float>, at starts: [Int]) -> [RowOutcome] {
    if let descent { return descend(descent, pieces, in: table, at: starts) }
    if problem.solvesTogether { return solveTogether(pieces, in: table, at: starts) }
    systems.form(pieces, of: problem.observations)
    return pieces.indices.map { row in
      let sums = wide.sums
      sums.clear()
      systems.add(row, to: sums)
      return wide.solve(sums, of: pieces[row], in: table, at: starts[row])
    }
  }

  private func solveTogether(
    _ pieces: [Range<Int>], in table: Buffer<Float>, at starts: [Int]
  ) -> [RowOutcome] {
    systems.form(pieces, of: problem.observations, on: problem.common)
    systems.solve(
      ridges: pieces.map { Float(problem.settings.ridge(of: $0.count)) },
      pivotLimit: RowProblem.pivotLimit)
    return pieces.indices.map { row in
      guard systems.isAccepted(row) else {
        return wide.solveExactly(pieces[row], in: table, at: starts[row])
      }
      systems.store(row, in: table, at: starts[row])
      defer { problem.shape.settle(table, at: starts[row]) }
      return problem.outcome(
        systems.squares(row) - systems.gain(row), of: systems.squares(row), pieces[row],
        in: table, at: starts[row])
    }
  }

  private func descend(
    _ descent: FactorDescent, _ pieces: [Range<Int>], in table: Buffer<Float>, at starts: [Int]
  ) -> [RowOutcome] {
    for start in starts { problem.shape.unsettle(table, at: start) }
    descent.descend(
      pieces, of: problem.observations, on: problem.common,
      ridges: pieces.map { Float(problem.settings.ridge(of: $0.count)) },
      steps: problem.steps,
      in: table, at: starts)
    return pieces.indices.map { row in
      defer { problem.shape.settle(table, at: starts[row]) }
      return problem.outcome(
        descent.squares(row) - descent.gain(row), of: descent.squares(row), pieces[row],
        in: table, at: starts[row])
    }
  }

  /// Adds the equations of a piece of a row to sums.
  func form(_ piece: Range<Int>, into sums: FactorSums) {
    systems.form([piece], of: problem.observations)
    systems.add(0, to: sums)
  }

  /// Solves a row from the sums of all its pieces, in their order.
  func solve(
    _ sums: FactorSums, of ratings: Range<Int>, in table: Buffer<Float>, at start: Int
  ) -> RowOutcome {
    wide.solve(sums, of: ratings, in: table, at: start)
  }

  /// A row's ratings in pieces that are summed each on its own.
  static func pieces(of ratings: Range<Int>) -> [Range<Int>] {
    stride(from: ratings.lowerBound, to: ratings.upperBound, by: FactorSystems.pieceLimit).map {
      $0..<min($0 + FactorSystems.pieceLimit, ratings.upperBound)
    }
  }
}

extension FactorShape {
  /// Brings a solution into the order of the table: factors, 1, bias.
  func settle(_ table: Buffer<Float>, at start: Int) {
    guard hasBias else { return }
    table[start + bias] = table[start + one]
    table[start + one] = 1
  }

  /// Brings it back into the order of the unknowns: factors, bias.
  func unsettle(_ table: Buffer<Float>, at start: Int) {
    if hasBias { table[start + one] = table[start + bias] }
  }
}
