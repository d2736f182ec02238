internal import Blocks
internal import Cluster
internal import Learning
internal import LinearAlgebra
internal import Platform

extension LinearRegression {
  /// Fits Huber's loss from the squared one: a pass for each step.
  func fitHuber<Element: Scalar>(
    _ rows: BlockMatrix<Element>, label: String, from equations: NormalEquations,
    in session: Session
  ) throws -> Fit<LinearRegressionModel> {
    let communicator = session.communicator
    let terms = HuberTerms(equations, self)
    var search = try communicator.decide("beginning from least squares") {
      let start = equations.solve(withVariances: false)
      let error = equations.meanSquaredError(start).squareRoot()
      return HuberSearch(from: start, scale: max(error, 1e3 * terms.leastScale))
    }
    var found = search.best.solution
    guard terms.leastScale > 0, !equations.isFlat else {
      // A label of one value is fitted by an intercept, with no errors.
      let model = try model(
        found, scale: 0, squaredError: 0, equations: equations, rows: rows, label: label)
      var report = FitReport()
      (report.iterations, report.converged) = (1, true)
      report.stopReason = "the label has one value"
      report.objective = 0
      describe(found, equations, rows, in: &report)
      return Fit(model, report)
    }
    while search.end == nil {
      let sums = try rows.huberSums(
        of: equations.line(search.point.solution), cut: epsilon * search.point.scale, in: session)
      let now = search
      search = try communicator.decide("a step of Newton's method") {
        var next = now
        next.advance(sums, terms)
        return next
      }
      session.reporter.progress(
        "Huber regression", done: search.objectives.count, of: maxIterations)
    }
    found = search.best.solution
    found.rank = terms.used.count
    let model = try model(
      found, scale: search.best.scale, squaredError: search.squares, equations: equations,
      rows: rows, label: label)
    return Fit(model, report(search, equations, rows))
  }

  private func report<Element: Scalar>(
    _ search: HuberSearch, _ equations: NormalEquations, _ rows: BlockMatrix<Element>
  ) -> FitReport {
    var report = FitReport()
    report.iterations = search.objectives.count
    report.objective = search.objective
    report.objectives = search.objectives
    report.converged = search.end == .settled || search.end == .exact
    report.stopReason =
      switch search.end {
      case .settled: "a step promised less than \(tolerance)² of the objective"
      case .exact: "the scale of errors went to 0"
      case .stuck: "no step goes down"
      case .limit, nil: "the limit of \(maxIterations) iterations"
      }
    report.facts = ["solver normal: Newton's method, a pass a step, from least squares"]
    describe(search.best.solution, equations, rows, in: &report)
    report.counts.append(.init("rowsBeyondEpsilon", search.outerCount))
    if search.end == .exact {
      report.warnings.append(
        "so many rows are fitted exactly that errors have no scale: epsilon decides nothing here")
    }
    return report
  }
}
