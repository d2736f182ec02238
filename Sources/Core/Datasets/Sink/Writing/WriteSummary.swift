/// What was written.
public struct WriteSummary: Sendable, Equatable {
  /// The file, or the folder of the parts.
  public var path: String
  public var format: OutputFormat
  public var rowCount = 0
  /// Bytes of all files.
  public var byteCount = 0
  /// How many files the rows are in.
  public var fileCount = 1
  /// How many of them an earlier run had finished.
  public var keptPartCount = 0
  /// Values that were written as something else, since the format has no way to say them.
  public var lostCount = 0

  init(_ destination: Destination) {
    path = destination.path
    format = destination.format
  }
}
