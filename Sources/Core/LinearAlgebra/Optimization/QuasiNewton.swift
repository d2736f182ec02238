internal import Platform

/// Makes a convex function small by L-BFGS, as a conversation: it asks, and is told.
///
/// Whoever holds the data evaluates; the state, which may be ten times as long as the point, and all
/// decisions stay in one place, on one worker of many. Variables may have bounds, and a penalty on
/// their magnitudes (OWL-QN); both leave zeros that are exact.
///
/// ```swift
/// var solver = QuasiNewton(from: start, settings: .init(), arithmetic: LongVector(level: level))
/// var request = solver.begin()
/// while case .evaluate(let point) = request {
///   let (value, gradient) = evaluate(point)
///   request = solver.evaluated(value, gradient)
/// }
/// ```
/// Method: Liu and Nocedal, "On the limited memory BFGS method", 1989, from a metric of the caller's
/// (the inverse of a Hessian nearby); Andrew and Gao, "Scalable training of L1-regularized
/// log-linear models", 2007; bounds by projection onto the free variables (Bertsekas, 1982).
/// It ends when the square of the Newton decrement, which is twice what the next step is expected to
/// gain, is at most tolerance² times the objective.
/// Cost: 4 x memory products of the length of the point an iteration; 2 x memory + 6 such vectors.
public struct QuasiNewton: Sendable {
  public struct Settings: Sendable {
    /// Pairs of steps and changes of the gradient that are kept.
    public var memory = 10
    public var maxIterations = 100
    public var tolerance = 1e-6
    /// A penalty on the magnitude of each variable, or nil.
    public var l1: [Double]?
    /// Bounds of each variable, infinite where there are none, or nil.
    public var lower: [Double]?
    public var upper: [Double]?
    /// Whether the caller can tell the function along the last step without an evaluation.
    public var canProbe = false
    /// The iterations before which the metric is asked for anew.
    public var renewals: [Int] = []
    /// Whether the metric, where it is too long or too short by a factor, is corrected by the last
    /// step.
    public var rescales = false

    public init() {}
  }

  /// What it wants to know next.
  public enum Request: Sendable {
    /// Value and gradient of the smooth part at a point.
    case evaluate([Double])
    /// Value and slope of the smooth part at the accepted point plus so many times the last step.
    case probe(Double)
    /// A new metric, of the accepted point.
    case renewMetric([Double])
    case finished(StopReason)
  }

  /// Why it ended.
  public enum StopReason: String, Sendable, CaseIterable {
    /// The next step would gain too little to matter.
    case converged
    /// The limit of iterations.
    case limit
    /// No step makes the objective smaller: rounding is in the way.
    case noProgress
  }

  /// Multiplies by the inverse of a Hessian nearby.
  public typealias Metric = @Sendable (inout [Double]) -> Void

  public let settings: Settings
  public internal(set) var metric: Metric?
  /// The best point so far, with its objective and the gradient of the smooth part.
  public internal(set) var point: [Double]
  public internal(set) var value = Double.infinity
  public internal(set) var gradient: [Double] = []
  public internal(set) var iterations = 0
  /// Where the search goes from the point.
  public internal(set) var direction: [Double] = []
  /// The part of the direction that is tried now.
  public var step: Double { search.step }
  /// The part of the direction that the last evaluation went.
  public var evaluatedStep: Double { search.evaluated }
  /// The objective, and the norm of the gradient in the metric, at each accepted point.
  public internal(set) var history: [Progress] = []

  public struct Progress: Sendable, Equatable {
    public let objective: Double
    /// The Newton decrement, as far as the metric knows.
    public let decrement: Double

    public init(objective: Double, decrement: Double) {
      self.objective = objective
      self.decrement = decrement
    }
  }

  let arithmetic: LongVector
  var pairs: [Pair] = []
  var search = LineSearch()
  var scale = 0.0
  private var leastDecrement = Double.infinity
  private var leastIteration = 0

  /// A step, and what the gradient changed by.
  struct Pair: Sendable {
    let step: [Double]
    let change: [Double]
    let product: Double
  }

  public init(
    from start: [Double], settings: Settings, metric: Metric? = nil, arithmetic: LongVector
  ) {
    for values in [settings.l1, settings.lower, settings.upper] {
      require((values?.count ?? start.count) == start.count, "\(values?.count ?? 0) penalties")
    }
    self.settings = settings
    self.metric = metric
    self.arithmetic = arithmetic
    point = start
    point = projected(start, orthant: nil)
  }

  /// The first request.
  public func begin() -> Request { .evaluate(point) }

  /// Takes a metric in place of the last one.
  public mutating func renewed(_ metric: @escaping Metric) -> Request {
    self.metric = metric
    return nextStep()
  }

  /// Takes value and gradient of the smooth part at the point that was asked for.
  public mutating func evaluated(_ smooth: Double, _ gradient: [Double]) -> Request {
    require(gradient.count == point.count, "a gradient of \(gradient.count)")
    if self.gradient.isEmpty {
      self.gradient = gradient
      value = smooth + magnitudes(of: point)
      scale = value
      return nextIteration()
    }
    return isConstrained ? judgeProjected(smooth, gradient) : judge(smooth, gradient)
  }

  var isConstrained: Bool {
    settings.l1 != nil || settings.lower != nil || settings.upper != nil
  }

  /// Goes to the trial point, and remembers how the gradient changed on the way.
  mutating func accept(_ next: [Double], _ objective: Double, _ nextGradient: [Double])
    -> Request
  {
    var (step, change) = (next, nextGradient)
    arithmetic.add(-1, point, to: &step)
    arithmetic.add(-1, gradient, to: &change)
    let product = arithmetic.dot(step, change)
    let square = arithmetic.dot(change, change)
    // What is lost in rounding would poison the metric.
    if product > 1e-14 * (square * arithmetic.dot(step, step)).squareRoot(), product.isFinite {
      if pairs.count == settings.memory { pairs.removeFirst() }
      pairs.append(Pair(step: step, change: change, product: product))
    }
    (point, value, gradient) = (next, objective, nextGradient)
    iterations += 1
    return nextIteration()
  }

  private mutating func nextIteration() -> Request {
    settings.renewals.contains(iterations) ? .renewMetric(point) : nextStep()
  }

  private mutating func nextStep() -> Request {
    let steepest = steepest()
    direction = descent(from: steepest)
    let decrement = -arithmetic.dot(steepest, direction)
    history.append(Progress(objective: value, decrement: max(0, decrement).squareRoot()))
    let limit = settings.tolerance * settings.tolerance * max(value.magnitude, 1e-6 * scale)
    if decrement <= limit || decrement <= 0 { return .finished(.converged) }
    if decrement < 0.25 * leastDecrement {
      (leastDecrement, leastIteration) = (decrement, iterations)
    }
    // What is left to gain is below the rounding of the objective, and the gradient falls no more.
    if decrement <= value.magnitude * .ulpOfOne, iterations >= leastIteration + 30 {
      return .finished(.noProgress)
    }
    if iterations >= settings.maxIterations { return .finished(.limit) }
    search = LineSearch(slope: -decrement)
    if metric == nil, pairs.isEmpty {
      search.step = min(1, 1 / arithmetic.dot(steepest, steepest).squareRoot())
    }
    return .evaluate(trial())
  }

  /// The penalty on magnitudes.
  func magnitudes(of point: [Double]) -> Double {
    guard let l1 = settings.l1 else { return 0 }
    return arithmetic.dot(l1, point.map(\.magnitude))
  }
}
