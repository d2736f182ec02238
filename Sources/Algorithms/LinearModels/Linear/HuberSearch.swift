internal import Blocks
internal import LinearAlgebra

/// Newton's method on Huber's loss: coefficients, offset and scale at once.
///
/// F(b, b₀, σ) = 1/(2W) Σ w (σ + H(e/σ) σ) + λ/2 Σ sⱼ² bⱼ², with H(z) = z² within ±ε and 2ε|z| - ε²
/// beyond, is convex in all of them together. Between two changes of who lies beyond it is almost a
/// quadratic, so that few steps lead to the end; a step is halved until it goes down.
struct HuberSearch: Codable, Sendable {
  /// Where to look next.
  var point: Point
  /// The best point so far, its objective, and what was summed there.
  private(set) var best: Point
  private(set) var objective = Double.infinity
  private(set) var squares = 0.0
  private(set) var outerCount = 0
  private(set) var objectives: [Double] = []
  private(set) var end: End?
  private var step: [Double] = []
  private var length = 1.0
  /// What the step promises, at its beginning.
  private var promise = 0.0
  private var isLast = false

  struct Point: Codable, Sendable, Equatable {
    var solution: LinearSolution
    var scale: Double
  }

  enum End: String, Codable, Sendable {
    /// A step promised less than the tolerance.
    case settled
    /// The scale of errors went to 0: a part of the rows is fitted exactly.
    case exact
    /// No step goes down.
    case stuck
    case limit
  }

  init(from solution: LinearSolution, scale: Double) {
    point = Point(solution: solution, scale: scale)
    best = point
  }

  /// Takes the sums at the point, and finds the next one or ends.
  mutating func advance(_ sums: HuberSums, _ terms: HuberTerms) {
    let value = terms.objective(at: point, sums)
    if value <= objective - 1e-4 * length * promise || objective == .infinity {
      accept(value, sums, terms)
    } else if isLast {
      end = .settled
    } else {
      length /= 2
      guard length > 1e-12 else {
        end = promise < 1e-9 * objective ? .settled : .stuck
        return
      }
      move(terms)
    }
  }

  private mutating func accept(_ value: Double, _ sums: HuberSums, _ terms: HuberTerms) {
    (best, objective, squares, outerCount) = (point, value, sums.squares, sums.outerCount)
    objectives.append(value)
    if isLast {
      end = .settled
    } else if point.scale <= terms.leastScale {
      end = .exact
    } else if objectives.count > terms.iterationLimit {
      end = .limit
    } else {
      let slope = terms.slope(at: point, sums)
      step = terms.newton(at: point, sums, slope)
      promise = -zip(slope, step).reduce(0) { $0 + $1.0 * $1.1 }
      guard promise > 0 else {
        end = .settled
        return
      }
      // The last step is taken as well, for what it brings doubles the digits.
      isLast = promise <= terms.tolerance * terms.tolerance * value
      // The scale may fall to a quarter at once, and not below the least.
      let fall = -(step.last ?? 0)
      length = fall > 0.75 * point.scale ? 0.75 * point.scale / fall : 1
      move(terms)
    }
  }

  private mutating func move(_ terms: HuberTerms) {
    point = best
    for (place, column) in terms.used.enumerated() {
      point.solution.coefficients[column] += length * step[place]
    }
    if terms.hasIntercept { point.solution.offset += length * step[terms.used.count] }
    point.scale = max(terms.leastScale, best.scale + length * (step.last ?? 0))
  }
}

/// What stays the same while a Huber fit is searched for.
struct HuberTerms: Sendable {
  let used: [Int]
  let hasIntercept: Bool
  let weightSum: Double
  let epsilon: Double
  /// λ sⱼ² of each column that is used.
  let prices: [Double]
  /// Standard deviations of these, by which the system is scaled.
  let units: [Double]
  let leastScale: Double
  let tolerance: Double
  let iterationLimit: Int

  init(_ equations: NormalEquations, _ settings: LinearRegression) {
    used = equations.used
    hasIntercept = equations.hasIntercept
    weightSum = equations.moments.weightSum
    epsilon = settings.epsilon
    let (deviations, penalty) = (equations.deviations, equations.penalty)
    prices = used.map {
      let scale = penalty.scale(deviation: deviations[$0])
      return penalty.lambda * scale * scale
    }
    units = used.map { equations.moment($0, $0).squareRoot() }
    let label = equations.columnCount
    leastScale = 1e-10 * equations.moment(label, label).squareRoot()
    tolerance = settings.tolerance
    iterationLimit = settings.maxIterations
  }

  func objective(at point: HuberSearch.Point, _ sums: HuberSums) -> Double {
    let (scale, last) = (point.scale, sums.inner.rowCount - 1)
    let loss =
      scale * weightSum + sums.inner[last, last] / scale + 2 * epsilon * sums.outerMagnitudes
      - epsilon * epsilon * scale * sums.outerWeight
    let cost = zip(used, prices).reduce(0.0) { sum, pair in
      let b = point.solution.coefficients[pair.0]
      return sum + pair.1 * b * b
    }
    return loss / weightSum / 2 + cost / 2
  }

  /// By coefficient that is used, by the offset if there is one, by the scale.
  func slope(at point: HuberSearch.Point, _ sums: HuberSums) -> [Double] {
    let (scale, last) = (point.scale, sums.inner.rowCount - 1)
    func pull(_ column: Int) -> Double {
      -(sums.inner[column, last] / scale + epsilon * sums.outerPull[column]) / weightSum
    }
    var slope = zip(used, prices).map { column, price in
      pull(column) + price * point.solution.coefficients[column]
    }
    if hasIntercept { slope.append(pull(last - 1)) }
    let squares = sums.inner[last, last] / scale / scale
    slope.append((weightSum - squares - epsilon * epsilon * sums.outerWeight) / weightSum / 2)
    return slope
  }

  /// Newton's step; where the curvature is not positive definite, with a little added to it.
  func newton(at point: HuberSearch.Point, _ sums: HuberSums, _ slope: [Double]) -> [Double] {
    let (scale, last) = (point.scale, sums.inner.rowCount - 1)
    // In units in which the diagonal is about 1 where most errors lie within the cut: columns by
    // their deviations, the error by the scale; all times the scale.
    let places = used + (hasIntercept ? [last - 1] : []) + [last]
    let factors = units.map { 1 / $0 } + (hasIntercept ? [1.0] : []) + [1 / scale]
    let order = places.count
    var matrix = Matrix<Double>(rowCount: order, columnCount: order)
    matrix.withMutableSpan { span in
      for row in 0..<order {
        for column in 0..<order {
          span[row * order + column] =
            sums.inner[places[row], places[column]] * factors[row] * factors[column] / weightSum
        }
        if row < used.count {
          span[row * order + row] += prices[row] * factors[row] * factors[row] * scale
        }
      }
    }
    // The factor of the last variable, the scale, holds 1/σ that belongs to the error: its own
    // unit is 1.
    let own = units.map { 1 / $0 } + (hasIntercept ? [1.0] : []) + [1.0]
    let side = zip(slope, own).map { -$0 * $1 * scale }
    var extra = 0.0
    while true {
      var tried = matrix
      for place in 0..<order { tried[place, place] += extra }
      if let factor = try? Cholesky(tried), (factor.weakestPivot?.share ?? 0) > 1e-13 || extra > 1 {
        return zip(factor.solve(side), own).map { $0 * $1 }
      }
      guard extra < 1e3 else { return side }
      extra = extra == 0 ? 1e-10 : extra * 100
    }
  }
}
