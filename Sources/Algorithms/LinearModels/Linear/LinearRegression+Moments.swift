internal import Blocks
internal import Cluster
internal import Frames
internal import Learning
internal import LinearAlgebra
internal import Platform

extension LinearRegression {
  /// Fits from the products of all pairs of features, and of each with the label.
  func fitByMoments<Element: Scalar>(
    _ rows: BlockMatrix<Element>, label: String, in session: Session
  ) throws -> Fit<LinearRegressionModel> {
    try requireMemory(for: rows, in: session)
    let moments = try rows.moments(withLabel: true, in: session)
    guard moments.rowCount > 0 else {
      throw Failure(.data, "the weights of all rows are 0", hint: "choose another --weight column")
    }
    let equations = NormalEquations(
      moments: moments, penalty: penalty, hasIntercept: fitIntercept, isNonNegative: nonNegative)
    if let (row, column) = equations.overflow {
      let names = (0..<rows.columnCount).map { rows.featureNames[$0] } + [label]
      throw Failure(
        .data,
        "the moment of '\(names[row])' and '\(names[column])' is beyond the range of numbers",
        hint: "look for extreme values, or scale the columns first")
    }
    if loss == .huber {
      return try fitHuber(rows, label: label, from: equations, in: session)
    }
    var found = try session.communicator.decide("solving the normal equations") {
      equations.solve(withVariances: standardErrors)
    }
    var error = equations.meanSquaredError(found) * moments.weightSum
    var passes = moments.passCount
    if equations.isCancelled(error / moments.weightSum) || found.leastShare < 1e-6 {
      (found, error) = try refined(found, equations, rows, passes: &passes, in: session)
    }
    let model = try model(
      found, scale: nil, squaredError: error, equations: equations, rows: rows, label: label)
    var report = report(of: found, equations, rows, error: error / moments.weightSum)
    if passes > moments.passCount {
      report.facts.append(
        "the fit is close or columns hardly differ: errors were measured on the rows, "
          + "\(passes - moments.passCount) more passes")
    }
    return Fit(model, report)
  }

  /// Refuses before the first pass what the budget could not hold in a later one.
  private func requireMemory<Element: Scalar>(
    for rows: BlockMatrix<Element>, in session: Session
  ) throws {
    try session.communicator.agree("planning linear regression") {
      let (square, overflow) = (rows.columnCount + 1).multipliedReportingOverflow(
        by: (rows.columnCount + 1) * 8)
      guard !overflow, square < 1 << 42 else {
        throw Failure(
          .memory, "the products of \(rows.columnCount) features fit into no memory",
          hint: "--solver iterative holds no products")
      }
      // The moments; on rank 0 the scaled system, its factor and what a solve copies of it.
      let solving = session.isRoot ? 4 * square : square
      _ = try session.memory.reserve(
        max(rows.momentsByteCount(withLabel: true, in: session), solving),
        for: "the products of \(rows.columnCount) features")
    }
  }

  /// Measures the errors on the rows, and corrects the coefficients by what slope is left there.
  private func refined<Element: Scalar>(
    _ first: LinearSolution, _ equations: NormalEquations, _ rows: BlockMatrix<Element>,
    passes: inout Int, in session: Session
  ) throws -> (LinearSolution, Double) {
    var (best, bestError, bestObjective) = (first, 0.0, Double.infinity)
    var next = first
    for round in 0..<4 {
      let sums = try rows.residuals(of: equations.line(next), in: session)
      passes += 1
      let objective =
        sums.squares / 2 / equations.moments.weightSum
        + penalty.cost(of: next.coefficients, deviations: equations.deviations)
      guard objective < bestObjective else { break }
      (best, bestError, bestObjective) = (next, sums.squares, objective)
      guard round < 3 else { break }
      let corrected = try session.communicator.decide("correcting the coefficients") {
        equations.corrected(next, sums)
      }
      guard let corrected, corrected != next else { break }
      next = corrected
    }
    return (best, bestError)
  }

  /// The model of what was found.
  func model<Element: Scalar>(
    _ found: LinearSolution, scale: Double?, squaredError: Double, equations: NormalEquations,
    rows: BlockMatrix<Element>, label: String
  ) throws -> LinearRegressionModel {
    let moments = equations.moments
    let spread = equations.moment(equations.columnCount, equations.columnCount)
    var statistics = FitStatistics(
      rowCount: moments.rowCount, weightSum: moments.weightSum, squaredError: squaredError,
      squaredSpread: spread * moments.weightSum, rank: found.rank, hasIntercept: fitIntercept)
    if fitIntercept, moments.isConstant(equations.columnCount) { statistics.squaredSpread = 0 }
    var errors: [Double] = []
    if let deviation = statistics.residualDeviation {
      errors = found.variances.map { deviation * max(0, $0).squareRoot() }
    }
    return try LinearRegressionModel(
      featureNames: rows.featureNames, precision: Element.precision, label: label,
      coefficients: found.coefficients, intercept: equations.intercept(of: found), scale: scale,
      statistics: statistics, standardErrors: errors, takesSparseRows: rows.isSparse,
      settings: json)
  }

  private func report<Element: Scalar>(
    of found: LinearSolution, _ equations: NormalEquations, _ rows: BlockMatrix<Element>,
    error: Double
  ) -> FitReport {
    var report = FitReport()
    let cost = penalty.cost(of: found.coefficients, deviations: equations.deviations)
    report.objective = error / 2 + cost
    if found.sweeps > 0 {
      report.iterations = found.sweeps
      report.converged = found.converged
      report.stopReason =
        found.converged
        ? "the conditions of optimality hold to \(shown(found.violation))"
        : "rounding: the conditions of optimality hold to \(shown(found.violation)) only"
      report.facts.append("solver normal: one pass for the products, then coordinate descent")
    } else {
      report.iterations = 1
      report.stopReason = "solved"
      report.facts.append("solver normal: one pass for the products, then Cholesky")
    }
    describe(found, equations, rows, in: &report)
    return report
  }

  /// What the reader should know whatever the way to the solution.
  func describe<Element: Scalar>(
    _ found: LinearSolution, _ equations: NormalEquations, _ rows: BlockMatrix<Element>,
    in report: inout FitReport
  ) {
    let names = rows.featureNames
    let order = rows.columnCount + 1
    report.facts.append("sums of some \(order * order) numbers cross workers for each pass")
    report.counts = [
      .init("rows", equations.moments.rowCount), .init("features", rows.columnCount),
      .init("coefficientsNotZero", found.coefficients.count { $0 != 0 }),
      .init("constantColumns", found.constants.count),
      .init("dependentColumns", found.dependences.count),
    ]
    if lambda > 0 {
      report.facts.append(
        "lambda \(lambda), alpha \(alpha)"
          + (standardization
            ? ", of features as if scaled by their standard deviations (n - 1)"
            : ", of features as they are"))
    }
    if equations.moments.rowCount < rows.rowCount {
      report.facts.append(
        "\(rows.rowCount - equations.moments.rowCount) rows of weight 0 do not count")
    }
    if !found.constants.isEmpty {
      let effect =
        fitIntercept ? "its coefficient is 0" : "it takes the place of an intercept, unless it is 0"
      for column in found.constants.prefix(5) {
        report.warnings.append("'\(names[column])' has one value in all rows: \(effect)")
      }
      if found.constants.count > 5 {
        report.warnings.append("and \(found.constants.count - 5) more such columns")
      }
    }
    for dependence in found.dependences.prefix(5) {
      report.warnings.append(sentence(of: dependence, names))
    }
    if !found.dependences.isEmpty {
      if found.dependences.count > 5 {
        report.warnings.append("and \(found.dependences.count - 5) more such columns")
      }
      report.warnings.append(
        "columns repeat each other (rank \(found.rank) of \(rows.columnCount)): of all coefficients "
          + "that fit best these are the shortest, and theirs have no standard errors")
    }
  }

  private func sentence(
    of dependence: LinearSolution.Dependence, _ names: FeatureNames
  ) -> String {
    let name = "'\(names[dependence.column])'"
    let parts = dependence.parts
    let more = fitIntercept ? " and a constant" : ""
    if parts.count == 1, (parts[0].factor - 1).magnitude < 1e-9 {
      return "\(name) repeats '\(names[parts[0].column])'"
        + (fitIntercept ? " up to a constant" : "")
    }
    let shownParts = parts.prefix(4).map { "\(shown($0.factor)) '\(names[$0.column])'" }
    let rest = parts.count > 4 ? " + \(parts.count - 4) more" : ""
    return
      "\(name) is a combination of others: \(shownParts.joined(separator: " + "))\(rest)\(more)"
  }
}
