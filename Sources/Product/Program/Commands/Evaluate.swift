import Martlet

let evaluateCommand = Command(
  name: "evaluate", operands: "MODEL",
  summary: "says how good a model is on data",
  examples: [
    .init(
      "martlet evaluate m --data iris.csv --label species", "inertia, and agreement with labels"),
    .init(
      "martlet evaluate m --data new.csv --label species --min adjustedRandIndex=0.7",
      "exit code 2 when the model is worse than that"),
  ],
  options: { _ in
    [
      OptionGroup(
        title: "Judging",
        options: [
          .value("label", "COLUMN", "the column with the true answer"),
          .value("weight", "COLUMN", "the column with the weights of the rows"),
          .value("metrics", "A,B", "the metrics to show", standard: "all that apply"),
          .list("min", "METRIC=VALUE", "fail with exit code 2 below this"),
          .list("max", "METRIC=VALUE", "fail with exit code 2 above this"),
        ]), .source, .run, .talk,
    ]
  },
  run: { invocation in try Judging(invocation).run() })

/// One run of `martlet evaluate`.
private struct Judging {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> Outcome {
    let path = try invocation.operand("MODEL")
    let arguments = invocation.arguments
    let gates = try gates("min") + gates("max")
    let session = invocation.session
    let stored = try session.communicator.agree("reading the model") {
      try StoredModel(reading: path, registry: Catalog.models)
    }
    let dataset = try invocation.dataset()
    let scorer = try Scorer(stored.pipeline, for: try dataset.expectedSchema(), prefix: "martlet_")
    let report = try scorer.evaluateClustering(
      of: dataset, label: arguments["label"], weight: arguments["weight"], in: session)
    if report.skippedRowCount + report.unreadableRowCount > 0 {
      invocation.console.warn(
        "\(report.unreadableRowCount) rows could not be read and \(report.skippedRowCount) have "
          + "no prediction; they were not judged")
    }
    let shown = try chosen(report.metrics)
    let missed = try gates.filter { gate in try !gate.holds(for: report.metrics) }
    for gate in missed { invocation.console.warn("\(gate.text) does not hold") }
    try invocation.finish(
      json: [
        .init("status", missed.isEmpty ? "ok" : "gate missed"),
        .init("rows", .integer(report.rowCount)),
        .init("skipped", .integer(report.skippedRowCount + report.unreadableRowCount)),
        .init("metrics", .object(JSONObject(shown.map { .init($0.name, .number($0.value)) }))),
        .init(
          "definitions", .object(JSONObject(shown.map { .init($0.name, .text($0.definition)) }))),
        .init(
          "model",
          .object(JSONObject([.init("path", .text(path)), .init("sha256", .text(stored.digest))]))),
        .init("warnings", .list(invocation.console.warnings.map { .text($0) })),
      ],
      text: {
        (["\(report.rowCount) rows"]
          + shown.map { "\($0.name) \(numberText($0.value))\n    \($0.definition)" })
          .joined(separator: "\n")
      })
    return Outcome(exitCode: missed.isEmpty ? 0 : 2)
  }

  private func chosen(_ metrics: [MetricValue]) throws -> [MetricValue] {
    guard let names = invocation.arguments.parts("metrics") else { return metrics }
    return try names.map { try Self.metric($0, in: metrics) }
  }

  fileprivate static func metric(_ name: String, in metrics: [MetricValue]) throws -> MetricValue {
    guard let metric = metrics.first(where: { $0.name == name }) else {
      let needsLabel = Metric.ofClusterings.contains { $0.name == name && $0.needsLabel }
      throw Failure(
        .usage,
        needsLabel ? "the metric '\(name)' needs --label" : "there is no metric '\(name)' here",
        hint: needsLabel ? nil : nameHint(for: name, in: metrics.map(\.name)))
    }
    return metric
  }

  /// A bound that a metric must keep.
  private struct Gate {
    let name: String
    let bound: Double
    let isLeast: Bool

    var text: String { "\(name) \(isLeast ? "at least" : "at most") \(numberText(bound))" }

    func holds(for metrics: [MetricValue]) throws -> Bool {
      let value = try Judging.metric(name, in: metrics).value
      return isLeast ? value >= bound : value <= bound
    }
  }

  private func gates(_ option: String) throws -> [Gate] {
    try invocation.arguments.list(option).flatMap { $0.split(separator: ",") }.map { text in
      let parts = text.split(separator: "=")
      guard parts.count == 2, let bound = Double(parts[1]) else {
        throw Failure(.usage, "--\(option) must be METRIC=VALUE, not '\(text)'")
      }
      return Gate(name: String(parts[0]), bound: bound, isLeast: option == "min")
    }
  }
}
