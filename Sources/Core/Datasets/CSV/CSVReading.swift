internal import Frames
internal import Platform
internal import Synchronization

/// A CSV source whose types are settled: any split can be read, or was read on the way.
final class CSVReading: Reading {
  let schema: Schema
  let skippedRowCount: Int
  private let source: CSVSource
  private let names: [String]
  /// The types under which the kept results were read, and the final ones.
  private let guess: [CSVField]
  private let fields: [CSVField]
  private let starts: [Int]
  private let rowCounts: [Int]
  private let evidence: [CSVEvidence?]
  private let kept: Mutex<[CSVSplitResult?]>

  init(
    _ source: CSVSource, names: [String], guess: [CSVField], columns: [CSVColumnSummary],
    rounds: CSVRounds, kept: [CSVSplitResult?]
  ) {
    self.source = source
    self.names = names
    self.guess = guess
    fields = zip(guess, columns).map { field, column in
      CSVField(place: field.place, type: column.type, isIdentifier: field.isIdentifier)
    }
    schema = Schema(
      zip(names, fields).map { name, field in Schema.Field(name, field.type.columnType) })
    starts = rounds.starts.map { $0 ?? 0 }
    rowCounts = rounds.rowCounts
    skippedRowCount = rounds.badRowCounts.reduce(0, +)
    evidence = columns.map(\.evidence)
    self.kept = Mutex(kept)
  }

  /// The rows of a split; columns that were read under too narrow a type are read again.
  func frame(ofSplit index: Int) throws -> Frame {
    let split = source.splits[index]
    let early = kept.withLock { kept in
      defer { kept[index] = nil }
      return kept[index]
    }
    let again = fields.indices.filter { early == nil || fields[$0].type != guess[$0].type }
    var columns = early?.columns.map(\.column) ?? fields.map { _ in nil }
    if early == nil || !again.isEmpty {
      let file = source.files[split.file]
      let wanted = again.map { fields[$0] }
      let result = try source.parsers.borrow {
        try $0.parse(split, of: file, start: starts[index], fields: wanted)
      }
      guard result.rowCount == rowCounts[index], result.columns.count == again.count else {
        throw source.changed(split)
      }
      for (column, place) in zip(result.columns, again) { columns[place] = column.column }
    }
    let whole = columns.compactMap { $0 }
    guard whole.count == fields.count else { throw source.changed(split) }
    return Frame(schema, whole, rowCount: rowCounts[index])
  }

  /// The file and the line of a row; the file alone where it cannot be read any more.
  func place(ofRow row: Int, inSplit index: Int) -> String {
    let split = source.splits[index]
    let file = source.files[split.file]
    let place = try? source.parsers.borrow {
      try $0.place(ofRow: row, in: split, of: file, start: starts[index])
    }
    guard let place, let line = try? CSVLines.line(at: place, in: file).number else {
      return file.path
    }
    return "\(file.path):\(line)"
  }

  /// The letters of a field, without blanks around them.
  func writtenText(ofRow row: Int, column: String, inSplit index: Int) -> String? {
    guard let place = schema.index(of: column) else { return nil }
    let split = source.splits[index]
    let text = try? source.parsers.borrow {
      try $0.text(
        ofRow: row, field: fields[place].place, in: split, of: source.files[split.file],
        start: starts[index])
    }
    guard let text else { return nil }
    let blanks = Array(" \t".utf8)
    let letters = text.utf8.drop { blanks.contains($0) }
    guard let last = letters.lastIndex(where: { !blanks.contains($0) }) else { return "" }
    return String(letters[...last])
  }

  /// The value that made a column text, and its place: `'abc' at data.csv:18`.
  func reasonForText(_ column: String) -> String? {
    guard let index = schema.index(of: column), schema.fields[index].type == .text,
      let evidence = evidence[index]
    else { return nil }
    let (file, dialect) = (source.files[source.splits[evidence.split].file], source.dialect)
    guard let line = try? CSVLines.line(at: evidence.place, in: file).number,
      let text = try? CSVLines.field(at: evidence.place, in: file, dialect: dialect)
    else { return nil }
    return "'\(dialect.shown(text))' at \(file.path):\(line)"
  }
}
