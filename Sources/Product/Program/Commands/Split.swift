import Martlet

let splitCommand = Command(
  name: "split", operands: "SOURCE...",
  summary: "splits rows into parts, such as training and test",
  examples: [
    .init("martlet split iris.csv --into train=0.8,test=0.2 --out parts", "by chance"),
    .init(
      "martlet split iris.csv --stratify species --out parts",
      "the same shares of every species"),
    .init(
      "martlet split visits.csv --group user --out parts", "whole users: none is in both parts"),
    .init("martlet split sales.csv --time day --out parts", "the latest fifth for the test"),
    .init(
      "martlet split ratings.csv --leave-last 1 --by user --order time --out parts",
      "each user's last rating for the test"),
    .init(
      "martlet split ratings.csv --leave-out 2 --by user --out parts",
      "two ratings of each user, by chance"),
  ],
  options: { _ in
    [
      OptionGroup(
        title: "Splitting",
        options: [
          .value("into", "NAME=SHARE,...", "the parts", standard: "train=0.8,test=0.2"),
          .value("stratify", "COLUMN", "keep the shares within each value of a column"),
          .value("group", "COLUMN", "keep rows of one value together"),
          .value("time", "COLUMN", "in the order of a column, the first part earliest"),
          .value("leave-last", "N", "the last N rows of each group go to the second part"),
          .value("leave-out", "N", "N rows of each group go to the second part, by chance"),
          .value("by", "COLUMN", "the groups of --leave-last and --leave-out"),
          .value("order", "COLUMN", "the order within the groups of --leave-last"),
          .value("out", "FOLDER", "where a file for each part and split.json go"),
          .flag("overwrite", "replace a folder that is there already"),
        ]), .reading, .run, .talk,
    ]
  },
  run: { invocation in try Splitting(invocation).run() })

/// One run of `martlet split`.
private struct Splitting {
  let invocation: Invocation
  private var arguments: Arguments { invocation.arguments }

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> Outcome {
    let out = try invocation.required("out")
    let method = try method()
    let parts = try parts(method)
    let session = invocation.session
    let replacing = arguments.flag("overwrite")
    if !replacing, pathExists(out) { throw Failure.alreadyThere(out) }
    try session.communicator.agree("writing \(out)") { try checkDestination(out) }
    // Values are written as they were spelled: a split changes no row.
    let dataset = try invocation.operandDataset(keepsSpelling: true)
    let assignment = try dataset.assignRows(to: parts, by: method, in: session)
    let record = record(assignment, invocation.operandName(dataset))
    try dataset.write(
      assignment, toFolder: out, format: try format(),
      record: ("split.json", JSONValue.object(record).printed()),
      in: session, replacing: replacing)
    try invocation.finish(
      json: [.init("status", "ok"), .init("out", .text(out))]
        + record.members
        + [.init("warnings", .list(invocation.console.warnings.map { .text($0) }))],
      isTalk: true,
      text: {
        let counts = zip(parts, assignment.rowCounts).map { "\($0.name) \($1)" }
        return (["\(counts.joined(separator: ", ")) rows in \(out)"] + assignment.notes)
          .joined(separator: "\n")
      })
    return Outcome()
  }

  /// What was split and how: the same for any number of workers.
  private func record(_ assignment: RowAssignment, _ source: String) -> JSONObject {
    JSONObject([
      .init("source", .text(source)), .init("method", .text(assignment.method.name)),
      .init("columns", .list(assignment.method.columns.map { .text($0) })),
      .init(
        "seed",
        Int(exactly: assignment.seed).map { .integer($0) } ?? .text(String(assignment.seed))),
      .init("rows", .integer(assignment.numbers.count)),
      .init(
        "parts",
        .list(
          zip(assignment.parts, assignment.rowCounts).map { part, count in
            .object(
              JSONObject([
                .init("name", .text(part.name)), .init("rows", .integer(count)),
                .init("share", part.share.map { .number($0) } ?? .null),
              ]))
          })),
      .init("notes", .list(assignment.notes.map { .text($0) })),
    ])
  }

  /// The method that the options ask for; no two at a time.
  private func method() throws -> SplitMethod {
    let asked = ["stratify", "group", "time", "leave-last", "leave-out"]
      .filter { arguments.has($0) }
    guard asked.count <= 1 else {
      throw Failure(.usage, "--\(asked[0]) and --\(asked[1]) cannot go together")
    }
    if arguments.has("by"), asked != ["leave-last"], asked != ["leave-out"] {
      throw Failure(.usage, "--by belongs to --leave-last and --leave-out")
    }
    if arguments.has("order"), asked != ["leave-last"] {
      throw Failure(.usage, "--order belongs to --leave-last")
    }
    if let column = arguments["stratify"] { return .stratified(by: column) }
    if let column = arguments["group"] { return .grouped(by: column) }
    if let column = arguments["time"] { return .inTime(by: column) }
    if let count = try arguments.integer("leave-last", in: 1...Int.max) {
      return .leavingLast(
        count, by: try invocation.required("by"), order: try invocation.required("order"))
    }
    if let count = try arguments.integer("leave-out", in: 1...Int.max) {
      return .leavingOut(count, by: try invocation.required("by"))
    }
    return .random
  }

  private func parts(_ method: SplitMethod) throws -> [SplitPart] {
    let isLeaving = method.leftCount != nil
    guard let words = arguments.parts("into") else {
      return isLeaving
        ? [SplitPart("train"), SplitPart("test")]
        : [SplitPart("train", share: 0.8), SplitPart("test", share: 0.2)]
    }
    return try words.map { word in
      let sides = word.split(separator: "=", omittingEmptySubsequences: false)
      let name = String(sides[0])
      if sides.count == 1, isLeaving { return SplitPart(name) }
      guard sides.count == 2, let share = Double(sides[1]) else {
        throw Failure(.usage, "--into must be NAME=SHARE,..., not '\(word)'")
      }
      return SplitPart(name, share: share)
    }
  }

  /// The text format that the source has, and CSV for the others.
  private func format() throws -> OutputFormat {
    if let format = try arguments.choice("format", ReadOptions.Format.self) {
      return OutputFormat(rawValue: format.rawValue) ?? .csv
    }
    var name = arguments.words.first?.lowercased() ?? ""
    for ending in [".gz", ".zst"] where name.hasSuffix(ending) {
      name.removeLast(ending.count)
    }
    if name.hasSuffix(".svm") { return .libsvm }
    if name.hasSuffix(".ndjson") { return .jsonl }
    return OutputFormat.allCases.first { name.hasSuffix(".\($0.rawValue)") } ?? .csv
  }
}
