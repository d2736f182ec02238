internal import Platform

/// A list of rising numbers for each row, as stretches of one buffer: what a row may not have.
///
/// Rows may share a stretch, and stretches may lie in any order, so that the lists of any selection
/// of rows are made without copying what is in them.
public struct RowLists: Sendable {
  let members: Buffer<Int32>
  let begins: Buffer<Int>
  let ends: Buffer<Int>

  /// How many lists there are.
  public var count: Int { begins.count }

  /// - Parameters:
  ///   - members: the numbers, rising within each stretch.
  ///   - stretches: where each row's numbers are.
  public init(members: Buffer<Int32>, stretches: [Range<Int>]) {
    require(
      stretches.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= members.count },
      "a list outside of \(members.count) numbers")
    self.members = members
    begins = Buffer(stretches.map(\.lowerBound))
    ends = Buffer(stretches.map(\.upperBound))
  }
}
