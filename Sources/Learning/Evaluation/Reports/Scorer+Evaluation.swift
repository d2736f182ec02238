public import Cluster
public import Datasets
internal import Frames
public import Learning
internal import LinearAlgebra
internal import Platform

extension Scorer {
  /// Judges the model on some data, by the metrics that its kind has; a collective call.
  ///
  /// ```swift
  /// let report = try Scorer(model, for: test.expectedSchema(), prefix: "new_")
  ///   .evaluate(test, in: session)
  /// print(report[.auc])
  /// ```
  /// - Parameters:
  ///   - label: the column with the true answers; nil for the one that the model learned from.
  ///   - weight: a column with the weights of the rows.
  public func evaluate(
    _ data: Dataset, label: String? = nil, weight: String? = nil,
    options: EvaluationOptions = EvaluationOptions(), in session: Session
  ) throws -> EvaluationReport {
    var report = try measured(data, label, weight, options, in: session)
    if let label, columnNames.contains(label) {
      report.warnings.append(
        "the model reads '\(label)', which it is judged by: the figures are too good to be true; "
          + "train it with --label \(label), which keeps the column from it")
    }
    return report
  }

  private func measured(
    _ data: Dataset, _ label: String?, _ weight: String?, _ options: EvaluationOptions,
    in session: Session
  ) throws -> EvaluationReport {
    if let classifier = model as? any Classifier {
      return try evaluate(
        classifier, data, label ?? classifier.label, weight, options, in: session)
    }
    if let regressor = model as? any Regressor {
      return try evaluate(regressor, data, label ?? regressor.label, weight, options, in: session)
    }
    if let detector = model as? any AnomalyModel {
      guard let label else {
        throw Failure(
          .usage, "scores of anomalies are judged by the rows that are known to be some",
          hint: "name the column that says so with --label COLUMN")
      }
      return try evaluate(detector, data, label, weight, options, in: session)
    }
    guard outputs.contains(where: { $0.name == prefix + "cluster" }) else {
      throw Failure(
        .usage, "there is no measure for what this model makes of rows",
        hint: "score the rows first, and judge them without the model: "
          + "martlet evaluate --data scored.csv --label COLUMN")
    }
    return try evaluateClustering(of: data, label: label, weight: weight, in: session)
  }

  private func evaluate(
    _ classifier: any Classifier, _ data: Dataset, _ label: String, _ weight: String?,
    _ options: EvaluationOptions, in session: Session
  ) throws -> EvaluationReport {
    let texts = classifier.classes.texts
    let names = ["prediction"] + texts.map { "probability_\($0)" }
    let read = try data.mapSplits(in: session, "evaluating", columns: wanted(label, weight)) {
      split in
      let (answers, rows) = try judged(split.frame)
      return try ClassificationRows(
        labels: rows.column(label), predictions: answers.column(prefix + names[0]),
        probabilities: names.dropFirst().map { try answers.column(prefix + $0) },
        weights: weight.map { try rows.column($0) }, untold: split.frame.rowCount - rows.rowCount)
    }
    let classes = texts.map { ClassLabel($0) }
    var whole = ClassificationRows(joining: read.parts)
    whole.judged.known = classes
    whole.judged.scored = classes
    return try whole.report(options, unreadable: read.skippedRowCount, in: session)
  }

  private func evaluate(
    _ detector: any AnomalyModel, _ data: Dataset, _ label: String, _ weight: String?,
    _ options: EvaluationOptions, in session: Session
  ) throws -> EvaluationReport {
    let hasThreshold = detector.threshold != nil
    let read = try data.mapSplits(in: session, "evaluating", columns: wanted(label, weight)) {
      split in
      let (answers, rows) = try judged(split.frame)
      return try ClassificationRows(
        labels: rows.column(label),
        predictions: hasThreshold ? answers.column(prefix + "is_anomaly") : nil,
        probabilities: [answers.column(prefix + "anomaly_score")],
        weights: weight.map { try rows.column($0) }, untold: split.frame.rowCount - rows.rowCount)
    }
    return try ClassificationRows(joining: read.parts).detectionReport(
      options, hasThreshold: hasThreshold, unreadable: read.skippedRowCount, in: session)
  }

  private func evaluate(
    _ regressor: any Regressor, _ data: Dataset, _ label: String, _ weight: String?,
    _ options: EvaluationOptions, in session: Session
  ) throws -> EvaluationReport {
    let read = try data.mapSplits(in: session, "evaluating", columns: wanted(label, weight)) {
      split in
      let (answers, rows) = try judged(split.frame)
      return try RegressionRows(
        labels: rows.column(label), predictions: answers.column(prefix + "prediction"),
        weights: weight.map { try rows.column($0) }, labelName: label,
        untold: split.frame.rowCount - rows.rowCount)
    }
    return try RegressionRows(joining: read.parts).report(
      options, unreadable: read.skippedRowCount, in: session)
  }

  /// The columns of the data that judging needs.
  func wanted(_ label: String?, _ weight: String?) -> [String] {
    let others = [label, weight].compactMap { $0 }
    return columnNames + others.filter { !columnNames.contains($0) }
  }

  /// The answers for some rows beside those rows, of which the pipeline may have taken some out.
  func judged(_ frame: Frame) throws -> (answers: Frame, rows: Frame) {
    let features = try frame.selecting(columnNames)
    let bound = try pipeline.scorer(for: features.schema, prefix: prefix)
    let (answers, kept) = try bound.scored(features)
    return (answers, kept.map { frame.selecting(rows: $0) } ?? frame)
  }
}
