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
          .value("id", "COLUMN", "the column that names the rows; kept as it is written"),
        ]), .writing, .source, .run, .talk,
    ]
  },
  run: { invocation in
    let path = try invocation.operand("MODEL")
    let out = try invocation.required("out")
    let session = invocation.session
    let destination = try invocation.destination(out)
    let stored = try session.communicator.agree("reading the model") {
      try StoredModel(reading: path, registry: Catalog.models)
    }
    for warning in stored.warnings { invocation.console.warn(warning) }
    let dataset = try invocation.dataset()
    let prefix = invocation.arguments["prefix"] ?? ""
    let unscored = Mutex(0)
    let scored = dataset.scored(
      by: stored.pipeline, prefix: prefix,
      note: { answers in
        let missing = answers.columns.first?.missingCount ?? 0
        if missing > 0 { unscored.withLock { $0 += missing } }
      })
    let begun = monotonicSeconds()
    let rowCount = try scored.write(to: destination, in: session).rowCount
    let missing = Int(
      try session.communicator.allReduce([Int64(unscored.withLock { $0 })], by: .sum)[0])
    if missing > 0 {
      invocation.console.warn("\(missing) rows got no prediction: a feature is missing or infinite")
    }
    let seconds = monotonicSeconds() - begun
    try invocation.finish(
      json: [
        .init("status", "ok"), .init("rows", .integer(rowCount)),
        .init("withoutPrediction", .integer(missing)), .init("out", .text(out)),
        .init("seconds", .number(seconds)),
        .init(
          "model",
          .object(JSONObject([.init("path", .text(path)), .init("sha256", .text(stored.digest))]))),
        .init("warnings", .list(invocation.console.warnings.map { .text($0) })),
      ],
      isTalk: true, text: { "\(rowCount) rows with predictions in \(out)" })
    return Outcome()
  })
