internal import Blocks
internal import Cluster
internal import Frames
internal import Learning
internal import LinearAlgebra
internal import Platform

extension LinearRegression {
  /// Fits by L-BFGS: each step reads the rows once, and no products of pairs are held.
  func fitByPasses<Element: Scalar>(
    _ rows: BlockMatrix<Element>, label: String, in session: Session
  ) throws -> Fit<LinearRegressionModel> {
    try session.communicator.agree("planning linear regression") {
      // The solver's pairs and vectors on rank 0, and the sums of a pass everywhere.
      let solving = session.isRoot ? 30 * 8 * (rows.columnCount + 2) : 0
      _ = try session.memory.reserve(
        rows.sumByteCount(of: 2 * rows.columnCount + 8, in: session)
          + rows.residualsByteCount(isShifted: rows.isDense, in: session) + solving,
        for: "fitting \(rows.columnCount) coefficients")
    }
    let labels = try rows.labelMoments(in: session)
    guard labels.rowCount > 0 else {
      throw Failure(.data, "the weights of all rows are 0", hint: "choose another --weight column")
    }
    let columns = try rows.classMoments(classCount: 0, in: session)
    try refuseOverflow(columns, labels, rows.featureNames, label)
    let descent = LinearDescent(
      self, columns: columns, labels: labels, isShifted: rows.isDense)
    guard descent.unit > 0 else {
      return try constantFit(descent, labels, rows, label)
    }
    let search = try search(descent, rows, in: session)
    let end = descent.line(search.point)
    let sums = try rows.residuals(of: end.line, cut: end.cut, in: session)
    let statistics = FitStatistics(
      rowCount: labels.rowCount, weightSum: labels.weightSum, squaredError: sums.squares,
      squaredSpread: descent.unit * descent.unit * labels.weightSum, rank: descent.used.count,
      hasIntercept: fitIntercept)
    let model = try LinearRegressionModel(
      featureNames: rows.featureNames, precision: Element.precision, label: label,
      coefficients: descent.coefficients(search.point),
      intercept: descent.intercept(search.point),
      scale: loss == .huber ? descent.scale(search.point) : nil, statistics: statistics,
      standardErrors: [], takesSparseRows: rows.isSparse, settings: json)
    return Fit(model, report(search, descent, model, rows))
  }

  private func refuseOverflow(
    _ columns: ClassMoments, _ labels: LabelMoments, _ names: FeatureNames, _ label: String
  ) throws {
    let place = columns.spreads.indices.first {
      !columns.spreads[$0].isFinite || !columns.means[$0].isFinite
    }
    let name = place.map { names[$0] } ?? (labels.spread.isFinite ? nil : label)
    guard let name else { return }
    throw Failure(
      .data, "the variance of '\(name)' is beyond the range of numbers",
      hint: "look for extreme values, or scale the columns first")
  }

  /// A label of one value is fitted by an intercept, with no errors.
  private func constantFit<Element: Scalar>(
    _ descent: LinearDescent, _ labels: LabelMoments, _ rows: BlockMatrix<Element>, _ label: String
  ) throws -> Fit<LinearRegressionModel> {
    let model = try LinearRegressionModel(
      featureNames: rows.featureNames, precision: Element.precision, label: label,
      coefficients: [Double](repeating: 0, count: rows.columnCount), intercept: descent.labelMean,
      scale: loss == .huber ? 0 : nil,
      statistics: FitStatistics(
        rowCount: labels.rowCount, weightSum: labels.weightSum, squaredError: 0, squaredSpread: 0,
        rank: 0, hasIntercept: fitIntercept), standardErrors: [], takesSparseRows: rows.isSparse,
      settings: json)
    var report = FitReport()
    (report.iterations, report.converged, report.objective) = (1, true, 0)
    report.stopReason = "the label has one value"
    return Fit(model, report)
  }

  /// What the solver, on rank 0, found; the same on all ranks.
  private struct Search: Codable {
    var point: [Double] = []
    /// At the start and after each iteration, with the norms of the gradient in the metric.
    var objectives: [Double] = []
    var gradientNorms: [Double] = []
    var iterations = 0
    /// Why the solver ended.
    var reason = ""
  }

  private func search<Element: Scalar>(
    _ descent: LinearDescent, _ rows: BlockMatrix<Element>, in session: Session
  ) throws -> Search {
    let communicator = session.communicator
    var solver = QuasiNewton(
      from: descent.start, settings: descent.solverSettings(self), metric: descent.metric,
      arithmetic: LongVector(level: try KernelLevel.current()))
    var reason: QuasiNewton.StopReason?
    // Empty: the end.
    func next(_ request: QuasiNewton.Request) -> [Double] {
      switch request {
      case .evaluate(let point): return point
      case .finished(let end): reason = end
      case .probe, .renewMetric: bug("the solver asks for what it was not promised")
      }
      return []
    }
    var point = try communicator.decideValues("beginning a search") { next(solver.begin()) }
    while !point.isEmpty {
      let asked = point
      let (line, cut) = descent.line(asked)
      let sums = try rows.residuals(of: line, cut: cut, in: session)
      point = try communicator.decideValues("a step of L-BFGS") {
        let (value, slope) = descent.evaluate(asked, sums)
        return next(solver.evaluated(value, slope))
      }
      session.reporter.progress("linear regression", done: solver.iterations, of: maxIterations)
    }
    return try communicator.decide("ending a search") {
      Search(
        point: solver.point, objectives: solver.history.map { descent.objective($0.objective) },
        gradientNorms: solver.history.map(\.decrement), iterations: solver.iterations,
        reason: (reason ?? .noProgress).rawValue)
    }
  }

  private func report<Element: Scalar>(
    _ search: Search, _ descent: LinearDescent, _ model: LinearRegressionModel,
    _ rows: BlockMatrix<Element>
  ) -> FitReport {
    var report = FitReport()
    report.iterations = max(1, search.iterations)
    report.objective = search.objectives.last
    if search.objectives.count == search.iterations + 1, search.iterations > 0 {
      report.objectives = Array(search.objectives.dropFirst())
      report.gradientNorms = Array(search.gradientNorms.dropFirst())
    }
    let reason = QuasiNewton.StopReason(rawValue: search.reason)
    // Where rounding ends the search, the last step says how near the end is.
    let (steepness, height) = (search.gradientNorms.last ?? .infinity, search.objectives.last ?? 0)
    let isClose = steepness * steepness <= 1e-12 * max(height.magnitude, .leastNormalMagnitude)
    report.converged = reason == .converged || (reason == .noProgress && isClose)
    report.stopReason =
      switch reason {
      case .converged: "a step promised less than \(tolerance)² of the objective"
      case .limit: "the limit of \(maxIterations) iterations"
      case .noProgress where isClose: "rounding allows no further progress"
      case .noProgress, nil: "no step makes the objective smaller"
      }
    report.counts = [
      .init("rows", model.statistics.rowCount), .init("features", rows.columnCount),
      .init("coefficientsNotZero", model.coefficients.count { $0 != 0 }),
      .init("constantColumns", descent.constants.count),
    ]
    let method = penalty.absolute > 0 ? "OWL-QN" : "L-BFGS"
    report.facts = [
      "solver iterative: \(method) on scaled columns, one read of the rows for each step",
      "\(rows.columnCount + 6) numbers cross workers for each step",
      "no standard errors: the products of all pairs of features were not summed",
    ]
    if !descent.constants.isEmpty {
      report.facts.append("\(descent.constants.count) columns have one value in all rows")
    }
    return report
  }
}
