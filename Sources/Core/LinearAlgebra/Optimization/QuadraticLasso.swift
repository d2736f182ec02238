internal import Platform

/// Makes ½ w'Aw - b'w + Σ lⱼ|wⱼ| small: a quadratic with a price on each coefficient that is not 0.
///
/// What lasso and elastic net come to once the rows are summed to a Gram, and each step of proximal
/// Newton. Coordinates are descended one after the other (Friedman, Hastie and Tibshirani, 2010),
/// mostly among those that are not 0; whenever their set has settled, the smooth problem on it is
/// solved by Cholesky, and the way there is walked up to the first coefficient that would change
/// its sign. So the end is exact to rounding, not the tail of a slow series. It stops by the
/// conditions of optimality (the least subgradient), which say how far off it is at most.
///
/// Cost: d operations for each coefficient that moves, s³/3 for each solve among s that are not 0;
/// memory for A and some vectors. One thread, a fixed order: the same bits for the same problem.
public struct QuadraticLasso: Sendable {
  /// A, symmetric and positive semidefinite; all of it is read.
  public let quadratic: Matrix<Double>
  /// b.
  public let linear: [Double]
  /// l, at least 0; 0: a coefficient without a price.
  public let penalties: [Double]
  /// Whether coefficients may not fall below 0.
  public let isNonNegative: Bool

  public init(
    quadratic: Matrix<Double>, linear: [Double], penalties: [Double], isNonNegative: Bool = false
  ) {
    require(
      quadratic.rowCount == linear.count && quadratic.columnCount == linear.count
        && penalties.count == linear.count,
      "a lasso of \(quadratic.rowCount) x \(quadratic.columnCount), \(linear.count) linear terms "
        + "and \(penalties.count) penalties")
    require(penalties.allSatisfy { $0 >= 0 }, "a penalty below 0")
    self.quadratic = quadratic
    self.linear = linear
    self.penalties = penalties
    self.isNonNegative = isNonNegative
  }

  /// How many coefficients there are.
  public var order: Int { linear.count }

  /// Where the search ended.
  public struct Minimum: Sendable {
    public let coefficients: [Double]
    /// ½ w'Aw - b'w + Σ lⱼ|wⱼ|.
    public let objective: Double
    /// The largest element of the least subgradient, in parts of the largest of b and l.
    public let violation: Double
    /// Passes over the coefficients.
    public let sweeps: Int
    /// Whether the violation is below the tolerance.
    public let converged: Bool
  }

  /// Searches from a start, all 0 where none is given.
  /// - Parameters:
  ///   - tolerance: the violation to come below.
  ///   - sweepLimit: the most passes over the coefficients.
  public func minimum(
    from start: [Double]? = nil, tolerance: Double = 1e-13, sweepLimit: Int = 10_000
  ) -> Minimum {
    require(start == nil || start?.count == order, "a start of another order")
    var descent = Descent(self, start ?? [Double](repeating: 0, count: order))
    return descent.run(tolerance: tolerance, sweepLimit: sweepLimit)
  }
}

/// The state of a search.
private struct Descent {
  let problem: QuadraticLasso
  var coefficients: [Double]
  /// A w, kept up to date.
  var product: [Double]
  var sweeps = 0
  /// What violations are parts of.
  let scale: Double
  /// Sets on which the smooth problem has no single solution are not tried again.
  private var unsolvable: [Int] = []

  init(_ problem: QuadraticLasso, _ start: [Double]) {
    self.problem = problem
    coefficients = problem.isNonNegative ? start.map { max(0, $0) } : start
    product = [Double](repeating: 0, count: problem.order)
    let largest = zip(problem.linear, problem.penalties).reduce(0.0) {
      max($0, $1.0.magnitude, $1.1)
    }
    scale = largest > 0 ? largest : 1
    multiply()
  }

  mutating func run(tolerance: Double, sweepLimit: Int) -> QuadraticLasso.Minimum {
    let all = Array(0..<problem.order)
    var (best, bestViolation, stale) = (coefficients, Double.infinity, 0)
    while true {
      let violation = violation
      if violation < bestViolation {
        (best, bestViolation, stale) = (coefficients, violation, 0)
      } else {
        stale += 1
      }
      // At the end rounding lets violations jump about; what does not get better is the end.
      if bestViolation <= tolerance || sweeps >= sweepLimit || stale > 50 { break }
      sweep(all)
      settle()
      for _ in 0..<8 where polish() { break }
    }
    coefficients = best
    multiply()
    return QuadraticLasso.Minimum(
      coefficients: coefficients, objective: objective, violation: bestViolation, sweeps: sweeps,
      converged: bestViolation <= tolerance)
  }

  // MARK: Descending

  /// Goes to the best value of each of some coefficients in turn; returns how far they went, in
  /// parts of the linear terms.
  @discardableResult
  private mutating func sweep(_ places: [Int]) -> Double {
    sweeps += 1
    var farthest = 0.0
    for place in places {
      let curvature = problem.quadratic[place, place]
      guard curvature > 0 else { continue }
      let old = coefficients[place]
      let pull = problem.linear[place] - product[place] + curvature * old
      let new = shrunk(pull, problem.penalties[place]) / curvature
      guard new != old else { continue }
      coefficients[place] = new
      add(new - old, row: place)
      farthest = max(farthest, (new - old).magnitude * curvature)
    }
    return farthest / scale
  }

  /// The same among coefficients that are not 0, until their set and signs hardly move.
  private mutating func settle() {
    for _ in 0..<20 {
      let free = free
      if sweep(free) < 1e-3 || self.free != free { return }
    }
  }

  private func shrunk(_ pull: Double, _ penalty: Double) -> Double {
    if pull > penalty { return pull - penalty }
    if pull < -penalty && !problem.isNonNegative { return pull + penalty }
    return 0
  }

  /// Coefficients that a smooth problem may move: not 0, or without a price.
  private var free: [Int] {
    coefficients.indices.filter { place in
      problem.quadratic[place, place] > 0
        && (coefficients[place] != 0 || (problem.penalties[place] == 0 && !problem.isNonNegative))
    }
  }

  // MARK: Solving

  /// Solves the smooth problem of the free coefficients, and goes there as far as signs hold.
  ///
  /// Returns whether there is nothing more to do in this way.
  private mutating func polish() -> Bool {
    let free = free
    guard !free.isEmpty, free != unsolvable else { return true }
    var part = Matrix<Double>(rowCount: free.count, columnCount: free.count)
    let order = problem.order
    problem.quadratic.withSpan { all in
      part.withMutableSpan { part in
        for (row, from) in free.enumerated() {
          for (column, place) in free.enumerated() {
            part[row * free.count + column] = all[from * order + place]
          }
        }
      }
    }
    let signs = free.map { place in
      coefficients[place] > 0 ? 1.0 : coefficients[place] < 0 ? -1.0 : 0
    }
    guard let factor = try? Cholesky(part), (factor.weakestPivot?.share ?? 0) > 1e-12 else {
      unsolvable = free
      return true
    }
    let target = factor.solve(
      zip(free, signs).map { problem.linear[$0] - $1 * problem.penalties[$0] })
    // The first that would pass through 0 stops the way, and stays there.
    var (step, stop) = (1.0, -1)
    for (index, place) in free.enumerated()
    where problem.penalties[place] > 0 || problem.isNonNegative {
      let (old, new) = (coefficients[place], target[index])
      guard old * new <= 0 else { continue }
      let crossing = old / (old - new)
      if crossing < step { (step, stop) = (crossing, index) }
    }
    for (index, place) in free.enumerated() {
      let old = coefficients[place]
      coefficients[place] =
        index == stop ? 0 : step == 1 ? target[index] : old + step * (target[index] - old)
    }
    multiply()
    return stop < 0
  }

  // MARK: Sums

  private mutating func add(_ change: Double, row: Int) {
    let matrix = problem.quadratic
    let numbers = unsafe matrix.pointer + row * problem.order
    unsafe product.withUnsafeMutableBufferPointer { product in
      for place in product.indices { unsafe product[place] += change * numbers[place] }
    }
    withExtendedLifetime(matrix) {}
  }

  /// A w from the start, free of what rounding added up.
  private mutating func multiply() {
    for place in product.indices { product[place] = 0 }
    for row in coefficients.indices where coefficients[row] != 0 {
      add(coefficients[row], row: row)
    }
  }

  private var objective: Double {
    coefficients.indices.reduce(0.0) { sum, place in
      let w = coefficients[place]
      return sum + w * (0.5 * product[place] - problem.linear[place])
        + problem.penalties[place] * w.magnitude
    }
  }

  /// The largest element of the least subgradient.
  private var violation: Double {
    var worst = 0.0
    for place in coefficients.indices {
      let slope = product[place] - problem.linear[place]
      let (w, penalty) = (coefficients[place], problem.penalties[place])
      let least: Double =
        if w > 0 {
          (slope + penalty).magnitude
        } else if w < 0 {
          (slope - penalty).magnitude
        } else if problem.isNonNegative {
          max(0, -slope - penalty)
        } else {
          max(0, slope.magnitude - penalty)
        }
      // A column of zeros moves nothing.
      if problem.quadratic[place, place] > 0 { worst = max(worst, least) }
    }
    return worst / scale
  }
}
