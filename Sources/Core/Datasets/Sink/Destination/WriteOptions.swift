/// How rows are to be written; what the name of the destination says need not be given.
public struct WriteOptions: Sendable {
  /// The format; nil for what the name says, and CSV for a folder.
  public var format: OutputFormat?
  /// Whether text is compressed by gzip; names that end in `.gz` say so themselves.
  public var packs = false
  /// Whether what is there already may be replaced.
  public var replacesOld = false
  /// After how many bytes of text the next part of a folder begins.
  public var partByteCount = 256 << 20
  /// After how many rows, where a format is not text.
  public var partRowCount = 1 << 20
  /// The column that libsvm takes for the label.
  public var label = "label"
  /// Whether finished parts that a stopped run of the same job left are kept.
  public var resumes = false
  /// What else the rows depend on beside the source and the names of the steps, such as the model
  /// that a step applies: a run only goes on where another stopped if both say the same.
  public var job = ""

  public init() {}
}
