import Martlet

/// What `martlet train` says at the end, in words, as JSON and in the model's report.
struct TrainingSummary {
  /// How long a part of the run took.
  struct Duration {
    let name: String
    let seconds: Double
    init(_ name: String, _ seconds: Double) {
      self.name = name
      self.seconds = seconds
    }
  }

  let algorithm: String
  let fit: PipelineReport
  let features: FeatureNames
  let precision: Precision
  /// What was learned from, where it was ratings.
  private let recommender: RecommenderParts?
  var seconds: [Duration] = []
  var status = "ok"
  var digest = ""
  private var report: FitReport { fit.fit }
  /// Rows that were learned from.
  private var rowCount: Int { fit.rowCount - fit.unusableRowCount }
  private var skipped: Int { fit.unreadableRowCount + fit.unusableRowCount }
  private var peakMemory = 0
  private var timelines: [Timeline] = []

  init(algorithm: String, fit: PipelineFit) {
    self.algorithm = algorithm
    self.fit = fit.report
    recommender = fit.model.recommender?.parts
    features = fit.model.model?.featureNames ?? FeatureNames(fit.model.input.names)
    precision = fit.model.model?.precision ?? .double
  }

  /// Asks all workers for their memory and their time; a collective call.
  mutating func measure(in session: Session) throws {
    let communicator = session.communicator
    timelines = try communicator.allGather([communicator.timeline]).flatMap { $0 }
    peakMemory = Int(
      try communicator.allReduce([Int64(Machine.peakMemoryByteCount)], by: .maximum)[0])
  }

  /// The members of the JSON object, in the order of the manual.
  func members(out: String, in session: Session, warnings: [String]) -> [JSONObject.Member] {
    [
      .init("algorithm", .text(algorithm)), .init("status", .text(status)),
      .init("converged", report.converged.map { .flag($0) } ?? .null),
      .init("iterations", .integer(report.iterations)),
      .init("objective", report.objective.map { .number($0) } ?? .null),
      .init("seconds", secondsDocument), .init("rows", .integer(rowCount)),
      .init("skipped", .integer(skipped)),
      .init("passes", .integer(fit.passes)),
      .init("workers", .integer(session.communicator.size)),
      .init("threads", .integer(session.threads)),
      .init("seed", Int(exactly: session.seed).map { .integer($0) } ?? .text("\(session.seed)")),
      .init("peakMemoryBytes", .integer(peakMemory)),
      .init(
        "model",
        .object(JSONObject([.init("path", .text(out)), .init("sha256", .text(digest))]))),
      .init("metrics", .object(JSONObject())),
      .init(
        "counts", .object(JSONObject(report.counts.map { .init($0.name, .integer($0.value)) }))),
      .init("warnings", .list(warnings.map { .text($0) })),
    ]
  }

  /// What the model's folder keeps of how it came to be; no path or host, for models are passed on.
  func stored(in session: Session, warnings: [String]) -> JSONValue {
    let workers = timelines.map { timeline in
      JSONValue.object(
        JSONObject([
          .init("compute", .number(timeline.compute)), .init("wait", .number(timeline.wait)),
          .init("transfer", .number(timeline.transfer)),
          .init("bytesSent", .integer(timeline.bytesSent)),
        ]))
    }
    return .object(
      JSONObject([
        .init("release", .text(martletVersion)), .init("algorithm", .text(algorithm)),
        .init("rows", .integer(rowCount)), .init("skipped", .integer(skipped)),
        .init("fit", report.document), .init("passes", passesDocument),
        .init("seconds", secondsDocument),
        .init("threads", .integer(session.threads)), .init("workers", .list(workers)),
        .init("peakMemoryBytes", .integer(peakMemory)),
        .init("kernelLevel", .text((try? KernelLevel.current().name) ?? "")),
        .init("warnings", .list(warnings.map { .text($0) })),
      ]))
  }

  /// A few lines for a person.
  func text(out: String) -> String {
    var lines = ["\(algorithm): \(rowCount) \(rowsText)"]
    if fit.stages.count > 1 || fit.passes > 1 { lines.append(passesText) }
    if report.iterations > 0 || report.converged != nil {
      let settled =
        switch report.converged {
        case true?: "settled"
        case false?: "not settled"
        case nil: "ended"
        }
      lines.append("\(settled) after \(report.iterations) iterations: \(report.stopReason)")
    }
    if let objective = report.objective { lines.append("objective \(numberText(objective))") }
    lines += report.facts.map { "  \($0)" }
    for count in report.counts where count.value > 0 {
      lines.append("\(count.name) \(count.value)")
    }
    let times = seconds.map { "\($0.name) \(Self.shortSeconds($0.seconds))" }
    lines.append("seconds: \(times.joined(separator: ", "))")
    lines.append("model \(out), sha256 \(digest)")
    return lines.joined(separator: "\n")
  }

  /// What a row is.
  private var rowsText: String {
    if let recommender {
      return "ratings of \(recommender.items.count) items by \(recommender.users.count) users"
    }
    return "rows of \(features.count) features (\(precision.rawValue))"
  }

  /// The stages that learned in each pass.
  private var passesDocument: JSONValue {
    .list(fit.stagesOfPasses.map { .list($0.map { .text($0) }) })
  }

  private var passesText: String {
    let passes = fit.stagesOfPasses.map { $0.joined(separator: " + ") }
    return "\(fit.passes) passes over the rows: \(passes.joined(separator: ", then "))"
  }

  private var secondsDocument: JSONValue {
    .object(
      JSONObject(
        seconds.map { .init($0.name, .number(($0.seconds * 1e6).rounded() / 1e6)) }))
  }

  private static func shortSeconds(_ seconds: Double) -> String {
    numberText((seconds * 1000).rounded() / 1000)
  }
}
