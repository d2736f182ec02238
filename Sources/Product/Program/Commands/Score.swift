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
          .value("out", "FILE.csv", "where rows and predictions go"),
          .flag("overwrite", "replace a file that is there already"),
          .value("prefix", "TEXT", "what is put before the names of the new columns"),
          .value("id", "COLUMN", "the column that names the rows; kept as it is written"),
        ]), .source, .run, .talk,
    ]
  },
  run: { invocation in
    let path = try invocation.operand("MODEL")
    let out = try invocation.required("out")
    let session = invocation.session
    guard out.lowercased().hasSuffix(".csv") || out.lowercased().hasSuffix(".tsv") else {
      throw Failure(
        .usage, "--out must end in .csv or .tsv, not be '\(out)'",
        hint: "this release writes one file of comma- or tab-separated text")
    }
    let replacing = invocation.arguments.flag("overwrite")
    if !replacing, pathExists(out) { throw Failure.alreadyThere(out) }
    let stored = try session.communicator.agree("reading the model") {
      try StoredModel(reading: path, registry: Catalog.models)
    }
    for warning in stored.warnings { invocation.console.warn(warning) }
    let dataset = try invocation.dataset()
    let prefix = invocation.arguments["prefix"] ?? ""
    let unscored = Mutex(0)
    let scored = dataset.map(
      schema: { schema in
        Schema(schema.fields + (try Scorer(stored.model, for: schema, prefix: prefix)).outputs)
      },
      { frame in
        let scorer = try Scorer(stored.model, for: frame.schema, prefix: prefix)
        let answers = try scorer.score(frame)
        let missing = answers.columns.first?.missingCount ?? 0
        if missing > 0 { unscored.withLock { $0 += missing } }
        return frame.appending(answers)
      })
    let begun = monotonicSeconds()
    let isTabbed = out.lowercased().hasSuffix(".tsv")
    let rowCount = try scored.write(
      csv: out, in: session, replacing: replacing,
      writer: CSVWriter(delimiter: UInt8(ascii: isTabbed ? "\t" : ",")))
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
