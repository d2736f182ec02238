internal import LinearAlgebra

/// How many splits it takes to come to a row, in steps of 2^-20.
///
/// Whole numbers, so that the sum over trees does not depend on their order.
enum PathLength {
  /// One split.
  static let unit = 1 << 20

  /// The mean path to a row among so many that a binary search tree holds:
  /// c(n) = 2 (ln(n - 1) + 0.5772156649) - 2 (n - 1) / n, c(2) = 1 and c(1) = c(0) = 0.
  static func mean(among count: Int) -> Int {
    if count <= 1 { return 0 }
    if count == 2 { return unit }
    let others = Double(count - 1)
    let mean = 2 * (Portable.log(others) + 0.577_215_664_901_532_9) - 2 * others / Double(count)
    return Int((mean * Double(unit)).rounded())
  }

  /// The path that a row which ends at a node is expected to have: the splits above it, and those
  /// that it would take to tell its rows apart.
  static func expected(depth: Int, size: Int) -> Int32 {
    Int32(depth * unit + mean(among: size))
  }
}
