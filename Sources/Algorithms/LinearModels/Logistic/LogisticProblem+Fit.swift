internal import Blocks
internal import Cluster
internal import Frames
internal import Learning
internal import LinearAlgebra
internal import Platform

extension LogisticProblem {
  /// Searches, and makes the model and the report of where it ended.
  func fit() throws -> Fit<LogisticRegressionModel> {
    let end = try search()
    var coefficients = layout.coefficients(end.point)
    var intercepts = layout.intercepts(end.point, means: means)
    if layout.outputs > 1 { centre(&coefficients, &intercepts) }
    var report = report(end)
    try warn(&report, end)
    let errors =
      settings.standardErrors
      ? try standardErrors(coefficients, intercepts, end, &report) : nil
    let model = try LogisticRegressionModel(
      featureNames: rows.featureNames, precision: Element.precision, settings: settings.json,
      label: label, classes: classes, coefficients: coefficients, intercepts: intercepts,
      thresholds: settings.thresholds(for: classes.count), hasIntercept: settings.fitIntercept,
      isSparse: !rows.isDense, lambda: lambda, objective: end.objective, standardErrors: errors)
    return Fit(model, report)
  }

  private func search() throws -> LogisticSearch<Element>.Outcome {
    if takesSlices {
      var search = try SlicedSearch(self)
      return try search.run()
    }
    var search = try LogisticSearch(self)
    return try search.run()
  }

  /// Whether the state of the search is cut over the workers.
  var takesSlices: Bool { settings.takesSlices(rows, layout) && !penalties.isConstrained }

  /// Scores may all be moved by the same without a change: intercepts have the mean 0, and so have
  /// coefficients that cost nothing.
  private func centre(_ coefficients: inout Matrix<Double>, _ intercepts: inout [Double]) {
    guard penalties.lower == nil, penalties.upper == nil else { return }
    let count = Double(layout.outputs)
    if layout.hasIntercept {
      let mean = intercepts.reduce(0, +) / count
      for output in intercepts.indices { intercepts[output] -= mean }
    }
    guard lambda == 0 else { return }
    for column in 0..<layout.dimension {
      let mean = (0..<layout.outputs).reduce(0) { $0 + coefficients[$1, column] } / count
      for output in 0..<layout.outputs { coefficients[output, column] -= mean }
    }
  }

  private func report(_ end: LogisticSearch<Element>.Outcome) -> FitReport {
    var report = FitReport()
    report.iterations = end.iterations
    let last = end.history.last?.decrement ?? 0
    // Where rounding ends the search, what the next step would gain is what counts.
    let isClose = last * last <= 1e-10 * max(end.objective.magnitude, 1e-3)
    report.converged = end.reason == .converged || (end.reason == .noProgress && isClose)
    report.stopReason =
      switch end.reason {
      case .converged: "the relative error is below \(settings.tolerance)"
      case .limit: "the limit of \(settings.maxIterations) iterations"
      case .noProgress: "rounding allows no further progress"
      }
    report.objective = end.objective
    report.objectives = end.history.dropFirst().map(\.objective)
    report.gradientNorms = end.history.dropFirst().map(\.decrement)
    report.counts = [
      .init("classes", classes.count),
      .init("constantColumns", penalties.isPinned.filter { $0 }.count),
    ]
    if penalties.magnitudes != nil {
      let features = layout.outputs * layout.dimension
      report.counts.append(
        .init("zeroCoefficients", end.point.prefix(features).filter { $0 == 0 }.count))
    }
    report.facts = facts(end)
    return report
  }

  private func facts(_ end: LogisticSearch<Element>.Outcome) -> [String] {
    var facts = [
      layout.outputs == 1
        ? "binomial: one score, for '\(classes.texts[1])'"
        : "multinomial: a score for each of \(classes.count) classes",
      solverWords,
    ]
    if lambda > 0 {
      facts.append(
        "lambda \(numberText(lambda)), which is C \(numberText(1 / (lambda * moments.weight))) of "
          + "scikit-learn, on \(settings.standardizes ? "standardised" : "given") columns")
    }
    if let classWeights {
      let words = zip(classes.texts, classWeights).prefix(10).map { "\($0) \(numberText($1))" }
      facts.append("classes weigh \(words.joined(separator: ", "))")
    }
    facts.append("\(rows.placement.leafCount) leaves")
    let count = layout.outputs * (layout.dimension + 1) + 1
    let leaves = rows.placement.leafCount
    let sent = (2...8).map {
      "\(Placement.byteCount(ofSum: count, leafCount: leaves, workers: $0)) of \($0)"
    }
    facts.append(
      "bytes that a worker sends an iteration, at most: \(sent.joined(separator: ", ")); "
        + "one gradient there and back for 2, 4, 8")
    if !rows.isDense {
      facts.append(rows.isSparse ? "sparse rows, walked by their entries" : "one-hot codes")
    }
    return facts
  }

  private var solverWords: String {
    if penalties.magnitudes != nil { return "OWL-QN, from the diagonal of the Hessian" }
    if penalties.isConstrained { return "projected L-BFGS, from the diagonal of the Hessian" }
    if takesSlices {
      return "L-BFGS, from the diagonal of the Hessian, and for the columns of most rows the "
        + "Hessian of a sample; state in slices"
    }
    return takesSample
      ? "L-BFGS, from the Hessian of \(settings.sampleCount(rows)) rows"
      : "L-BFGS, from the diagonal of the Hessian"
  }

  /// What a reader should look at.
  private func warn(_ report: inout FitReport, _ end: LogisticSearch<Element>.Outcome) throws {
    if report.converged == false {
      report.warnings.append(
        "the search ended before it settled: \(report.stopReason); raise --max-iterations, or "
          + "lambda")
    }
    guard lambda == 0, !penalties.isConstrained else { return }
    let isSeparable: Bool
    if let margins = end.margins {
      isSeparable = try rows.wrongCount(margins, in: session) == 0
    } else {
      isSeparable = end.objective < 1e-4
    }
    if isSeparable {
      report.warnings.append(
        "the features tell the classes apart without a mistake, so that coefficients grow as long "
          + "as the search goes on; give a lambda above 0")
    }
  }
}

extension LogisticRegression {
  /// By what probabilities are divided before the largest wins, nil for 1.
  func thresholds(for classCount: Int) -> [Double]? {
    if let threshold { return [1 - threshold, threshold] }
    return thresholds.isEmpty ? nil : thresholds
  }
}
