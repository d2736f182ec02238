internal import LinearAlgebra
internal import Platform

/// Normal equations of columns and a label that were scaled to a moment of 1.
struct ScaledSystem: Sendable {
  /// With the price of squares on the diagonal.
  let matrix: Matrix<Double>
  private let side: [Double]
  /// The prices of magnitudes.
  private let prices: [Double]
  private let units: [Double]
  private let unit: Double
  private let isNonNegative: Bool
  private let isPenalized: Bool
  /// Nil where columns repeat each other.
  let factor: Cholesky<Double>?

  /// - Parameters:
  ///   - used: the columns that vary.
  ///   - units: what each is divided by.
  ///   - unit: what the label is divided by.
  init(
    _ equations: NormalEquations, used: [Int], units: [Double], unit: Double, deviations: [Double]
  ) {
    let (order, label, penalty) = (used.count, equations.columnCount, equations.penalty)
    var matrix = Matrix<Double>(rowCount: order, columnCount: order)
    matrix.withMutableSpan { span in
      for row in 0..<order {
        for column in 0..<order where column != row {
          span[row * order + column] =
            equations.moment(used[row], used[column]) / units[row] / units[column]
        }
        let scale = penalty.scale(deviation: deviations[used[row]]) / units[row]
        span[row * order + row] = 1 + penalty.square * scale * scale
      }
    }
    side = zip(used, units).map { equations.moment($0, label) / $1 / unit }
    prices = zip(used, units).map {
      penalty.absolute * penalty.scale(deviation: deviations[$0]) / $1 / unit
    }
    self.matrix = matrix
    self.units = units
    self.unit = unit
    isNonNegative = equations.isNonNegative
    isPenalized = penalty.lambda > 0
    let isSmooth = !isNonNegative && prices.allSatisfy { $0 == 0 }
    if isSmooth, let factor = try? Cholesky(matrix),
      (factor.weakestPivot?.share ?? 1) > NormalEquations.leastShare
    {
      self.factor = factor
    } else {
      factor = nil
    }
  }

  /// The coefficients for columns and a label as they came.
  ///
  /// - Parameter withVariances: where columns repeat each other, also the diagonal of the inverse, of
  ///   scaled columns, for those that take no part in it; 0 for the others.
  func solve(withVariances: Bool) -> LinearSolution {
    if isNonNegative || prices.contains(where: { $0 > 0 }) { return descended() }
    guard let factor else { return pivoted(withVariances: withVariances) }
    var solution = LinearSolution(coefficients: factor.solve(side), rank: units.count)
    solution.leastShare = factor.weakestPivot?.share ?? 1
    rescale(&solution)
    return solution
  }

  private func rescale(_ solution: inout LinearSolution) {
    solution.coefficients = zip(solution.coefficients, units).map { $0 * unit / $1 }
  }

  private func descended() -> LinearSolution {
    let lasso = QuadraticLasso(
      quadratic: matrix, linear: side, penalties: prices, isNonNegative: isNonNegative)
    let minimum = lasso.minimum()
    var solution = LinearSolution(coefficients: minimum.coefficients)
    solution.rank = minimum.coefficients.count { $0 != 0 }
    solution.sweeps = minimum.sweeps
    // What rounding leaves of a slope grows with the number of sums behind it.
    solution.converged = minimum.violation <= 1e-10
    solution.violation = minimum.violation
    rescale(&solution)
    return solution
  }

  // MARK: Columns that repeat each other

  /// The most columns for which an inverse is found a column at a time.
  private static let inverseLimit = 512

  private func pivoted(withVariances: Bool) -> LinearSolution {
    let pivots = PivotedCholesky(matrix, tolerance: NormalEquations.leastShare)
    var solution = LinearSolution(
      coefficients: pivots.solve(side), rank: pivots.independent.count)
    rescale(&solution)
    let combinations = pivots.dependent.map { pivots.combination($0) }
    for (column, parts) in zip(pivots.dependent, combinations) {
      // What is less than a millionth of a scaled column is rounding.
      let found = parts.indices.filter { parts[$0].magnitude > 1e-6 }
      solution.dependences.append(
        .init(
          column: column,
          parts: found.map { .init(column: $0, factor: parts[$0] * units[column] / units[$0]) }))
    }
    solution.leastShare = 0
    if withVariances, units.count <= Self.inverseLimit {
      var isTaking = [Bool](repeating: false, count: units.count)
      for dependence in solution.dependences {
        isTaking[dependence.column] = true
        for part in dependence.parts { isTaking[part.column] = true }
      }
      solution.variances = isTaking.indices.map { column in
        if isTaking[column] { return 0 }
        var side = [Double](repeating: 0, count: units.count)
        side[column] = 1
        return pivots.solve(side)[column]
      }
    }
    if !isPenalized { shorten(&solution.coefficients, pivots.dependent, combinations) }
    return solution
  }

  /// Takes out what changes no prediction: the part of the coefficients along combinations of
  /// columns that are 0 in all rows.
  private func shorten(
    _ coefficients: inout [Double], _ dependent: [Int], _ combinations: [[Double]]
  ) {
    var basis: [[Double]] = []
    for (column, parts) in zip(dependent, combinations) {
      var direction = zip(parts, units).map { -$0 / $1 }
      direction[column] = 1 / units[column]
      normalise(&direction)
      // Twice, for what rounding leaves of the first time.
      for _ in 0..<2 {
        for other in basis { BLAS.axpy(-BLAS.dot(direction, other), other, into: &direction) }
      }
      normalise(&direction)
      if direction.allSatisfy(\.isFinite) { basis.append(direction) }
    }
    for _ in 0..<2 {
      for direction in basis {
        BLAS.axpy(-BLAS.dot(coefficients, direction), direction, into: &coefficients)
      }
    }
  }

  private func normalise(_ direction: inout [Double]) {
    let length = BLAS.nrm2(direction)
    for place in direction.indices { direction[place] /= length }
  }
}
