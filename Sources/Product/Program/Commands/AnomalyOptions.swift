import Martlet

extension OptionGroup {
  /// What may be asked of a detector of anomalies.
  /// - Parameter explained: whether rows are written, which may be explained.
  static func anomalies(explained: Bool) -> OptionGroup {
    let threshold = Option.value(
      "threshold", "SCORE", "from which score on a row is an anomaly",
      standard: "what --contamination of the training gave")
    let explain = Option.value(
      "explain", "N", "name the N features that make a row strange, with what each adds")
    return OptionGroup(
      title: "Of a detector of anomalies", options: (explained ? [explain] : []) + [threshold])
  }
}

extension OptionGroup {
  /// By which a threshold is judged, and the cheapest one found.
  static let costs = OptionGroup(
    title: "What the rows of a detector cost",
    options: [
      .value("cost-of-miss", "NUMBER", "of an anomaly without an alarm"),
      .value(
        "cost-of-alarm", "NUMBER", "of an alarm, right or wrong; names the cheapest threshold"),
    ])
}

extension Invocation {
  /// A pipeline with the threshold and the explanations that the options ask of its detector.
  func detecting(_ pipeline: PipelineModel) throws -> PipelineModel {
    var pipeline = pipeline
    if let score = try arguments.number("threshold") {
      pipeline = try pipeline.with(threshold: AnomalyThreshold(score: score))
    }
    if let count = try arguments.integer("explain", in: 1...10_000) {
      pipeline = try pipeline.explaining(count)
    }
    return pipeline
  }
}
