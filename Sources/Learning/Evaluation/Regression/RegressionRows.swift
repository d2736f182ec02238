internal import Cluster
internal import Frames
internal import Platform

/// The rows of a split that a regression can be judged on.
struct RegressionRows: Sendable {
  var judged: RegressionEvaluation
  var skipped = SkippedRows()

  /// - Parameter untold: rows that the model gave no answer for.
  init(
    labels: Column, predictions: Column, weights: Column?, labelName: String, untold: Int = 0
  ) throws {
    guard labels.type.isNumeric else {
      throw Failure(
        .data, "the label '\(labelName)' of a regression is no number but \(labels.type.words)")
    }
    let weights = try weights.map { try $0.weights() }
    let answers = try predictions.numbers(for: "predictions")
    let truths = try labels.numbers(for: "labels")
    judged = RegressionEvaluation(hasWeights: weights != nil)
    skipped.unpredicted = untold
    for row in 0..<labels.count {
      if labels.isMissing(row) {
        skipped.unlabelled += 1
      } else if predictions.isMissing(row) {
        skipped.unpredicted += 1
      } else if let weights, !(weights[row] >= 0 && weights[row].isFinite) {
        skipped.unweighted += 1
      } else {
        judged.append(label: truths[row], prediction: answers[row], weight: weights?[row] ?? 1)
      }
    }
  }

  init(joining parts: [RegressionRows]) {
    judged = RegressionEvaluation(hasWeights: parts.contains { $0.judged.weights != nil })
    for part in parts {
      judged.labels += part.judged.labels
      judged.predictions += part.judged.predictions
      judged.weights? += part.judged.weights ?? []
      judged.unusableCount += part.judged.unusableCount
      skipped += part.skipped
    }
  }

  /// A collective call.
  func report(
    _ options: EvaluationOptions, unreadable: Int, in session: Session
  ) throws -> EvaluationReport {
    let byteCount = judged.rowCount * (judged.weights == nil ? 16 : 24)
    let reservation = try session.communicator.agree("holding the predictions") {
      try session.memory.reserve(byteCount, for: "the predictions of \(judged.rowCount) rows")
    }
    defer { withExtendedLifetime(reservation) {} }
    var report = try judged.report(options, in: session)
    try skipped.note(in: &report, unreadable: unreadable, in: session.communicator)
    return report
  }
}
