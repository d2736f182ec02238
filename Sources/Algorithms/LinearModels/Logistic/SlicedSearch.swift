internal import Blocks
internal import Cluster
internal import Learning
internal import LinearAlgebra
internal import Platform

/// The search for sparse rows of two classes without bounds: each worker holds a slice of the
/// solver's state, and rank 0 decides from products.
///
/// A step reads the rows once for the margins of the direction and once, column by column, for the
/// gradient; how far to go is found on the margins alone, so that no try costs a read. An iteration
/// sends the gradient into slices and the direction out of them: as much as one gradient that all
/// get.
struct SlicedSearch<Element: Scalar> {
  let problem: LogisticProblem<Element>
  /// The columns of this worker's slice.
  let slice: Range<Int>
  let margins: LineMargins
  var state: SlicedDescent
  let frequent: FrequentColumns<Element>
  /// On rank 0 what most rows have, with the intercept.
  var head: FrequentHead<Element>?
  /// Numbers of all columns: the direction, and sums over the rows.
  let direction: Buffer<Double>
  let sums: Buffer<Double>
  let curvatures: Buffer<Double>
  /// On rank 0.
  var products: StepProducts
  var progress: SearchProgress

  /// Steps that are kept.
  static var memory: Int { 10 }
  // Their part of the Hessian is one block, which costs its square for each row of the sample.
  static var frequentLimit: Int { 255 }
  static var sampleCount: Int { 1 << 14 }
  // The curvature falls as the margins grow, the most at first.
  private static var renewals: [Int] { [0, 2, 6] }

  init(_ problem: LogisticProblem<Element>) throws {
    self.problem = problem
    let (rows, session) = (problem.rows, problem.session)
    let level = try KernelLevel.current()
    let slices = Slices(count: rows.columnCount, over: session.communicator.size)
    slice = slices.range(of: session.communicator.rank)
    margins = LineMargins(rowCount: rows.rows.count)
    frequent = try rows.frequentColumns(
      limit: Self.frequentLimit, count: Self.sampleCount, isHeld: problem.penalties.isPinned,
      hasIntercept: problem.layout.hasIntercept, classWeights: problem.classWeights,
      random: RandomSource(seed: session.seed, purpose: "logistic.sample"), in: session)
    var start = Array(problem.start.prefix(rows.columnCount))
    head = FrequentHead(frequent, problem, memory: Self.memory, level: level)
    direction = Buffer(start)
    for column in frequent.columns { start[column] = 0 }
    state = SlicedDescent(
      start[slice], prices: problem.penalties.squares[slice], memory: Self.memory,
      threads: session.threads, level: level)
    sums = Buffer(count: max(rows.columnCount, rows.sumRoom(problem.wide)))
    curvatures = Buffer(count: rows.rows.count)
    products = StepProducts(memory: Self.memory)
    progress = SearchProgress(
      tolerance: problem.settings.tolerance, limit: problem.settings.maxIterations)
  }

  /// Runs to the end; a collective call with the same result on each worker.
  mutating func run() throws -> LogisticSearch<Element>.Outcome {
    let (rows, session) = (problem.rows, problem.session)
    let intercept = problem.layout.hasIntercept ? problem.start[rows.columnCount] : 0
    try rows.measure(margins, along: direction, intercept: intercept, isPoint: true, in: session)
    var found = try loss(at: 0)
    progress.penalty = penaltyAtStart
    progress.value = found.loss / problem.totalWeight + progress.penalty
    var step: Double?
    while true {
      if Self.renewals.contains(progress.iterations) {
        try renew()
        step = nil
      }
      try takeGradient(found, step: step)
      guard let line = try descend() else { return try outcome() }
      guard let next = try search(line) else { return try outcome() }
      try rows.accept(margins, step: next.step, in: session)
      try state.move(next.step, along: direction, from: slice.lowerBound)
      head?.move(next.step)
      (found, step) = (next.found, next.step)
      progress.accepted(next.value)
    }
  }

  func loss(at step: Double) throws -> LineLoss {
    try problem.rows.lineLoss(
      margins, step: step, weighting: problem.weighting, in: problem.session)
  }

  /// Half the penalty on squares at the start; the same on each worker.
  private var penaltyAtStart: Double {
    0.5 * zip(problem.penalties.squares, problem.start).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
  }

  /// Makes the metric that of the point.
  private mutating func renew() throws {
    let (rows, session) = (problem.rows, problem.session)
    try rows.lineCurvatures(
      margins, weighting: problem.weighting, into: curvatures, in: session)
    try rows.slicedSums(
      "measuring the curvature", problem.wide, factors: curvatures, squared: true, into: sums,
      in: session)
    let (weight, moments) = (problem.totalWeight, problem.moments)
    for (place, column) in slice.enumerated() {
      let mean = moments.means[column]
      let square = moments.spreads[column] / moments.weight + mean * mean
      // Rows that are sure of their class bend no more, but may again.
      let least = max(1e-6 * square, .leastNormalMagnitude)
      let curvature = sums[column] / weight + problem.penalties.squares[column]
      state.scales[place] =
        problem.penalties.isPinned[column] ? 0 : 1 / max(curvature, least).squareRoot()
    }
    for column in frequent.columns where slice.contains(column) {
      state.scales[column - slice.lowerBound] = 0
    }
    state.forget()
    products.forget()
    let own = frequent.ownRows.map { curvatures[$0] }
    let all = try session.communicator.gather(own, to: 0).flatMap { $0 }
    try session.communicator.agree("factoring the Hessian of a sample") {
      try head?.renew(curvatures: all)
    }
  }

  /// Measures the gradient at the point, and takes all products with it to rank 0.
  private mutating func takeGradient(_ found: LineLoss, step: Double?) throws {
    let (rows, communicator) = (problem.rows, problem.session.communicator)
    try rows.slicedSums(
      "measuring the gradient", problem.wide, factors: margins.residuals, into: sums,
      in: problem.session)
    let factor = 1 / problem.totalWeight
    let own = frequent.columns.filter { slice.contains($0) }.map { sums[$0] * factor }
    let slopes = try communicator.gather(own, to: 0).flatMap { $0 }
    var parts = try state.advance(
      sums, from: slice.lowerBound, factor: factor, step: step)
    parts = try gathered(parts)
    if communicator.rank == 0 {
      if var head {
        let tail = head.hasIntercept ? [found.residual * factor] : []
        self.head = nil
        parts += try head.advance(slopes + tail, step: step)
        self.head = head
      }
      products.take(Self.added(parts))
    }
  }

  private func outcome() throws -> LogisticSearch<Element>.Outcome {
    let communicator = problem.session.communicator
    state.copyPoint(to: direction, from: slice.lowerBound)
    try problem.rows.gatherSlices(direction, in: problem.session)
    let (head, progress) = (head, progress)
    let decided = try communicator.decideValues("ending the search") {
      [progress.value, Double(progress.history.count)]
        + progress.history.flatMap { [$0.objective, $0.decrement] } + (head?.coefficients ?? [])
    }
    let count = Int(decided[1])
    let tail = decided[(2 + 2 * count)...]
    var point = direction.array
    for (column, value) in zip(frequent.columns, tail) { point[column] = value }
    if problem.layout.hasIntercept { point.append(tail.last ?? 0) }
    return LogisticSearch<Element>.Outcome(
      point: point, objective: decided[0], reason: progress.endsWith ?? .limit,
      iterations: progress.iterations,
      history: (0..<count).map {
        .init(objective: decided[2 + 2 * $0], decrement: decided[3 + 2 * $0])
      }, margins: margins.stored)
  }
}
