import Martlet

/// The times of a training run, part by part.
struct TrainingClock {
  private(set) var laps: [TrainingSummary.Duration]
  private let begin: Double
  private var last: Double

  init(_ invocation: Invocation) {
    begin = invocation.programStart
    last = monotonicSeconds()
    laps = [.init("start", last - begin)]
  }

  /// Ends a part of the run.
  mutating func lap(_ name: String) {
    let now = monotonicSeconds()
    laps.append(.init(name, now - last))
    last = now
  }

  mutating func stop() { laps.append(.init("total", last - begin)) }
}

extension Invocation {
  /// An algorithm with the settings that options give.
  func configured<C: Configurable>(_ type: C.Type) throws -> C {
    var settings: [String: String] = [:]
    for setting in type.settings {
      if let text = arguments[setting.optionName] { settings[setting.name] = text }
    }
    do { return try type.init(settings: settings) } catch { throw error.optionFailure }
  }

  /// Refuses a place where the model could not go, before the work.
  func checkModelPlace(_ out: String) throws {
    try session.onRoot("looking where the model goes") {
      try ModelFolder.checkDestination(out, replacing: arguments.flag("overwrite"))
    }
  }

  /// Writes what was fitted, and says how it went.
  func finish(
    _ fit: PipelineFit, named algorithm: String, to out: String, clock: inout TrainingClock
  ) throws -> Outcome {
    let report = fit.report.fit
    if fit.report.unreadableRowCount + fit.report.unusableRowCount > 0 {
      console.warn(
        "\(fit.report.unreadableRowCount) rows could not be read and "
          + "\(fit.report.unusableRowCount) had a missing or infinite value; they were left out")
    }
    if !fit.report.isInMemory {
      console.note("the rows did not fit into --memory and were read once for each pass")
    }
    for warning in report.warnings { console.warn(warning) }
    var summary = TrainingSummary(algorithm: algorithm, fit: fit)
    summary.seconds = clock.laps
    try summary.measure(in: session)
    try session.onRoot("writing the model") {
      let receipt = try StoredModel.write(
        fit.model, report: summary.stored(in: session, warnings: console.warnings),
        to: out, replacing: arguments.flag("overwrite"), in: session)
      receipt.warnings.forEach { console.warn($0) }
      summary.digest = receipt.digest
    }
    clock.lap("write")
    clock.stop()
    summary.seconds = clock.laps
    let failedToSettle = report.converged == false && report.mustSettle
    summary.status = failedToSettle ? "unconverged" : "ok"
    try finish(
      json: summary.members(out: out, in: session, warnings: console.warnings),
      isTalk: true, text: { summary.text(out: out) })
    return Outcome(exitCode: failedToSettle && !arguments.flag("allow-unconverged") ? 3 : 0)
  }
}
