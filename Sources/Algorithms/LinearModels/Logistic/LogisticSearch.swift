internal import Blocks
internal import Cluster
internal import Learning
internal import LinearAlgebra
internal import Platform

/// The search for the least objective: rank 0 holds the solver and decides, all workers evaluate.
struct LogisticSearch<Element: Scalar> {
  let problem: LogisticProblem<Element>
  /// On rank 0 the solver and the sample that its metric is from.
  private var solver: QuasiNewton?
  private let sample: ClassSample<Element>?
  private var margins: StoredMargins?
  private var acceptedCount = 0

  /// Where the search ended.
  struct Outcome {
    var point: [Double]
    var objective: Double
    var reason: QuasiNewton.StopReason
    var iterations: Int
    var history: [QuasiNewton.Progress]
    /// The margins of the last point, of two classes.
    var margins: StoredMargins?
  }

  /// What rank 0 wants of all.
  private enum Order: Double {
    case evaluate = 0
    case probe = 1
    case diagonal = 2
    case finish = 3
  }

  /// What came of it.
  private enum Answer {
    case nothing
    case evaluated(Double, [Double])
    case probed(Double, Double)
    case diagonal([Double])
  }

  init(_ problem: LogisticProblem<Element>) throws {
    self.problem = problem
    let (settings, rows, session) = (problem.settings, problem.rows, problem.session)
    sample =
      try problem.takesSample
      ? rows.classSample(
        count: settings.sampleCount(rows), hasIntercept: settings.fitIntercept,
        means: problem.means ?? [Double](repeating: 0, count: rows.columnCount),
        scales: problem.penalties.scales, classWeights: problem.classWeights,
        random: RandomSource(seed: session.seed, purpose: "logistic.sample"), in: session) : nil
    if problem.layout.outputs == 1, !problem.penalties.isConstrained {
      margins = StoredMargins(rowCount: rows.rows.count)
    }
  }

  /// Runs to the end; a collective call with the same result on each worker.
  mutating func run() throws -> Outcome {
    let (layout, session) = (problem.layout, problem.session)
    var answer = Answer.nothing
    if !problem.takesSample, problem.isWarm {
      answer = .diagonal(try problem.inverseDiagonal(problem.start))
    }
    while true {
      let order = try session.communicator.decideValues("choosing a step") {
        try next(after: answer)
      }
      switch Order(rawValue: order[0]) {
      case .evaluate:
        if order[1] == 1 { margins = margins?.swapped }
        let (value, gradient) = try problem.evaluate(Array(order[2...]), margins)
        answer = .evaluated(value, gradient)
      case .probe:
        guard let margins else { bug("a probe without margins") }
        let found = try problem.rows.probeLoss(
          margins, part: order[1] / order[2], weighting: problem.weighting, in: session)
        answer = .probed(
          found.loss / problem.totalWeight, found.slope / (problem.totalWeight * order[2]))
      case .diagonal: answer = .diagonal(try problem.inverseDiagonal(Array(order[1...])))
      case .finish: return outcome(order, layout)
      case nil: bug("an order \(order[0])")
      }
    }
  }

  /// On rank 0: what to do next.
  private mutating func next(after answer: Answer) throws -> [Double] {
    var request: QuasiNewton.Request
    switch answer {
    case .nothing: request = try begin(nil)
    case .diagonal(let inverse):
      let metric = Self.metric(inverse)
      request = solver == nil ? try begin(metric) : changed { $0.renewed(metric) }
    case .evaluated(let value, let gradient):
      request = changed { $0.evaluated(value, gradient) }
    case .probed(let loss, let slope):
      let (layout, penalties) = (problem.layout, problem.penalties)
      request = changed { solver in
        let penalty = penalties.square(
          of: solver.point, along: solver.direction, step: solver.step, layout)
        return solver.probed(loss + penalty.value, slope + penalty.slope)
      }
    }
    if case .renewMetric(let point) = request, problem.takesSample {
      let metric = try sampleMetric(at: point) ?? Self.metric(problem.inverseNullDiagonal())
      request = changed { $0.renewed(metric) }
    }
    return encoded(request)
  }

  private mutating func changed(
    _ body: (inout QuasiNewton) -> QuasiNewton.Request
  ) -> QuasiNewton.Request {
    guard var solver else { bug("an answer before a question") }
    self.solver = nil
    defer { self.solver = solver }
    return body(&solver)
  }

  /// Makes the solver with its first metric and start.
  private mutating func begin(_ given: QuasiNewton.Metric?) throws -> QuasiNewton.Request {
    let (settings, layout, penalties) = (problem.settings, problem.layout, problem.penalties)
    var options = QuasiNewton.Settings()
    options.maxIterations = settings.maxIterations
    options.tolerance = settings.tolerance
    options.l1 = penalties.magnitudes
    (options.lower, options.upper) = (penalties.lower, penalties.upper)
    options.canProbe = margins != nil
    let isWide = problem.relatedness != nil
    options.renewals = problem.takesSample && layout.outputs == 1 || isWide ? [] : [5, 15]
    options.rescales = isWide
    var (start, metric) = (problem.start, given)
    if let sample {
      let squares = tildePenalties()
      if layout.outputs == 1, !problem.isWarm, !isWide {
        let found = try sample.newton(
          from: tilde(start), penalties: squares,
          steps: settings.sampleSteps(problem.rows))
        start = point(found.point)
        metric = found.metric.map { whole($0) }
      } else {
        metric = try sampleMetric(at: start)
      }
    }
    let first = QuasiNewton(
      from: start, settings: options, metric: metric ?? Self.metric(problem.inverseNullDiagonal()),
      arithmetic: LongVector(level: try KernelLevel.current()))
    solver = first
    return first.begin()
  }

  /// The metric of the sample at a point; nil where it has none.
  private func sampleMetric(at point: [Double]) throws -> QuasiNewton.Metric? {
    guard let sample,
      let metric = try sample.metric(
        at: tilde(point), penalties: tildePenalties(), noise: problem.shareOfNoise)
    else { return nil }
    return whole(metric)
  }

  /// A metric of standardised columns as one of the columns as they are.
  private func whole(_ metric: ClassSample<Element>.Metric) -> QuasiNewton.Metric {
    let (layout, scales) = (problem.layout, problem.penalties.scales)
    return { side in
      var rows = Self.scaled(layout.rows(side), by: scales)
      metric.apply(&rows)
      side = layout.point(Self.scaled(rows, by: scales))
    }
  }

  /// Each column over its scale, the intercept as it is.
  private static func scaled(_ rows: Matrix<Double>, by scales: [Double]) -> Matrix<Double> {
    var rows = rows
    for output in 0..<rows.rowCount {
      for column in scales.indices { rows[output, column] /= scales[column] }
    }
    return rows
  }

  /// A point in terms of standardised columns.
  private func tilde(_ point: [Double]) -> Matrix<Double> {
    var rows = problem.layout.rows(point)
    for output in 0..<rows.rowCount {
      for (column, scale) in problem.penalties.scales.enumerated() {
        rows[output, column] *= scale
      }
    }
    return rows
  }

  private func point(_ tilde: Matrix<Double>) -> [Double] {
    var point = problem.layout.point(Self.scaled(tilde, by: problem.penalties.scales))
    for column in problem.penalties.isPinned.indices where problem.penalties.isPinned[column] {
      for output in 0..<problem.layout.outputs {
        point[output * problem.layout.dimension + column] = 0
      }
    }
    return point
  }

  private func tildePenalties() -> [Double] {
    let penalties = problem.penalties
    return zip(penalties.squares, penalties.scales).map { $0 / ($1 * $1) }
      + (problem.layout.hasIntercept ? [0] : [])
  }

  private static func metric(_ inverse: [Double]) -> QuasiNewton.Metric {
    { side in for place in side.indices { side[place] *= inverse[place] } }
  }

  private mutating func encoded(_ request: QuasiNewton.Request) -> [Double] {
    guard let solver else { bug("a request without a solver") }
    switch request {
    case .evaluate(let point):
      let isAccepted = solver.iterations > acceptedCount
      acceptedCount = solver.iterations
      return [Order.evaluate.rawValue, isAccepted ? 1 : 0] + point
    case .probe(let step): return [Order.probe.rawValue, step, solver.evaluatedStep]
    case .renewMetric(let point): return [Order.diagonal.rawValue] + point
    case .finished(let reason):
      let place = QuasiNewton.StopReason.allCases.firstIndex(of: reason) ?? 0
      return [
        Order.finish.rawValue, Double(place), Double(solver.iterations), solver.value,
        Double(solver.history.count),
      ] + solver.history.flatMap { [$0.objective, $0.decrement] } + solver.point
    }
  }

  private func outcome(_ order: [Double], _ layout: PointLayout) -> Outcome {
    let count = Int(order[4])
    return Outcome(
      point: Array(order[(5 + 2 * count)...]), objective: order[3],
      reason: QuasiNewton.StopReason.allCases[Int(order[1])], iterations: Int(order[2]),
      history: (0..<count).map {
        .init(objective: order[5 + 2 * $0], decrement: order[6 + 2 * $0])
      }, margins: margins)
  }
}
