import Glibc
import Martlet

/// A summary as a person reads it: a few lines for each column.
struct SummaryPage {
  private let summary: DatasetSummary
  private let source: String
  /// What a bar of the histogram may be drawn with, the emptiest first.
  private let bars: [Character]

  init(_ summary: DatasetSummary, of source: String) {
    self.summary = summary
    self.source = source
    bars = Array(Self.mayDraw ? "▁▂▃▄▅▆▇█" : ".:-=+*%@")
  }

  /// Whether the terminal takes more than ASCII: its locale says UTF-8, and nobody wants it plain.
  private static var mayDraw: Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environmentVariable($0) }
      .first { !$0.isEmpty }
    let words = locale?.lowercased() ?? ""
    return (words.contains("utf-8") || words.contains("utf8"))
      && environmentVariable("NO_COLOR") == nil && environmentVariable("TERM") != "dumb"
  }

  var text: String {
    var lines = [
      "\(source): \(summary.rowCount) rows, \(summary.columns.count) columns"
        + (summary.skippedRowCount > 0 ? ", \(summary.skippedRowCount) rows unreadable" : "")
    ]
    for column in summary.columns { lines += [""] + self.lines(of: column) }
    return lines.joined(separator: "\n")
  }

  private func lines(of column: ColumnSummary) -> [String] {
    var head = ["\(column.name): \(column.type.words)"]
    if let count = column.distinctCount { head.append("\(count) distinct") }
    if column.missingCount > 0 { head.append("\(column.missingCount) missing") }
    if column.notNumberCount > 0 { head.append("\(column.notNumberCount) NaN") }
    var lines = [head.joined(separator: ", ")]
    if column.minimum != .missing {
      var figures = ["min \(shown(column.minimum, in: column))"]
      for (probability, value) in zip(ColumnSummary.probabilities, column.quantiles) {
        let name = probability == 0.5 ? "median" : "p\(numberText(probability * 100))"
        figures.append("\(name) \(figure(value) ?? shown(value, in: column))")
      }
      figures.append("max \(shown(column.maximum, in: column))")
      lines.append("  " + figures.joined(separator: "  "))
    }
    var more: [String] = []
    if let mean = column.mean { more.append("mean \(figure(mean))") }
    if let deviation = column.standardDeviation {
      more.append("standard deviation \(figure(deviation))")
    }
    if let lengths = column.lengths {
      let unit = column.type == .text ? "characters" : "elements"
      more.append(
        "\(lengths.minimum) to \(lengths.maximum) \(unit), \(figure(lengths.mean)) on average")
    }
    if let vectors = column.vectors {
      more.append("width \(vectors.width)")
      more.append("\(vectors.nonZeroCount) entries not zero")
      more.append("density \(figure(vectors.density))")
    }
    if !more.isEmpty { lines.append("  " + more.joined(separator: "  ")) }
    if column.histogram.count > 1 { lines.append("  [\(drawing(column.histogram))]") }
    if !column.frequent.isEmpty {
      let values = column.frequent.map { "\(shown($0.value, in: column)) (\($0.count))" }
      lines.append("  often: " + values.joined(separator: ", "))
    }
    return lines
  }

  /// What was worked out, to six digits; `--json` has them all.
  private func figure(_ number: Double) -> String {
    guard number != number.rounded(), number.isFinite else { return numberText(number) }
    let places = 5 - Int(log10(abs(number)).rounded(.down))
    guard (-15...300).contains(places) else { return numberText(number) }
    let scale = pow(10, Double(places))
    return numberText((number * scale).rounded() / scale)
  }

  private func figure(_ value: Value) -> String? {
    if case .number(let number) = value { figure(number) } else { nil }
  }

  private func drawing(_ counts: [Int]) -> String {
    let most = max(1, counts.max() ?? 1)
    return String(
      counts.map { count in
        count == 0 ? " " : bars[min(bars.count - 1, count * bars.count / (most + 1))]
      })
  }

  /// A value, with quotes around texts, which are cut where they are long.
  private func shown(_ value: Value, in column: ColumnSummary) -> String {
    switch value {
    case .text(let text) where column.type == .text:
      quotedText(text.count > 32 ? text.prefix(31) + "…" : text)
    case .text(let text): text.count > 48 ? text.prefix(47) + "…" : text
    case .number(let number) where column.type == .float32 && Double(Float(number)) == number:
      numberText(Float(number))
    default: value.description
    }
  }
}
