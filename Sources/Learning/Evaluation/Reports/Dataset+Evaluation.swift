public import Cluster
public import Datasets
internal import Frames
internal import Platform

extension Dataset {
  /// Judges predictions that stand in the data beside the true answers; a collective call.
  ///
  /// ```swift
  /// var columns = ScoredColumns(label: "species")
  /// columns.weight = "area"
  /// print(try Dataset.reading(["scored.csv"]).evaluate(columns, in: session)[.accuracy])
  /// ```
  public func evaluate(
    _ columns: ScoredColumns, options: EvaluationOptions = EvaluationOptions(),
    in session: Session
  ) throws -> EvaluationReport {
    let names = try expectedSchema().names
    if let scores = try AnomalyColumns(columns, in: names) {
      return try evaluate(scores, options, in: session)
    }
    if columns.threshold != nil || options.costs != nil {
      throw Failure(
        .usage, "a threshold and costs are for scores of anomalies",
        hint: "say with --kind anomalies that --prediction holds such scores")
    }
    let choice = try ColumnChoice(columns, in: names)
    let read = try mapSplits(in: session, "evaluating", columns: choice.wanted) {
      try $0.frame.selecting(choice.wanted)
    }
    if choice.isClassification(read.schema, columns.kind) {
      let parts = try session.communicator.agree("evaluating") {
        try mapConcurrently(read.parts.count, threads: session.threads) { part in
          try choice.classification(read.parts[part])
        }
      }
      var whole = ClassificationRows(joining: parts)
      try choice.name(&whole.judged, options, in: session.communicator)
      return try whole.report(options, unreadable: read.skippedRowCount, in: session)
    }
    let parts = try session.communicator.agree("evaluating") {
      try mapConcurrently(read.parts.count, threads: session.threads) { part in
        try choice.regression(read.parts[part])
      }
    }
    return try RegressionRows(joining: parts).report(
      options, unreadable: read.skippedRowCount, in: session)
  }
}

/// The columns that an evaluation without a model looks at.
private struct ColumnChoice: Sendable {
  let label: String
  let prediction: String?
  let weight: String?
  /// The columns of probabilities.
  let probabilities: [String]
  /// Of which labels they are; empty where there is one of two labels yet to be found.
  let scored: [ClassLabel]

  init(_ columns: ScoredColumns, in names: [String]) throws {
    label = columns.label
    weight = columns.weight
    let hasPrediction = names.contains { $0.utf8.elementsEqual(columns.prediction.utf8) }
    if let name = columns.probability, !name.contains("*") {
      guard names.contains(where: { $0.utf8.elementsEqual(name.utf8) }) else {
        throw Schema.noColumn(name, in: names)
      }
      (probabilities, scored) = ([name], [])
    } else {
      let found = ScoredColumns.columns(of: columns.probability ?? "probability_*", in: names)
      if let pattern = columns.probability, found.isEmpty {
        throw Schema.noColumn(pattern, in: names)
      }
      (probabilities, scored) = (found.map(\.name), found.map(\.label))
    }
    guard hasPrediction || !probabilities.isEmpty else {
      throw Schema.noColumn(columns.prediction, in: names)
    }
    prediction = hasPrediction ? columns.prediction : nil
  }

  var wanted: [String] {
    var names: [String] = []
    for name in [label] + [prediction, weight].compactMap({ $0 }) + probabilities
    where !names.contains(name) {
      names.append(name)
    }
    return names
  }

  func isClassification(_ schema: Schema, _ kind: ScoredColumns.Kind?) -> Bool {
    if let kind { return kind == .classification }
    func type(_ name: String) -> ColumnType? {
      schema.index(of: name).map { schema.fields[$0].type }
    }
    let texts = [label, prediction].compactMap { $0 }.filter { name in
      type(name).map { !$0.isNumeric || $0 == .bool } ?? false
    }
    return !probabilities.isEmpty || !texts.isEmpty
  }

  func classification(_ frame: Frame) throws -> ClassificationRows {
    try ClassificationRows(
      labels: frame.column(label), predictions: prediction.map { try frame.column($0) },
      probabilities: probabilities.map { try frame.column($0) },
      weights: weight.map { try frame.column($0) })
  }

  func regression(_ frame: Frame) throws -> RegressionRows {
    guard let prediction else {
      throw Failure(.usage, "a regression is judged by a column of predictions: say --prediction")
    }
    return try RegressionRows(
      labels: frame.column(label), predictions: frame.column(prediction),
      weights: weight.map { try frame.column($0) }, labelName: label)
  }

  /// Says which labels the probabilities are of, and predicts from them where nothing else does; a
  /// collective call.
  func name(
    _ judged: inout ClassificationEvaluation, _ options: EvaluationOptions,
    in communicator: Communicator
  ) throws {
    judged.scored = scored
    if scored.isEmpty, !probabilities.isEmpty {
      let found = try LabelCodes.distinct(
        judged.labels.labels + judged.predictions.labels, in: communicator)
      judged.known = try Self.twoLabels(found, options.positive)
      let positive = options.positive ?? judged.known[1]
      judged.scored = [positive]
      judged.positive = positive
      if prediction == nil {
        let other = judged.known[0] == positive ? judged.known[1] : judged.known[0]
        judged.predictions = LabelCodes(judged.scores.map { $0 > 0.5 ? positive : other })
      }
    } else if prediction == nil {
      let width = scored.count
      judged.predictions = LabelCodes(
        (0..<judged.rowCount).map { row in
          var best = 0
          for column in 1..<max(1, width)
          where judged.scores[row * width + column] > judged.scores[row * width + best] {
            best = column
          }
          return scored[best]
        })
    }
  }

  /// The two labels between which one column of probabilities decides.
  private static func twoLabels(
    _ found: [ClassLabel], _ positive: ClassLabel?
  ) throws -> [ClassLabel] {
    if found.count == 2 { return found }
    guard found.count < 2 else {
      throw Failure(
        .data,
        "one column of probabilities is for two labels; the rows have \(found.count)",
        hint: "name a column for each label: --probability 'probability_*'")
    }
    let pairs: [[ClassLabel]] = [[.code(0), .code(1)], [.text("false"), .text("true")]]
    if let pair = pairs.first(where: { pair in found.allSatisfy { pair.contains($0) } }),
      positive.map({ pair.contains($0) }) ?? true
    {
      return pair
    }
    if let positive, let only = found.first, only != positive { return [only, positive].sorted() }
    throw Failure(
      .data, "all rows have the label '\(found.first.map { "\($0)" } ?? "")'",
      hint: "say with --positive which label the probabilities are of")
  }
}
