import Martlet

let sqlCommand = Command(
  name: "sql", operands: "QUERY",
  summary: "asks a question of files and databases, by DuckDB",
  examples: [
    .init("martlet sql \"select species, count(*) from 'iris.csv' group by all\"", "a small table"),
    .init(
      "martlet sql \"select * from 'parts/*.parquet' where year = 2026\" --out 2026.parquet",
      "the answer as a file"),
    .init(
      "martlet sql 'select * from shop.orders' --databases shop=sqlite:shop.db",
      "from a database"),
  ],
  options: { _ in
    [
      OptionGroup(
        title: "Answer",
        options: [
          .value("out", "DESTINATION", "write the answer to a file, or to a folder of parts"),
          .value("rows", "N", "how many rows to print", standard: "40"),
          .list(
            "databases", "NAME=ADDRESS",
            "databases by their name in the query: sqlite:PATH or postgres://HOST/DATABASE"),
        ]), .writing,
      OptionGroup(
        title: "Running",
        options: OptionGroup.run.options.filter {
          ["threads", "memory", "scratch", "config"].contains($0.name)
        }), .talk,
    ]
  },
  run: { invocation in
    let query = try invocation.operand("QUERY")
    let session = invocation.session
    let limit = try invocation.arguments.integer("rows", in: 0...Int.max - 1) ?? 40
    let out = try invocation.arguments["out"].map { try invocation.destination($0) }
    let databases = try invocation.arguments.list("databases").map(namedAddress)
    let begun = monotonicSeconds()
    let source = try SQLSource(
      query, databases: databases, limit: out == nil ? limit + 1 : nil, threads: session.threads,
      memoryByteCount: session.memory.limit, scratch: session.scratch)
    for warning in source.warnings { invocation.console.warn(warning) }
    if let out {
      try invocation.finishWriting(try Dataset(source).write(to: out, in: session), begun: begun)
      return Outcome()
    }
    let all = try Dataset(source).collect(in: session)
    let shown = all.slice(0..<min(limit, all.rowCount))
    let isCut = all.rowCount > shown.rowCount
    try invocation.finish(
      json: [
        .init("status", "ok"),
        .init("columns", .list(shown.schema.fields.map(describedColumn))),
        .init(
          "rows",
          .list(
            (0..<shown.rowCount).map { row in
              .list(shown.columns.map { jsonValue($0[row]) })
            })),
        .init("complete", .flag(!isCut)),
        .init("seconds", .number(monotonicSeconds() - begun)),
      ],
      text: {
        let end =
          isCut
          ? "the first \(shown.rowCount) rows; more with --rows, all with --out"
          : shown.rowCount == 1 ? "1 row" : "\(shown.rowCount) rows"
        return TextTable(shown).text + end
      })
    return Outcome()
  })

/// `shop=sqlite:shop.db` as a name and an address.
private func namedAddress(_ text: String) throws -> (name: String, address: String) {
  let parts = text.split(separator: "=", maxSplits: 1)
  guard parts.count == 2 else {
    throw Failure(
      .usage, "--databases takes NAME=ADDRESS, not '\(text)'", hint: "shop=sqlite:shop.db")
  }
  return (String(parts[0]), String(parts[1]))
}

private func describedColumn(_ field: Schema.Field) -> JSONValue {
  .object(
    JSONObject([.init("name", .text(field.name)), .init("type", .text(field.type.rawValue))]))
}

/// A value as JSON has it: dates, times and vectors as text, what is not finite as null.
private func jsonValue(_ value: Value) -> JSONValue {
  switch value {
  case .missing: .null
  case .bool(let value): .flag(value)
  case .integer(let value): .integer(Int(value))
  case .number(let value): value.isFinite ? .number(value) : .null
  case .texts(let values): .list(values.map { .text($0) })
  case .vector(.dense(let values)): .list(values.map { $0.isFinite ? .number($0) : .null })
  case .text, .date, .datetime, .timestamp, .vector: .text(value.description)
  }
}
