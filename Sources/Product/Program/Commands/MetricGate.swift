import Martlet

/// A bound that a metric must keep: `--min auc=0.9`.
struct MetricGate {
  let name: String
  let bound: Double
  let isLeast: Bool

  var text: String { "\(name) \(isLeast ? "at least" : "at most") \(numberText(bound))" }

  /// False too where the metric is undefined; a metric at several cutoffs must keep it at each.
  func holds(for report: EvaluationReport) throws -> Bool {
    try report.figures(name).allSatisfy { isLeast ? $0.value >= bound : $0.value <= bound }
  }

  /// What an option says: several with commas between, which labels in the names may have too.
  static func gates(_ option: String, _ arguments: Arguments) throws -> [MetricGate] {
    try arguments.list(option).flatMap { text in
      var gates: [MetricGate] = []
      var rest = ""
      for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
        rest += (rest.isEmpty ? "" : ",") + piece
        guard let equal = rest.lastIndex(of: "="),
          let bound = Double(rest[rest.index(after: equal)...])
        else { continue }
        gates.append(
          MetricGate(name: String(rest[..<equal]), bound: bound, isLeast: option == "min"))
        rest = ""
      }
      guard rest.isEmpty, !gates.isEmpty else {
        throw Failure(.usage, "--\(option) must be METRIC=VALUE, not '\(text)'")
      }
      return gates
    }
  }
}

extension [Metric] {
  /// Refuses a name that none of them has, alone or at each cutoff, before any work.
  func check(_ name: String) throws(Failure) {
    if contains(where: { $0.isCalled(name) || $0.name.hasPrefix(name + "@") }) { return }
    throw Failure(
      .usage, "there is no metric '\(name)' here", hint: nameHint(for: name, in: map(\.name)))
  }
}

extension EvaluationReport {
  /// The figure that a user asks for, or those at each cutoff where none is named: `ndcg` for
  /// `ndcg@10`; an error that helps where there is none.
  func figures(_ name: String) throws -> [MetricValue] {
    if let figure = self[name] { return [figure] }
    let cut = metrics.filter { $0.name.hasPrefix(name + "@") }
    if !cut.isEmpty { return cut }
    let needsLabel = Metric.ofClusterings.contains { $0.name == name && $0.needsLabel }
    throw Failure(
      .usage,
      needsLabel ? "the metric '\(name)' needs --label" : "there is no metric '\(name)' here",
      hint: needsLabel ? nil : nameHint(for: name, in: (metrics + labelMetrics).map(\.name)))
  }
}
