/// How lines of JSON are to be read.
public struct JSONLinesOptions: Sendable {
  /// The columns to read; nil for all that occur.
  public var columnNames: [String]?
  /// Texts that mean "missing" in every column, compared exactly.
  public var missingWords: [String] = []
  /// Whether lines that cannot be read are left out and counted, instead of being an error.
  public var skipsBadRows = false
  /// Bytes of a split; never shows in a result.
  package var splitByteCount = 4 << 20

  public init() {}
}
