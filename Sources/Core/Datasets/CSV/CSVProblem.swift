internal import CParse
internal import Platform

/// What is wrong with a file, as plain numbers that can travel to other workers.
struct CSVProblem: Sendable, Equatable {
  enum Kind: Int, Sendable {
    case unterminated = 2
    case wrongCount = 3
    case behindQuote = 4
    case notUTF8 = 5
  }

  var kind: Kind
  /// Where in the file.
  var place: Int
  /// How many fields the row has.
  var found: Int

  init(kind: Kind, place: Int, found: Int) {
    self.kind = kind
    self.place = place
    self.found = found
  }

  /// What a search for records reports.
  init(_ records: martlet_csv_records, in window: CSVWindow, rowCount: Int) {
    guard let kind = Kind(rawValue: Int(records.status)) else {
      bug("a CSV search ended with \(records.status) behind \(rowCount) rows")
    }
    self.init(
      kind: kind, place: window.origin + Int(records.place),
      found: Int(records.found))
  }

  /// The error as a person reads it; the file is read from its start to count lines.
  func failure(in file: CSVFile, columns: [String], dialect: CSVDialect) throws -> Failure {
    let (line, lineStart) = try CSVLines.line(at: place, in: file)
    let text = dialect.shown(try CSVLines.text(at: place, in: file))
    let here = "\(file.path):\(line)"
    switch kind {
    case .unterminated:
      return Failure(
        .data, "\(here): the quote opened here is never closed", causes: ["it reads \(text)"],
        hint: "a quote opens only at the start of a field; within quotes it is written twice")
    case .wrongCount:
      return Failure(
        .data, "\(here): \(found) fields, where the file has \(columns.count) columns",
        causes: ["the row reads '\(text)'"],
        hint: CSVSource.hasNumbers(columns)
          ? "the first line holds numbers and no names: name the \(found) columns with --columns"
          : found < columns.count && found == 1
            ? "is '\(String(decoding: dialect.delimiter, as: UTF8.self))' the right --delimiter?"
            : "correct the row, or leave such rows out with --on-bad-row skip")
    case .behindQuote:
      return Failure(
        .data, "\(here): there is text behind a closing quote", causes: ["the row reads '\(text)'"],
        hint: "within quotes a quote is written twice; or leave such rows out with "
          + "--on-bad-row skip")
    case .notUTF8:
      let column = try CSVLines.column(at: place, in: file, columns: columns, dialect: dialect)
      let before = dialect.shown(
        try CSVLines.text(
          at: max(lineStart, place - 40), in: file, limit: min(place - lineStart, 40)))
      return Failure(
        .data, "\(here): byte \(place - lineStart + 1) of the line is not UTF-8",
        causes: [column.map { "it is in column '\($0)'" } ?? "it is in the header"]
          + ["it stands behind '\(before)'"],
        hint: "is it written in Latin-1? Then pass --encoding latin-1")
    }
  }
}
