import Martlet

let convertCommand = Command(
  name: "convert", operands: "SOURCE... DESTINATION",
  summary: "writes rows in another format, as one file or as parts",
  examples: [
    .init("martlet convert iris.csv iris.jsonl", "the format follows the ending"),
    .init(
      "martlet convert 'logs/*.csv' logs-in-parts --to jsonl --part-size 64MiB",
      "a folder of parts, which --resume goes on with should it be stopped"),
  ],
  options: { _ in
    [
      OptionGroup(
        title: "Rows",
        options: [
          .value("select", "A,B*,!C", "the columns to write", standard: "all"),
          .flag("resume", "keep the parts that a stopped run of the same job finished"),
        ]), .writing,
      OptionGroup(
        title: "Reading", options: OptionGroup.source.options.filter { $0.name != "data" }),
      .run, .talk,
    ]
  },
  run: { invocation in
    let words = invocation.arguments.words
    guard words.count >= 2, let name = words.last else {
      throw Failure(
        .usage, "martlet convert needs a SOURCE and a DESTINATION",
        hint: "martlet convert --help shows how")
    }
    let begun = monotonicSeconds()
    let session = invocation.session
    let arguments = invocation.arguments
    let job = ["select", "where"].map { "\($0) \(arguments[$0] ?? "")" }.joined(separator: "\n")
    let destination = try invocation.destination(name, job: job)
    var dataset = try invocation.dataset(Array(words.dropLast()))
    if let patterns = arguments.parts("select") {
      dataset = dataset.select(
        try FeatureChoice.selected(dataset.source.columnNames, by: patterns))
    }
    let written = try dataset.write(to: destination, in: session)
    try invocation.finishWriting(written, begun: begun)
    return Outcome()
  })

extension Invocation {
  /// Tells what was written.
  func finishWriting(
    _ written: WriteSummary, begun: Double, more: [JSONObject.Member] = []
  ) throws {
    let seconds = monotonicSeconds() - begun
    try finish(
      json: [
        .init("status", "ok"), .init("rows", .integer(written.rowCount)),
        .init("out", .text(written.path)), .init("format", .text(written.format.rawValue)),
        .init("files", .integer(written.fileCount)), .init("bytes", .integer(written.byteCount)),
        .init("keptParts", .integer(written.keptPartCount)),
        .init("notKept", .integer(written.lostCount)), .init("seconds", .number(seconds)),
        .init("warnings", .list(console.warnings.map { .text($0) })),
      ] + more,
      isTalk: true,
      text: {
        let parts = written.fileCount == 1 ? "" : " in \(written.fileCount) parts"
        return "\(written.rowCount) rows, \(written.byteCount) bytes\(parts), in \(written.path)"
      })
  }
}

extension FeatureChoice {
  /// The names that some patterns choose, in the order of the patterns; `!` in front leaves out.
  static func selected(_ names: [String], by patterns: [String]) throws -> [String] {
    let wanted = patterns.filter { !$0.hasPrefix("!") }
    let unwanted = patterns.filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) }
    for pattern in wanted + unwanted where !names.contains(where: { matches($0, pattern) }) {
      throw Failure(
        .data, "no column is called '\(pattern)'", hint: nameHint(for: pattern, in: names))
    }
    var chosen: [String] = []
    for pattern in wanted.isEmpty ? ["*"] : wanted {
      chosen += names.filter { matches($0, pattern) && !chosen.contains($0) }
    }
    let kept = chosen.filter { name in !unwanted.contains { matches(name, $0) } }
    guard !kept.isEmpty else { throw Failure(.usage, "--select leaves no column") }
    return kept
  }
}
