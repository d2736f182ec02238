public import LinearAlgebra
internal import Platform

extension ClassSample {
  /// The inverse of the Hessian on the sample, as a factor for each output.
  public struct Metric: Sendable {
    let factors: [Cholesky<Double>]

    /// Multiplies one row an output by the inverse of its block.
    public func apply(_ rows: inout Matrix<Double>) {
      for (output, factor) in factors.enumerated() {
        for (column, value) in factor.solve(rows.row(output)).enumerated() {
          rows[output, column] = value
        }
      }
    }
  }

  /// Newton steps on the sample, for one output: where they lead, and the metric to go on with; nil
  /// where the Hessian has no factor.
  ///
  /// They end where they gain less than a sample of this size can tell of the whole, which is after
  /// three or four, and after ten or more where the classes are almost apart.
  ///
  /// The metric is that of the last point but one where steps are few, for a Gram of many columns
  /// costs more than the passes that a better one would save.
  /// - Parameters:
  ///   - penalties: of half the square of each number of a point.
  ///   - steps: the most steps.
  public func newton(
    from start: Matrix<Double>, penalties: [Double], steps: Int
  ) throws -> (point: Matrix<Double>, metric: Metric?) {
    var (point, best) = (start, try cost(start, penalties))
    var last: Metric?
    // The expected loss of a fit to a sample is about half of this above the least one.
    let resolution = Double(dimension) / Double(max(1, rowCount))
    for _ in 0..<steps {
      guard let metric = try metric(of: best.terms, penalties: penalties) else { break }
      last = metric
      let slope = gradient(best.terms, point, penalties)
      var step = slope
      metric.apply(&step)
      var gain = 0.0
      for column in 0..<dimension { gain.addProduct(slope[0, column], step[0, column]) }
      if gain < 0.02 * resolution { return (point, last) }
      var (part, isBetter) = (1.0, false)
      while part > 0.1, !isBetter {
        var next = point
        for column in 0..<dimension { next[0, column] -= part * step[0, column] }
        let cost = try cost(next, penalties)
        if cost.value < best.value {
          (point, best, isBetter) = (next, cost, true)
        } else {
          part *= 0.5
        }
      }
      if !isBetter { return (point, last) }
    }
    if steps > 1 { last = try metric(of: best.terms, penalties: penalties) }
    return (point, last)
  }

  /// The metric at a point; nil where the Hessian has no factor.
  ///
  /// For several outputs that of output c is taken as c's share of one common Gram: one instead of
  /// as many as there are classes.
  /// - Parameter noise: how much of it is noise, but for the diagonal; so much is taken out (Ledoit
  ///   and Wolf, "A well-conditioned estimator for large-dimensional covariance matrices", 2004).
  public func metric(
    at point: Matrix<Double>, penalties: [Double], noise: Double = 0
  ) throws -> Metric? {
    try metric(of: terms(at: point), penalties: penalties, noise: noise)
  }

  /// The factor of the Hessian where curvatures are given, one a row, its weight in them; nil where
  /// there is none.
  public func factor(curvatures: [Double], penalties: [Double]) throws -> Cholesky<Double>? {
    require(curvatures.count == rowCount, "\(curvatures.count) curvatures of \(rowCount) rows")
    return Self.factor(try gram(weights: curvatures), share: 1, noise: 0, penalties)
  }

  private func metric(
    of terms: Terms, penalties: [Double], noise: Double = 0
  ) throws -> Metric? {
    let outputs = terms.curvatures.rowCount
    let count = rowCount
    var common = [Double](repeating: 0, count: count)
    for output in 0..<outputs {
      for (row, value) in terms.curvatures.row(output).enumerated() { common[row] += value }
    }
    let total = max(common.reduce(0, +), .leastNormalMagnitude)
    let gram = try gram(weights: common)
    var factors: [Cholesky<Double>] = []
    for output in 0..<outputs {
      let share = terms.curvatures.row(output).reduce(0, +) / total
      guard let factor = Self.factor(gram, share: share, noise: noise, penalties) else {
        return nil
      }
      factors.append(factor)
    }
    return Metric(factors: factors)
  }

  private static func factor(
    _ gram: Matrix<Double>, share: Double, noise: Double, _ penalties: [Double]
  ) -> Cholesky<Double>? {
    let order = gram.rowCount
    let mean = (0..<order).reduce(0) { $0 + gram[$1, $1] } / Double(max(1, order))
    // Directions in which the sample says nothing are left to the gradients.
    for ridge in [1e-7, 1e-4, 1e-1] {
      var hessian = gram
      hessian.withMutableSpan { span in
        for place in 0..<span.count { span[place] *= share * (1 - noise) }
        for row in 0..<order {
          span[row * order + row] += noise * share * gram[row, row]
          span[row * order + row] += penalties[row] + ridge * share * mean + 1e-12
        }
      }
      if let factor = try? Cholesky(hessian) { return factor }
    }
    return nil
  }

  private func cost(
    _ point: Matrix<Double>, _ penalties: [Double]
  ) throws -> (terms: Terms, value: Double) {
    let terms = try terms(at: point)
    var value = terms.loss
    for column in 0..<dimension {
      value += 0.5 * penalties[column] * point[0, column] * point[0, column]
    }
    return (terms, value)
  }

  private func gradient(
    _ terms: Terms, _ point: Matrix<Double>, _ penalties: [Double]
  ) -> Matrix<Double> {
    var gradient = terms.gradient
    for column in 0..<dimension { gradient[0, column] += penalties[column] * point[0, column] }
    return gradient
  }
}
