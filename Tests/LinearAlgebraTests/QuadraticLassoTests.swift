import LinearAlgebra
import Testing

/// A Gram of random rows, and what it makes of a label.
private struct Problem {
  var gram: Matrix<Double>
  var side: [Double]

  /// - Parameter mixing: how much of one common column each column has.
  init(seed: UInt64, order: Int, rowCount: Int = 60, mixing: Double = 0.5) {
    var draw = RandomSource(seed: seed, purpose: "tests.lasso").stream()
    let rows = (0..<rowCount).map { _ -> [Double] in
      let common = draw.normal()
      return (0..<order).map { _ in draw.normal() + mixing * common }
    }
    let labels = rows.map { row in row[0] * 2 - row[order / 2] + 0.3 * draw.normal() }
    gram = Matrix(rowCount: order, columnCount: order)
    side = [Double](repeating: 0, count: order)
    for (row, label) in zip(rows, labels) {
      for i in 0..<order {
        side[i] += row[i] * label / Double(rowCount)
        for j in 0..<order { gram[i, j] += row[i] * row[j] / Double(rowCount) }
      }
    }
  }

  /// Coordinate descent as a textbook writes it, run until nothing moves.
  func textbook(_ penalties: [Double], isNonNegative: Bool = false) -> [Double] {
    var w = [Double](repeating: 0, count: side.count)
    for _ in 0..<20_000 {
      for j in w.indices {
        var pull = side[j]
        for i in w.indices where i != j { pull -= gram[j, i] * w[i] }
        let shrunk =
          pull > penalties[j] ? pull - penalties[j] : pull < -penalties[j] ? pull + penalties[j] : 0
        w[j] = isNonNegative && shrunk < 0 ? 0 : shrunk / gram[j, j]
      }
    }
    return w
  }
}

private func distance(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).map { ($0 - $1).magnitude }.max() ?? 0
}

struct QuadraticLassoTests {
  @Test(arguments: [1, 2, 7, 20], [0.0, 0.01, 0.3, 2])
  func `agrees with textbook descent, and has its zeros`(order: Int, penalty: Double) {
    for isNonNegative in [false, true] {
      let problem = Problem(seed: 3, order: order)
      let penalties = (0..<order).map { penalty * (1 + Double($0 % 3)) }
      let found = QuadraticLasso(
        quadratic: problem.gram, linear: problem.side, penalties: penalties,
        isNonNegative: isNonNegative
      ).minimum()
      let expected = problem.textbook(penalties, isNonNegative: isNonNegative)
      #expect(found.converged && found.violation < 1e-13, "\(found.violation)")
      #expect(distance(found.coefficients, expected) < 1e-10)
      #expect(found.coefficients.map { $0 == 0 } == expected.map { $0 == 0 })
    }
  }

  @Test func `columns that are nearly one are told apart in few sweeps`() {
    let problem = Problem(seed: 5, order: 30, mixing: 100)
    let penalties = [Double](repeating: 0.01, count: 30)
    let found = QuadraticLasso(
      quadratic: problem.gram, linear: problem.side, penalties: penalties
    ).minimum()
    #expect(found.converged, "\(found.violation) after \(found.sweeps)")
    #expect(found.sweeps < 1000)
  }

  @Test func `a price above every slope leaves nothing`() {
    let problem = Problem(seed: 7, order: 5)
    let most = problem.side.map(\.magnitude).max() ?? 0
    let found = QuadraticLasso(
      quadratic: problem.gram, linear: problem.side,
      penalties: [Double](repeating: most, count: 5)
    ).minimum()
    #expect(found.coefficients == [0, 0, 0, 0, 0])
    #expect(found.objective == 0)
    #expect(found.converged)
  }

  @Test func `equal columns and a column of zeros are no trouble`() {
    let gram = Matrix(
      rowCount: 3, columnCount: 3, elements: [1.0, 1, 0, 1, 1, 0, 0, 0, 0])
    let found = QuadraticLasso(quadratic: gram, linear: [1, 1, 0], penalties: [0.25, 0.25, 0.25])
      .minimum()
    #expect(found.converged)
    #expect(abs(found.coefficients[0] + found.coefficients[1] - 0.75) < 1e-15)
    #expect(found.coefficients[2] == 0)
  }

  @Test func `a start elsewhere ends at the same place`() {
    let problem = Problem(seed: 11, order: 9)
    let penalties = [Double](repeating: 0.1, count: 9)
    let lasso = QuadraticLasso(
      quadratic: problem.gram, linear: problem.side, penalties: penalties)
    let (cold, warm) = (lasso.minimum(), lasso.minimum(from: (0..<9).map { Double($0) - 4 }))
    #expect(distance(cold.coefficients, warm.coefficients) < 1e-12)
    #expect(abs(cold.objective - warm.objective) < 1e-14)
  }

  @Test func `too few sweeps are said`() {
    let problem = Problem(seed: 13, order: 12, mixing: 3)
    let found = QuadraticLasso(
      quadratic: problem.gram, linear: problem.side,
      penalties: [Double](repeating: 0.05, count: 12)
    ).minimum(sweepLimit: 0)
    #expect(!found.converged)
    #expect(found.violation > 0.1)
  }
}

struct PivotedCholeskyTests {
  @Test func `the later of two equal columns depends on the first`() {
    let gram = Matrix(
      rowCount: 4, columnCount: 4,
      elements: [1, 0.5, 1, 0.2, 0.5, 1, 0.5, 0.1, 1, 0.5, 1, 0.2, 0.2, 0.1, 0.2, 1.0])
    let pivots = PivotedCholesky(gram, tolerance: 1e-11)
    #expect(pivots.independent.sorted() == [0, 1, 3])
    #expect(pivots.dependent == [2])
    #expect(distance(pivots.combination(2), [1, 0, 0, 0]) < 1e-15)
  }

  @Test func `solves what is left, with 0 for what depends`() {
    var problem = Problem(seed: 17, order: 6)
    // The last column becomes the sum of the first two.
    for i in 0..<6 {
      problem.gram[i, 5] = problem.gram[i, 0] + problem.gram[i, 1]
      problem.gram[5, i] = problem.gram[i, 5]
    }
    problem.gram[5, 5] = problem.gram[0, 5] + problem.gram[1, 5]
    problem.side[5] = problem.side[0] + problem.side[1]
    let pivots = PivotedCholesky(problem.gram, tolerance: 1e-11)
    #expect(pivots.independent.count == 5)
    let w = pivots.solve(problem.side)
    for i in 0..<6 {
      let product = (0..<6).reduce(0.0) { $0 + problem.gram[i, $1] * w[$1] }
      #expect(abs(product - problem.side[i]) < 1e-12)
    }
  }
}
