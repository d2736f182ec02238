/// A node of the perfect binary tree over the leaves of a data set.
///
/// Node (level, index) covers the leaves from `index << level` on, `1 << level` of them. Which
/// sums are added to which is fixed by the tree alone, so ranks and threads never show in the bits.
public struct TreeNode: Hashable, Sendable {
  /// 0 for a leaf.
  public var level: Int
  /// Counted within the level.
  public var index: Int

  public init(level: Int, index: Int) {
    self.level = level
    self.index = index
  }

  /// The leaves below the node.
  public var leaves: Range<Int> { index << level..<(index + 1) << level }
  public var parent: TreeNode { TreeNode(level: level + 1, index: index >> 1) }
  public var left: TreeNode { TreeNode(level: level - 1, index: index << 1) }
  public var right: TreeNode { TreeNode(level: level - 1, index: index << 1 | 1) }
  /// The node that shares the parent.
  public var sibling: TreeNode { TreeNode(level: level, index: index ^ 1) }
  public var isLeft: Bool { index & 1 == 0 }

  /// The fewest whole subtrees that cover exactly a run of leaves, from the left.
  public static func covering(_ leaves: Range<Int>) -> [TreeNode] {
    var nodes: [TreeNode] = []
    var start = leaves.lowerBound
    while start < leaves.upperBound {
      var level = start == 0 ? Int.bitWidth - 2 : start.trailingZeroBitCount
      while level > 0, 1 << level > leaves.upperBound - start { level -= 1 }
      nodes.append(TreeNode(level: level, index: start >> level))
      start += 1 << level
    }
    return nodes
  }
}
