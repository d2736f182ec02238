internal import Platform

/// How a CSV file is written, and what to do with rows of another shape.
///
/// The defaults read what most programs write: a header, a sniffed delimiter, UTF-8, a decimal
/// point.
public struct CSVOptions: Sendable {
  /// What a row with too few or too many fields does.
  public enum BadRows: Sendable {
    /// Ends the reading, naming file and line.
    case error
    /// Is left out and counted.
    case skip
  }

  /// How characters are written as bytes.
  public enum Encoding: String, Sendable {
    case utf8 = "utf-8"
    case latin1 = "latin-1"
  }

  /// What stands between two fields, 1 to 8 bytes; nil finds it in the first lines.
  public var delimiter: String?
  public var hasHeader = true
  /// Names to use instead of the header's, or where there is none.
  public var columnNames: [String]?
  /// `.` or `,`.
  public var decimalMark = "."
  public var encoding = Encoding.utf8
  /// Texts that mean "missing" in every column, compared exactly.
  public var missingWords: [String] = []
  public var onBadRow = BadRows.error
  /// Columns of names rather than numbers: text unless each value is an integer as we print it.
  public var textUnlessCanonical: [String] = []
  /// Whether all columns are such, so that what is written has the letters that were read.
  public var keepsSpelling = false
  /// Columns that have their types all the same.
  public var typedColumns: [String] = []

  public init() {}

  /// Refuses what no file can be.
  func check() throws {
    if let delimiter {
      let bytes = Array(delimiter.utf8)
      guard (1...8).contains(bytes.count) else {
        throw Failure(.usage, "--delimiter must have 1 to 8 bytes, not \(bytes.count)")
      }
      for (mark, name) in [("\"", "a quote"), ("\n", "a line feed"), ("\r", "a carriage return")]
      where bytes.contains(where: mark.utf8.contains) {
        throw Failure(.usage, "--delimiter must not contain \(name)")
      }
      guard delimiter != decimalMark else {
        throw Failure(.usage, "--delimiter and --decimal are both '\(delimiter)'")
      }
    }
    guard decimalMark == "." || decimalMark == "," else {
      throw Failure(.usage, "--decimal must be '.' or ',', not '\(decimalMark)'")
    }
    if let columnNames {
      guard !columnNames.isEmpty else { throw Failure(.usage, "--columns names no column") }
      try checkNames(columnNames)
    }
  }

  private func checkNames(_ names: [String]) throws {
    var seen: Set<[UInt8]> = []
    for name in names where !seen.insert(Array(name.utf8)).inserted {
      throw Failure(.usage, "--columns names '\(name)' twice")
    }
  }
}
