/// How files of libsvm are to be read.
public struct LibSVMOptions: Sendable {
  /// How many features there are; nil for the greatest index of all rows.
  public var width: Int?
  /// Whether the first feature has index 0, as some programs write it, instead of 1.
  public var isZeroBased = false
  /// Whether lines that cannot be read are left out and counted, instead of being an error.
  public var skipsBadRows = false
  /// Bytes of a split; never shows in a result.
  package var splitByteCount = 4 << 20

  public init() {}
}
