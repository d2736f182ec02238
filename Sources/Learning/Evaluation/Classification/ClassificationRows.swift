internal import Cluster
internal import Frames
internal import Platform

/// The rows of a split that a classifier can be judged on.
struct ClassificationRows: Sendable {
  var judged = ClassificationEvaluation()
  var skipped = SkippedRows()

  /// - Parameters:
  ///   - predictions: nil where they follow from the probabilities.
  ///   - untold: rows that the model gave no answer for.
  init(
    labels: Column, predictions: Column?, probabilities: [Column], weights: Column?,
    untold: Int = 0
  ) throws {
    let weights = try weights.map { try $0.weights() }
    let scores = try probabilities.map { try $0.numbers(for: "probabilities") }
    var kept: [Int] = []
    kept.reserveCapacity(labels.count)
    skipped.unpredicted = untold
    let isUnlabelled = labels.lacksLabels
    let isUnpredicted = predictions?.lacksLabels
    for row in 0..<labels.count {
      if isUnlabelled?[row] == true {
        skipped.unlabelled += 1
      } else if isUnpredicted?[row] == true || scores.contains(where: { $0[row].isNaN }) {
        skipped.unpredicted += 1
      } else if let weights, !(weights[row] >= 0 && weights[row].isFinite) {
        skipped.unweighted += 1
      } else {
        kept.append(row)
      }
    }
    let isWhole = kept.count == labels.count
    func chosen(_ column: Column) -> Column { isWhole ? column : column.selecting(kept) }
    judged.labels = LabelCodes(chosen(labels))
    if let predictions { judged.predictions = LabelCodes(chosen(predictions)) }
    judged.weights = weights.map { weights in kept.map { weights[$0] } }
    judged.scores.reserveCapacity(kept.count * scores.count)
    for row in kept { for column in scores { judged.scores.append(column[row]) } }
  }

  init(joining parts: [ClassificationRows]) {
    judged.weights = parts.contains { $0.judged.weights != nil } ? [] : nil
    for part in parts {
      judged.labels.append(part.judged.labels)
      judged.predictions.append(part.judged.predictions)
      judged.scores += part.judged.scores
      judged.weights? += part.judged.weights ?? []
      skipped += part.skipped
    }
  }

  /// What this worker's rows take.
  private var byteCount: Int {
    judged.scores.count * 8 + judged.rowCount * (judged.weights == nil ? 8 : 16)
  }

  /// A collective call.
  func report(
    _ options: EvaluationOptions, unreadable: Int, in session: Session
  ) throws -> EvaluationReport {
    try held(unreadable, in: session) { try judged.report(options, in: session) }
  }

  /// The same for rows whose one score says how strange they are, and whose prediction is whether
  /// they reach a threshold; a collective call.
  func detectionReport(
    _ options: EvaluationOptions, hasThreshold: Bool, unreadable: Int, in session: Session
  ) throws -> EvaluationReport {
    try held(unreadable, in: session) {
      let positive = try judged.labels.anomalies(options.positive, in: session.communicator)
      func rows(_ codes: LabelCodes, with label: ClassLabel) -> [Bool] {
        let code = codes.labels.firstIndex(of: label).map { Int32($0) }
        return codes.codes.map { $0 == code }
      }
      return try DetectionEvaluation(
        isAnomaly: rows(judged.labels, with: positive), scores: judged.scores,
        isAlarm: hasThreshold ? rows(judged.predictions, with: .text("true")) : nil,
        weights: judged.weights, positive: positive
      ).report(options, in: session)
    }
  }

  /// A report over rows for which there is memory, with the rows that were skipped.
  private func held(
    _ unreadable: Int, in session: Session, _ report: () throws -> EvaluationReport
  ) throws -> EvaluationReport {
    let reservation = try session.communicator.agree("holding the predictions") {
      try session.memory.reserve(byteCount, for: "the predictions of \(judged.rowCount) rows")
    }
    defer { withExtendedLifetime(reservation) {} }
    var report = try report()
    try skipped.note(in: &report, unreadable: unreadable, in: session.communicator)
    return report
  }
}

extension Column {
  /// Which rows have no label: it is missing, or no finite number; nil where all have one.
  fileprivate var lacksLabels: [Bool]? {
    if type == .float32 || type == .float64 {
      return numbers?.map { !$0.isFinite }
    }
    return validity.map { validity in (0..<count).map { !validity[$0] } }
  }

  /// Numbers, NaN where one is missing.
  func numbers(for purpose: String) throws -> [Double] {
    guard let numbers else {
      throw Failure(.data, "\(purpose) are numbers, not of the type \(type.words)")
    }
    return numbers
  }

  /// The weights of rows.
  func weights() throws -> [Double] { try numbers(for: "weights") }
}
