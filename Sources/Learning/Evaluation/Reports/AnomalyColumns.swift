internal import Cluster
internal import Datasets
internal import Frames
internal import Platform

/// Which columns of data hold scores of anomalies, whoever gave them, and what they are judged by.
struct AnomalyColumns: Sendable {
  let label: String
  let score: String
  /// Whether a row is called an anomaly; nil where the threshold says so, or nothing does.
  let alarm: String?
  let threshold: Double?
  let weight: String?

  private static let scoreName = "anomaly_score"
  private static let alarmName = "is_anomaly"

  /// - Returns: nil where the columns are of another kind.
  init?(_ columns: ScoredColumns, in names: [String]) throws {
    func isThere(_ name: String) -> Bool {
      names.contains { $0.utf8.elementsEqual(name.utf8) }
    }
    let isNamed = columns.prediction.hasSuffix(Self.scoreName)
    // Nobody named another.
    let takesUsual =
      columns.prediction == ScoredColumns.usualPrediction && !isThere(columns.prediction)
      && columns.probability == nil && isThere(Self.scoreName)
    switch columns.kind {
    case .anomalies: break
    case nil where isNamed || takesUsual: break
    default: return nil
    }
    score = takesUsual ? Self.scoreName : columns.prediction
    guard isThere(score) else { throw Schema.noColumn(score, in: names) }
    label = columns.label
    threshold = columns.threshold
    weight = columns.weight
    // What `score --prefix` puts before one name stands before the other.
    let beside =
      score.hasSuffix(Self.scoreName)
      ? score.dropLast(Self.scoreName.count) + Self.alarmName : nil
    alarm = threshold == nil ? beside.flatMap { isThere(String($0)) ? String($0) : nil } : nil
  }

  var hasAlarms: Bool { alarm != nil || threshold != nil }

  var wanted: [String] {
    var names = [label, score]
    for name in [alarm, weight].compactMap({ $0 }) where !names.contains(name) {
      names.append(name)
    }
    return names
  }

  func rows(_ frame: Frame) throws -> ClassificationRows {
    let scores = try frame.column(score)
    return try ClassificationRows(
      labels: frame.column(label), predictions: try alarms(scores, frame), probabilities: [scores],
      weights: weight.map { try frame.column($0) })
  }

  /// Which rows are called anomalies, true and false.
  private func alarms(_ scores: Column, _ frame: Frame) throws -> Column? {
    if let threshold {
      return Column(
        try scores.numbers(for: "scores of anomalies").map { $0.isNaN ? nil : $0 >= threshold })
    }
    guard let alarm else { return nil }
    return Column(
      try frame.column(alarm).numbers(for: "alarms").map { $0.isNaN ? nil : $0 != 0 })
  }
}

extension Dataset {
  /// Judges scores of anomalies that stand in the data; a collective call.
  func evaluate(
    _ columns: AnomalyColumns, _ options: EvaluationOptions, in session: Session
  ) throws -> EvaluationReport {
    let read = try mapSplits(in: session, "evaluating", columns: columns.wanted) {
      try columns.rows($0.frame.selecting(columns.wanted))
    }
    return try ClassificationRows(joining: read.parts).detectionReport(
      options, hasThreshold: columns.hasAlarms, unreadable: read.skippedRowCount, in: session)
  }
}
