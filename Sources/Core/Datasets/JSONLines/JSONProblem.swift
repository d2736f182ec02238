internal import CParse
internal import Platform

/// What is wrong with a line of JSON, and where.
struct JSONProblem: Sendable {
  let status: Int
  let split: Int
  /// Where in the file.
  let place: Int
  /// The key whose value it is in.
  let key: String?

  /// The error as a person reads it; the file is read from its start to count lines.
  func error(in files: LineFiles) throws -> any Error {
    let file = files.file(ofSplit: split)
    let (here, column) = try files.place(place, inSplit: split)
    if isArray(file) {
      return Failure(
        .data, "\(file.path) is not JSON lines",
        causes: ["it begins with '[', as one array of all rows does"],
        hint: "write one object a line: jq -c '.[]' \(file.path) > rows.jsonl")
    }
    return DataError(
      place: "\(here), column \(column)", column: status == MARTLET_JSON_TOO_MANY ? nil : key,
      found: try found(in: file), problem: problem, hint: hint)
  }

  private var problem: String {
    switch status {
    case MARTLET_JSON_NO_OBJECT: "is no object: a line begins with '{'"
    case MARTLET_JSON_ENDS_EARLY: "the line ends before its object does"
    case MARTLET_JSON_BAD_ESCAPE: "is no escape that JSON knows"
    case MARTLET_JSON_LONE_SURROGATE: "is half a surrogate pair"
    case MARTLET_JSON_CONTROL: "is a control character, which a text cannot hold as it is"
    case MARTLET_JSON_NOT_UTF8: "is not UTF-8"
    case MARTLET_JSON_DUPLICATE: "the key is in this line twice"
    case MARTLET_JSON_TOO_DEEP: "nested deeper than \(MARTLET_JSON_DEPTH) levels"
    case MARTLET_JSON_BAD_NUMBER: "is no number that JSON knows"
    case MARTLET_JSON_BEHIND: "stands behind the object"
    case MARTLET_JSON_TOO_MANY:
      "there are more than \(MARTLET_JSON_KEY_LIMIT) different keys"
    default: "was not expected here"
    }
  }

  private var hint: String? {
    switch status {
    case MARTLET_JSON_TOO_MANY:
      "are the keys of an object data rather than names? Then write them as a list"
    case MARTLET_JSON_NOT_UTF8: "convert it first: iconv -f latin1 -t utf-8"
    case MARTLET_JSON_NO_OBJECT, MARTLET_JSON_ENDS_EARLY, MARTLET_JSON_BEHIND:
      "JSON lines are one object a line; correct it, or leave such lines out with "
        + "--on-bad-row skip"
    default: "correct the line, or leave such lines out with --on-bad-row skip"
    }
  }

  /// The text at the place, shortened.
  private func found(in file: CSVFile) throws -> String? {
    switch status {
    case MARTLET_JSON_ENDS_EARLY, MARTLET_JSON_TOO_MANY, MARTLET_JSON_DUPLICATE,
      MARTLET_JSON_TOO_DEEP:
      return nil
    default:
      let bytes = try CSVLines.text(at: place, in: file)
      return JSONLinesSource.shown(Array(bytes.prefix(20)))
    }
  }

  /// Whether the file is one array rather than lines.
  private func isArray(_ file: CSVFile) -> Bool {
    guard status == MARTLET_JSON_NO_OBJECT, place < file.dataStart + 16 else { return false }
    return (try? CSVLines.text(at: place, in: file))?.first == UInt8(ascii: "[")
  }
}
