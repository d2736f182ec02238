internal import Blocks
internal import LinearAlgebra
internal import Platform

/// Least squares with a penalty, solved from the moments of the rows.
///
/// Makes 1/(2W) Σ w (y - x b - b₀)² + λ (α Σ sⱼ|bⱼ| + (1 - α)/2 Σ sⱼ² bⱼ²) small, b₀ free. Columns
/// and label are scaled to variance 1 first, so that units cost no digits. Without a price of
/// magnitudes Cholesky solves it; with one, `QuadraticLasso`. Where columns repeat each other and
/// nothing else decides, the coefficients of least length are given, as scikit-learn gives them.
struct NormalEquations: Sendable {
  /// Of the columns, then of the label.
  let moments: RowMoments
  var penalty = LinearPenalty()
  var hasIntercept = true
  var isNonNegative = false

  /// A column that has less of its own, in parts of its variance, repeats others.
  ///
  /// The sums of a Gram are right to some 1e-14: what is left of a column below this is noise.
  static let leastShare = 1e-11

  var columnCount: Int { moments.mean.count - 1 }

  /// Standard deviations of the columns about their means, as the penalty has them; 0 for a constant
  /// one.
  var deviations: [Double] { (0..<columnCount).map { moments.sampleDeviation($0) } }

  /// The moment of two columns that the fit is about: with an intercept, that about the means.
  func moment(_ row: Int, _ column: Int) -> Double {
    let central = moments.covariance[row, column]
    return hasIntercept ? central : central + moments.mean[row] * moments.mean[column]
  }

  /// What cannot be calculated with: the first pair of columns whose moment is beyond all numbers.
  var overflow: (Int, Int)? {
    for row in 0...columnCount {
      for column in row...columnCount where !moment(row, column).isFinite { return (row, column) }
    }
    return nil
  }

  /// The columns that take part: a constant one is what an intercept is; without one it may stand
  /// for it.
  var used: [Int] {
    (0..<columnCount).filter { column in
      hasIntercept ? !moments.isConstant(column) : moment(column, column) > 0
    }
  }

  /// Whether the label says nothing about the features.
  var isFlat: Bool {
    hasIntercept ? moments.isConstant(columnCount) : !(moment(columnCount, columnCount) > 0)
  }

  private func system(of used: [Int]) -> ScaledSystem {
    ScaledSystem(
      self, used: used, units: used.map { moment($0, $0).squareRoot() },
      unit: isFlat ? 1 : moment(columnCount, columnCount).squareRoot(), deviations: deviations)
  }

  /// - Parameter withVariances: find the variances of the coefficients, where nothing is penalised.
  func solve(withVariances: Bool) -> LinearSolution {
    let used = used
    var solution = LinearSolution(coefficients: [Double](repeating: 0, count: columnCount))
    solution.constants = (0..<columnCount).filter { moments.isConstant($0) }
    let withVariances = withVariances && penalty.lambda == 0 && !isNonNegative
    guard !used.isEmpty else {
      if withVariances {
        solution.variances =
          solution.coefficients + (hasIntercept ? [1 / moments.weightSum] : [])
      }
      return solution
    }
    let system = system(of: used)
    var scaled = system.solve(withVariances: withVariances)
    if isFlat { scaled.coefficients = used.map { _ in 0 } }
    if withVariances { scaled.variances = variances(system, used, of: scaled) }
    solution.take(scaled, used: used)
    return solution
  }

  /// The coefficients of a smooth problem after one step against the slope that the rows still
  /// have; nil where there is no step to take.
  func corrected(_ solution: LinearSolution, _ sums: ResidualSums) -> LinearSolution? {
    let used = used
    guard !used.isEmpty, let factor = system(of: used).factor else { return nil }
    let deviations = deviations
    let units = used.map { moment($0, $0).squareRoot() }
    let slopes = zip(used, units).map { column, unit in
      let scale = penalty.scale(deviation: deviations[column])
      let price = penalty.square * scale * scale * solution.coefficients[column]
      return (sums.pull[column] / moments.weightSum - price) / unit
    }
    var next = solution
    for (place, step) in factor.solve(slopes).enumerated() {
      next.coefficients[used[place]] += step / units[place]
    }
    if hasIntercept { next.offset += sums.offsetPull / moments.weightSum }
    return next
  }

  /// The intercept for features and a label as they come.
  func intercept(of solution: LinearSolution) -> Double {
    guard hasIntercept else { return 0 }
    var sum = moments.mean[columnCount] + solution.offset
    for column in 0..<columnCount {
      sum -= moments.mean[column] * solution.coefficients[column]
    }
    return sum
  }

  /// The line of some coefficients, about the means: numbers far from 0 keep their digits.
  func line(_ solution: LinearSolution) -> ShiftedLine {
    let none = [Double](repeating: 0, count: columnCount)
    return ShiftedLine(
      coefficients: solution.coefficients, offset: solution.offset,
      shift: hasIntercept ? Array(moments.mean[..<columnCount]) : none,
      labelShift: hasIntercept ? moments.mean[columnCount] : 0)
  }

  /// The diagonal of (Σ w x xᵀ)⁻¹ for all columns, then the intercept's; 0 for what is left out or not
  /// determined.
  private func variances(
    _ system: ScaledSystem, _ used: [Int], of scaled: LinearSolution
  ) -> [Double] {
    let (order, weight) = (used.count, moments.weightSum)
    let units = used.map { moment($0, $0).squareRoot() }
    guard let factor = system.factor else {
      guard !scaled.variances.isEmpty else { return [] }
      var all = [Double](repeating: 0, count: columnCount)
      for (place, column) in used.enumerated() {
        all[column] = scaled.variances[place] / units[place] / units[place] / weight
      }
      // What a combination adds to a constant cannot be told from the intercept.
      return all + (hasIntercept ? [0] : [])
    }
    var all = [Double](repeating: 0, count: columnCount)
    // A few right sides at a time, so that the inverse is never held.
    for first in stride(from: 0, to: order, by: 64) {
      let range = first..<min(order, first + 64)
      var sides = Matrix<Double>(rowCount: range.count, columnCount: order)
      for place in range { sides[place - first, place] = 1 }
      let inverse = factor.solve(rows: sides)
      for place in range {
        all[used[place]] = inverse[place - first, place] / units[place] / units[place] / weight
      }
    }
    guard hasIntercept else { return all }
    let means = zip(used, units).map { moments.mean[$0] / $1 }
    let spread = zip(means, factor.solve(means)).reduce(0) { $0 + $1.0 * $1.1 }
    return all + [(1 + spread) / weight]
  }

  /// The mean squared error of some coefficients on the rows of the moments.
  ///
  /// A small difference of large numbers where the fit is close: see `isCancelled`.
  func meanSquaredError(_ solution: LinearSolution) -> Double {
    let label = columnCount
    var sum = moment(label, label)
    let used = (0..<columnCount).filter { solution.coefficients[$0] != 0 }
    for row in used {
      let b = solution.coefficients[row]
      var along = -2 * moment(row, label)
      for column in used { along += moment(row, column) * solution.coefficients[column] }
      sum += b * along
    }
    return max(0, sum)
  }

  /// Whether a mean squared error lost so many digits that the rows must be asked again.
  func isCancelled(_ error: Double) -> Bool { error < 1e-5 * moment(columnCount, columnCount) }
}

extension LinearSolution {
  /// Takes over what was found for some of the columns.
  fileprivate mutating func take(_ part: LinearSolution, used: [Int]) {
    for (place, column) in used.enumerated() { coefficients[column] = part.coefficients[place] }
    rank = part.rank
    dependences = part.dependences.map { dependence in
      Dependence(
        column: used[dependence.column],
        parts: dependence.parts.map { .init(column: used[$0.column], factor: $0.factor) })
    }
    leastShare = part.leastShare
    variances = part.variances
    sweeps = part.sweeps
    converged = part.converged
    violation = part.violation
  }
}
