import Martlet

let describeCommand = Command(
  name: "describe", operands: "SOURCE...",
  summary: "says what a data set holds: types, counts, quantiles, frequent values",
  examples: [
    .init("martlet describe iris.csv", "every column at a glance"),
    .init("martlet describe 'parts/*.csv' --features 'price,x*'", "some columns of many files"),
    .init("martlet describe big.csv --workers 2 --json", "the same figures, for a script"),
  ],
  options: { _ in
    [
      OptionGroup(
        title: "Columns",
        options: [
          .value("features", "A,B*,!C", "the columns to describe", standard: "all")
        ]), .reading, .run, .talk,
    ]
  },
  run: { invocation in
    let dataset = try invocation.operandDataset()
    let names = try ColumnPatterns(invocation.arguments.parts("features") ?? [])
      .choose(from: dataset.source.columnNames)
    let summary = try dataset.select(names).summary(in: invocation.session)
    for column in summary.columns where column.isInfinite {
      invocation.console.warn("\(column.name) holds infinite numbers and has no mean")
    }
    if summary.skippedRowCount > 0 {
      invocation.console.warn(
        "\(summary.skippedRowCount) rows could not be read and are not described")
    }
    if summary.readingCount > 1 {
      invocation.console.note(
        "read \(summary.readingCount) times: the columns do not fit in the memory together")
    }
    let source = invocation.operandName(dataset)
    try invocation.finish(
      json: [
        .init("status", "ok"), .init("source", .text(source)),
        .init("rows", .integer(summary.rowCount)),
        .init("skipped", .integer(summary.skippedRowCount)),
        .init("columns", .list(summary.columns.map(\.document))),
        .init("warnings", .list(invocation.console.warnings.map { .text($0) })),
      ],
      text: { SummaryPage(summary, of: source).text })
    return Outcome()
  })

/// Columns by names and globs; `!` before one leaves out.
struct ColumnPatterns {
  private let wanted: [String]
  private let unwanted: [String]

  init(_ patterns: [String]) {
    wanted = patterns.filter { !$0.hasPrefix("!") }
    unwanted = patterns.filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) }
  }

  /// The names that are meant, in the order of the data.
  func choose(from names: [String]) throws -> [String] {
    for pattern in wanted + unwanted
    where !names.contains(where: { FeatureChoice.matches($0, pattern) }) {
      throw Failure(
        .data, "no column is called '\(pattern)'", hint: nameHint(for: pattern, in: names))
    }
    return names.filter { name in
      (wanted.isEmpty || wanted.contains { FeatureChoice.matches(name, $0) })
        && !unwanted.contains { FeatureChoice.matches(name, $0) }
    }
  }
}

extension ColumnSummary {
  /// Whether a smallest or largest value is infinite.
  fileprivate var isInfinite: Bool {
    [minimum, maximum].contains { value in
      if case .number(let number) = value { number.isInfinite } else { false }
    }
  }

  /// One column as JSON; what does not apply to its type is left out.
  fileprivate var document: JSONValue {
    var members: [JSONObject.Member] = [
      .init("name", .text(name)), .init("type", .text(type.rawValue)),
      .init("missing", .integer(missingCount)),
    ]
    if notNumberCount > 0 { members.append(.init("nan", .integer(notNumberCount))) }
    if let distinctCount {
      members.append(.init("distinct", .integer(distinctCount)))
      members.append(.init("min", minimum.document))
      members.append(.init("max", maximum.document))
    }
    if let mean { members.append(.init("mean", .number(mean))) }
    if let standardDeviation {
      members.append(.init("standardDeviation", .number(standardDeviation)))
    }
    if !quantiles.isEmpty {
      members.append(
        .init(
          "quantiles",
          .object(
            JSONObject(
              zip(Self.probabilities, quantiles).map {
                .init("p\(numberText($0 * 100))", $1.document)
              }))))
    }
    if !histogram.isEmpty {
      members.append(.init("histogram", .list(histogram.map { .integer($0) })))
    }
    if let lengths {
      members.append(
        .init(
          "lengths",
          .object(
            JSONObject([
              .init("min", .integer(lengths.minimum)), .init("max", .integer(lengths.maximum)),
              .init("mean", .number(lengths.mean)),
            ]))))
    }
    if let vectors {
      members.append(.init("width", .integer(vectors.width)))
      members.append(.init("nonZero", .integer(vectors.nonZeroCount)))
      members.append(.init("density", .number(vectors.density)))
    }
    if distinctCount != nil {
      members.append(
        .init(
          "frequent",
          .list(
            frequent.map {
              .object(
                JSONObject([.init("value", $0.value.document), .init("count", .integer($0.count))]))
            })))
    }
    return .object(JSONObject(members))
  }
}

extension Value {
  /// As JSON: numbers as such, dates and times as texts.
  fileprivate var document: JSONValue {
    switch self {
    case .missing: .null
    case .bool(let value): .flag(value)
    case .integer(let value): .integer(Int(value))
    case .number(let value): .number(value)
    default: .text(description)
    }
  }
}
