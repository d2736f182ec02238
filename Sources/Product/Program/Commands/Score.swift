import Martlet
import Synchronization

let scoreCommand = Command(
  name: "score", operands: "MODEL",
  summary: "adds a model's predictions to data",
  examples: [
    .init(
      "martlet score m --data new.csv --out scored.csv",
      "all columns of new.csv, and the predictions behind them"),
    .init(
      "martlet score detector --data new.csv --explain 3 --out scored.csv",
      "how strange each row is, and the three columns that make it so"),
    .init(
      "martlet score m --data 'parts/*.csv' --workers 4 --out scored.csv",
      "on four processes, to the same bytes"),
  ],
  options: { _ in
    [
      OptionGroup(
        title: "Output",
        options: [
          .value("out", "DESTINATION", "a file, or a folder of parts, for rows and predictions"),
          .value("prefix", "TEXT", "what is put before the names of the new columns"),
          .value(
            "outputs", "'features,city*'", "which of the new columns to write",
            standard: "the predictions; all, where there is no model"),
          .value(
            "keep", "'id,x*'", "which columns of the data to write before them; '' for none",
            standard: "all"),
          .value("id", "COLUMN", "the column that names the rows; kept as it is written"),
        ]), .anomalies(explained: true), .writing, .source, .run, .talk,
    ]
  },
  run: { invocation in try score(invocation) })

private func score(_ invocation: Invocation) throws -> Outcome {
  let path = try invocation.operand("MODEL")
  let out = try invocation.required("out")
  let session = invocation.session
  let destination = try invocation.destination(out)
  let stored = try session.communicator.agree("reading the model") {
    try StoredModel(reading: path, registry: Catalog.models)
  }
  for warning in stored.warnings { invocation.console.warn(warning) }
  let pipeline = try invocation.detecting(stored.pipeline)
  let rated = stored.pipeline.recommender?.parts.columns
  let dataset = try invocation.dataset(
    textUnlessCanonical: rated.map { [$0.user, $0.item] } ?? [])
  let prefix = invocation.arguments["prefix"] ?? ""
  let patterns = invocation.arguments.parts("outputs")
  var keeping: (@Sendable (String) -> Bool)?
  if let patterns {
    keeping = { name in patterns.contains { FeatureChoice.matches(name, $0) } }
  }
  let alarmName = prefix + "is_anomaly"
  // They are counted as they are written.
  let hasThreshold = pipeline.detector?.threshold != nil && keeping?(alarmName) != false
  let met = Mutex((unscored: 0, takenOut: 0, alarms: 0))
  let scored = dataset.scored(by: pipeline, prefix: prefix, keeping: keeping) {
    answers, takenOutCount in
    let missing = answers.columns.first?.missingCount ?? 0
    let alarms = hasThreshold ? answers.trueCount(of: alarmName) : 0
    met.withLock {
      $0.unscored += missing
      $0.takenOut += takenOutCount
      $0.alarms += alarms
    }
  }
  let columns = try columns(of: scored, from: dataset, invocation)
  let begun = monotonicSeconds()
  let rowCount = try (columns.map { scored.select($0) } ?? scored).write(
    to: destination, in: session
  ).rowCount
  let own = met.withLock { [Int64($0.unscored), Int64($0.takenOut), Int64($0.alarms)] }
  let counts = try session.communicator.allReduce(own, by: .sum).map { Int($0) }
  let (missing, takenOut, alarms) = (counts[0], counts[1], counts[2])
  if missing > 0 {
    let reason =
      rated == nil
      ? "a feature is missing, infinite or too large"
      : "the model does not know the user or the item"
    invocation.console.warn("\(missing) rows got no prediction: \(reason)")
  }
  if takenOut > 0 {
    invocation.console.warn("\(takenOut) rows were taken out by a stage of the pipeline")
  }
  let seconds = monotonicSeconds() - begun
  try invocation.finish(
    json: [
      .init("status", "ok"), .init("rows", .integer(rowCount)),
      .init("withoutPrediction", .integer(missing)), .init("takenOut", .integer(takenOut)),
    ] + (hasThreshold ? [.init("anomalies", .integer(alarms))] : []) + [
      .init("out", .text(out)),
      .init("seconds", .number(seconds)),
      .init(
        "model",
        .object(JSONObject([.init("path", .text(path)), .init("sha256", .text(stored.digest))]))),
      .init("warnings", .list(invocation.console.warnings.map { .text($0) })),
    ],
    isTalk: true,
    text: {
      "\(rowCount) rows with predictions in \(out)"
        + (hasThreshold ? "; \(alarms) are anomalies" : "")
    })
  return Outcome()
}

/// The columns to write, where some of the data's are left out.
private func columns(
  of scored: Dataset, from dataset: Dataset, _ invocation: Invocation
) throws -> [String]? {
  guard let patterns = invocation.arguments.parts("keep") else { return nil }
  return try invocation.session.communicator.agree("choosing columns") {
    let names = try dataset.expectedSchema().names
    for pattern in patterns where !names.contains(where: { FeatureChoice.matches($0, pattern) }) {
      throw Failure(
        .data, "no column is called '\(pattern)'", hint: nameHint(for: pattern, in: names))
    }
    let all = try scored.expectedSchema().names
    // The new columns stand behind those of the data.
    let kept = names.filter { name in patterns.contains { FeatureChoice.matches(name, $0) } }
    return kept + all.filter { name in !names.contains { $0.utf8.elementsEqual(name.utf8) } }
  }
}

extension Frame {
  /// How many rows of a column of truth values are true.
  fileprivate func trueCount(of name: String) -> Int {
    guard let column = try? column(name), case .bool = column.storage else { return 0 }
    return (0..<column.count).reduce(0) { $0 + (column[$1] == .bool(true) ? 1 : 0) }
  }
}
