/// How rows are cut into leaves, the units of every sum.
///
/// The number of leaves is a power of two that depends on the size of the data alone, never on
/// workers, threads or memory; so the tree that adds them up is always the same one. A recorded
/// setting: another policy is another, equally good, order of additions.
public struct LeafPolicy: Sendable, Equatable {
  /// The bytes of features that a leaf holds at least.
  public var byteCount: Int
  /// The rows that a leaf holds at least.
  public var rowCount: Int

  public init(byteCount: Int = 1 << 20, rowCount: Int = 256) {
    self.byteCount = max(1, byteCount)
    self.rowCount = max(1, rowCount)
  }

  /// The number of leaves, a power of two up to 2^14; 1 for little data or none.
  public func leafCount(rows: Int, bytes: Int) -> Int {
    var count = 1
    // Divided, not multiplied: a policy may ask for leaves of any size.
    while count < 1 << 14, bytes / (count * 2) >= byteCount, rows / (count * 2) >= rowCount {
      count *= 2
    }
    return count
  }
}
