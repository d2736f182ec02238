internal import Frames
internal import Platform

/// CSV files with the same columns, as splits that are read at the same time.
///
/// Opening it reads the headers only. A reading goes over all bytes once: a column's type follows
/// from all its rows (missing < bool < text, missing < int64 < float64 < text, missing < a kind of
/// time < text); it is guessed from the first rows, everything is parsed under the guess, and only
/// what did not fit is read again.
/// The guess, the splits and the threads never show in the result.
///
/// What counts as what:
/// - an unquoted empty field is missing and `""` is an empty text; in columns of numbers or bools
///   `""`, `NA` and `null` are missing too. A column with no value at all is float64.
/// - numbers may have a sign, an exponent and spaces or tabs around them, and may stand in quotes;
///   `nan`, `inf` and `infinity` in any case are doubles. An integer beyond 64 bits is a double.
/// - `true`, `True`, `TRUE` and their opposites are bools.
/// - `2026-11-21` is a date; with a time behind it (`T` or a blank, seconds and up to six digits of
///   a fraction may follow) it is a datetime, and with `Z` or an offset a timestamp. Where one
///   value of a column is anything else, all are text.
/// - lines end in LF or CRLF; empty lines are skipped, in a file of one column too. Text keeps its
///   spaces.
///
/// Cost: one pass over the bytes, about 1 GB/s a core; memory for the columns wanted.
public final class CSVSource: Sendable {
  /// The names of all columns, in the order of the files.
  public let columnNames: [String]
  /// The byte ranges that are read apart, in the order of their rows.
  public let splits: [CSVSplit]
  /// What a user should be told about how the files were understood.
  public let notes: [String]

  let files: [CSVFile]
  let dialect: CSVDialect
  let identifiers: [String]
  let tuning: CSVTuning
  let parsers: CSVParserPool

  /// Opens files, in the order of their rows, and reads their headers.
  public convenience init(paths: [String], options: CSVOptions = CSVOptions()) throws {
    try self.init(paths: paths, options: options, tuning: CSVTuning())
  }

  package init(paths: [String], options: CSVOptions, tuning: CSVTuning) throws {
    try options.check()
    guard !paths.isEmpty else { throw Failure(.usage, "there is no CSV file to read") }
    let window = CSVWindow(pieceByteCount: tuning.pieceByteCount)
    var dialect = try CSVDialect(options)
    var files = try paths.map { CSVFile(try InputFile($0)) }
    var notes: [String] = []
    if options.delimiter == nil, let first = files.first(where: { $0.byteCount > 0 }) {
      let found = try CSVSniffer.delimiter(of: first, dialect: dialect, window: window)
      dialect.delimiter = Array(found.utf8)
      if found != "," {
        notes.append("fields are delimited by '\(dialect.shown(Array(found.utf8)))'")
      }
    }
    columnNames = try Self.readHeaders(&files, dialect, options, window, &notes)
    let splitByteCount = tuning.splitByteCount(columnCount: columnNames.count)
    splits = Self.cut(files, splitByteCount)
    identifiers =
      options.keepsSpelling
      ? columnNames.filter { name in
        !options.typedColumns.contains { $0.utf8.elementsEqual(name.utf8) }
      } : options.textUnlessCanonical
    parsers = CSVParserPool(dialect, columnCount: columnNames.count, tuning: tuning)
    self.files = files
    self.dialect = dialect
    self.tuning = tuning
    self.notes = notes
  }

  private static func readHeaders(
    _ files: inout [CSVFile], _ dialect: CSVDialect, _ options: CSVOptions, _ window: CSVWindow,
    _ notes: inout [String]
  ) throws -> [String] {
    var first: (name: String, fields: [String])?
    for index in files.indices {
      let file = files[index]
      let header = try CSVHeader(file, dialect: dialect, window: window)
      window.shrink()
      files[index].dataStart = options.hasHeader ? header.end : header.start
      guard let fields = header.fields else {
        if files.count > 1 { notes.append("\(file.path) is empty") }
        continue
      }
      guard let known = first else {
        first = (file.path, fields)
        continue
      }
      try checkSame(known, (file.path, fields), options)
    }
    guard let (name, fields) = first else {
      if let given = options.columnNames, !options.hasHeader { return given }
      throw Failure(
        .data, "\(files[0].path) is empty",
        hint: options.hasHeader ? "a CSV file begins with a line of column names" : nil)
    }
    if let given = options.columnNames {
      // The first line of scikit-learn's files counts rows and features: it may be of any width.
      guard given.count == fields.count || options.hasHeader && hasNumbers(fields) else {
        throw Failure(
          .data, "--columns names \(given.count) columns, but \(name) has \(fields.count)")
      }
      return given
    }
    if !options.hasHeader { return fields.indices.map { "c\($0 + 1)" } }
    if hasNumbers(fields) {
      notes.append(
        "the first line (\(fields.joined(separator: String(decoding: dialect.delimiter, as: UTF8.self)).prefix(80))) "
          + "has numbers among the column names; pass --columns to name the columns, or "
          + "--no-header where it is a row")
    }
    return CSVHeader.distinctNames(fields, notes: &notes)
  }

  /// Whether there are numbers where the names of columns should be.
  static func hasNumbers(_ names: [String]) -> Bool { names.contains { Double($0) != nil } }

  private static func checkSame(
    _ one: (name: String, fields: [String]), _ other: (name: String, fields: [String]),
    _ options: CSVOptions
  ) throws {
    guard one.fields.count == other.fields.count else {
      throw Failure(
        .data,
        "\(one.name) has \(one.fields.count) columns, but \(other.name) has "
          + "\(other.fields.count)", hint: "files of one source must have the same columns")
    }
    guard options.hasHeader, options.columnNames == nil else { return }
    for (index, (a, b)) in zip(one.fields, other.fields).enumerated()
    where !a.utf8.elementsEqual(b.utf8) {
      throw Failure(
        .data, "column \(index + 1) is '\(a)' in \(one.name), but '\(b)' in \(other.name)",
        hint: "files of one source must have the same columns, in the same order")
    }
  }

  private static func cut(_ files: [CSVFile], _ byteCount: Int) -> [CSVSplit] {
    var splits: [CSVSplit] = []
    for (number, file) in files.enumerated() {
      for lower in stride(from: file.dataStart, to: file.byteCount, by: byteCount) {
        let range = lower..<min(lower + byteCount, file.byteCount)
        splits.append(CSVSplit(index: splits.count, file: number, range: range))
      }
    }
    return splits
  }
}
