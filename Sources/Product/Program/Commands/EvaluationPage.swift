import Martlet

/// How an evaluation is shown: as text for the eye, and as members of a JSON object.
struct EvaluationPage {
  let report: EvaluationReport
  /// The figures that are wanted.
  let figures: [MetricValue]
  /// Whether tables of labels and probabilities are wanted too.
  let isWhole: Bool

  // MARK: Text

  var text: String {
    let positive = report.positive.map { ", the positive label is \($0)" } ?? ""
    let rows =
      report.userCount.map { "\(report.rowCount) ratings, of which the lists of \($0) users tell" }
      ?? "\(report.rowCount) rows"
    var parts = [rows + positive] + figures.map { line($0) }
    if isWhole { parts += [labelTable, confusionTable, calibrationTable].compactMap { $0 } }
    if let groupTable { parts.append(groupTable) }
    return parts.joined(separator: "\n")
  }

  private func line(_ figure: MetricValue) -> String {
    let beside = report.baseline.flatMap { baseline in
      baseline[figure.name].map { "; \(baseline.name) \(Self.valueText($0))" }
    }
    return "\(figure.name) \(Self.valueText(figure))\(beside ?? "")\n    \(figure.definition)"
  }

  private static func valueText(_ figure: MetricValue) -> String {
    number(figure.value)
      + (figure.interval.map { " [\(number($0.lowerBound)), \(number($0.upperBound))]" } ?? "")
  }

  private static func number(_ value: Double) -> String {
    value.isNaN ? "undefined" : numberText(value)
  }

  private var labelTable: String? {
    guard let names = labelFigureNames, let confusion = report.confusion else { return nil }
    let figures = report.labelMetrics.map { $0.isUndefined ? nil : rounded($0.value) }
    let width = names.count
    var columns: [(name: String, column: Column)] = [
      ("label", Column(confusion.labels.map { Optional("\($0)") })),
      ("rows", Column(confusion.counts.map { Double?(rounded($0.reduce(0, +))) })),
    ]
    for (place, name) in names.enumerated() {
      let values = confusion.labels.indices.map { figures[$0 * width + place] }
      columns.append((name, Column(values)))
    }
    return "\nEach label\n" + Self.table(columns)
  }

  private var confusionTable: String? {
    guard let confusion = report.confusion else { return nil }
    var columns: [(name: String, column: Column)] = [
      ("label", Column(confusion.labels.map { Optional("\($0)") }))
    ]
    for (place, label) in confusion.labels.enumerated() {
      columns.append(("\(label)", Column(confusion.counts.map { Double?(rounded($0[place])) })))
    }
    return "\nWhat was predicted (columns) for rows of each label\n" + Self.table(columns)
  }

  private var calibrationTable: String? {
    let bins = report.calibration.filter { $0.weight > 0 }
    if bins.isEmpty { return nil }
    func column(_ value: (CalibrationBin) -> Double) -> Column {
      Column(bins.map { Double?(rounded(value($0))) })
    }
    return "\nHow often it came true, by the probability that was given\n"
      + Self.table([
        ("above", column(\.lower)), ("upTo", column(\.upper)), ("rows", column(\.weight)),
        ("meanProbability", column(\.meanProbability)), ("cameTrue", column(\.share)),
      ])
  }

  /// The figures of each group of users, but for those of all items, and what some of them are of
  /// the baseline.
  private var groupTable: String? {
    guard !report.groups.isEmpty else { return nil }
    let names = figures.map(\.name).filter { report.groups[0][$0] != nil }
    if names.isEmpty { return nil }
    // As many columns as there are groups, which are few: a line a figure.
    func column(_ group: EvaluationGroup) -> Column {
      Column(
        [Double?(Double(group.rowCount))]
          + names.map { name in
            group[name].flatMap { $0.isUndefined ? nil : rounded($0.value) }
          })
    }
    var columns: [(name: String, column: Column)] = [
      ("metric", Column((["users"] + names).map { Optional($0) }))
    ]
    for (place, group) in report.groups.enumerated() {
      columns.append((group.name, column(group)))
      if let baseline = report.baseline, baseline.groups.indices.contains(place) {
        columns.append((baseline.name, column(baseline.groups[place])))
      }
    }
    return "\nUsers by how many ratings the model has of them\n" + Self.table(columns)
  }

  /// A table without the row of types.
  private static func table(_ columns: [(name: String, column: Column)]) -> String {
    var lines = TextTable(Frame(columns)).text.split(
      separator: "\n", omittingEmptySubsequences: false)
    lines.remove(at: 1)
    return lines.dropLast().joined(separator: "\n")
  }

  private func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }

  /// What is known of each label: the names before the brackets.
  private var labelFigureNames: [String]? {
    guard let count = report.confusion?.labels.count, count > 0 else { return nil }
    return report.labelMetrics.prefix(report.labelMetrics.count / count).map { figure in
      String(figure.name.prefix { $0 != "[" })
    }
  }

  // MARK: JSON

  var members: [JSONObject.Member] {
    func object(_ value: (MetricValue) -> JSONValue?) -> JSONValue {
      Self.object(figures, value)
    }
    var members: [JSONObject.Member] = [
      .init("metrics", object { .number($0.value) }),
      .init("definitions", object { .text($0.definition) }),
    ]
    if let positive = report.positive {
      members.append(.init("positive", .text("\(positive)")))
    }
    if figures.contains(where: { $0.interval != nil }) {
      members.append(
        .init(
          "intervals",
          object(Self.interval)))
    }
    if let users = report.userCount { members.append(.init("users", .integer(users))) }
    if let baseline = report.baseline {
      let beside = figures.compactMap { baseline[$0.name] }
      var own: [JSONObject.Member] = [
        .init("name", .text(baseline.name)),
        .init("metrics", Self.object(beside) { .number($0.value) }),
      ]
      if beside.contains(where: { $0.interval != nil }) {
        own.append(.init("intervals", Self.object(beside, Self.interval)))
      }
      members.append(.init("baseline", .object(JSONObject(own))))
    }
    if !report.groups.isEmpty {
      members.append(.init("groups", .list(report.groups.indices.map { groupMember($0) })))
    }
    return isWhole ? members + tables : members
  }

  private func groupMember(_ place: Int) -> JSONValue {
    func values(_ group: EvaluationGroup) -> JSONValue {
      Self.object(figures.compactMap { group[$0.name] }) { .number($0.value) }
    }
    let group = report.groups[place]
    var members: [JSONObject.Member] = [
      .init("name", .text(group.name)), .init("users", .integer(group.rowCount)),
      .init("metrics", values(group)),
    ]
    if let baseline = report.baseline, baseline.groups.indices.contains(place) {
      members.append(.init(baseline.name, values(baseline.groups[place])))
    }
    return .object(JSONObject(members))
  }

  private static func object(
    _ figures: [MetricValue], _ value: (MetricValue) -> JSONValue?
  ) -> JSONValue {
    .object(
      JSONObject(figures.compactMap { figure in value(figure).map { .init(figure.name, $0) } }))
  }

  private static func interval(_ figure: MetricValue) -> JSONValue? {
    figure.interval.map { .list([.number($0.lowerBound), .number($0.upperBound)]) }
  }

  private var tables: [JSONObject.Member] {
    var members: [JSONObject.Member] = []
    if let confusion = report.confusion, let names = labelFigureNames {
      members.append(
        .init(
          "labels",
          .list(
            confusion.labels.enumerated().map { place, label in
              .object(
                JSONObject(
                  [
                    .init("label", .text("\(label)")),
                    .init("rows", .number(confusion.counts[place].reduce(0, +))),
                  ]
                    + names.enumerated().map { index, name in
                      .init(name, .number(report.labelMetrics[place * names.count + index].value))
                    }))
            })))
      members.append(
        .init(
          "confusion",
          .object(
            JSONObject([
              .init("labels", .list(confusion.labels.map { .text("\($0)") })),
              .init(
                "counts",
                .list(confusion.counts.map { row in .list(row.map { .number($0) }) })),
            ]))))
    }
    if !report.calibration.isEmpty {
      members.append(
        .init(
          "calibration",
          .list(
            report.calibration.map { bin in
              .object(
                JSONObject([
                  .init("above", .number(bin.lower)), .init("upTo", .number(bin.upper)),
                  .init("rows", .number(bin.weight)),
                  .init("meanProbability", .number(bin.meanProbability)),
                  .init("cameTrue", .number(bin.share)),
                ]))
            })))
    }
    return members
  }
}
