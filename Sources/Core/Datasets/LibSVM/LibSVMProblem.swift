internal import CParse
internal import Platform

/// What is wrong with a line of libsvm, and where.
struct LibSVMProblem: Sendable {
  let status: Int
  let split: Int
  /// Where in the file.
  let place: Int

  /// The error as a person reads it; the file is read from its start to count lines.
  func error(in files: LineFiles, _ options: LibSVMOptions) throws -> DataError {
    let (here, column) = try files.place(place, inSplit: split)
    let bytes = try CSVLines.text(at: place, in: files.file(ofSplit: split))
    let token = bytes.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
    return DataError(
      place: "\(here), column \(column)", found: JSONLinesSource.shown(Array(token)),
      problem: problem(options), hint: hint)
  }

  private func problem(_ options: LibSVMOptions) -> String {
    switch status {
    case MARTLET_LIBSVM_BAD_LABEL: "is no label: a line begins with a number"
    case MARTLET_LIBSVM_NO_PAIR: "is no pair index:value"
    case MARTLET_LIBSVM_BAD_INDEX: "has no whole number before the colon"
    case MARTLET_LIBSVM_INDEX_ZERO: "has the index 0, where the first feature is 1"
    case MARTLET_LIBSVM_NOT_RISING: "has an index that is not above the one before it"
    case MARTLET_LIBSVM_TOO_WIDE:
      options.width.map { "is beyond the \($0) features of --width" }
        ?? "has an index that is beyond \(Int32.max)"
    case MARTLET_LIBSVM_BAD_QUERY: "is no query: qid: and a whole number"
    case MARTLET_LIBSVM_OTHER_QUERY: "names a query, where the first line of the data does not"
    default: "is no number"
    }
  }

  private var hint: String {
    switch status {
    case MARTLET_LIBSVM_INDEX_ZERO: "if the file counts features from 0, pass --zero-based"
    case MARTLET_LIBSVM_OTHER_QUERY: "the column qid is there where the first line has one"
    default: "correct the line, or leave such lines out with --on-bad-row skip"
    }
  }
}
