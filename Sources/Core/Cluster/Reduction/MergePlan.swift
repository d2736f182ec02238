internal import Platform

/// The order in which the ranks' subtree sums are added up: the top of the perfect binary tree.
///
/// A list of additions over operands: first the roots of all ranks, rank after rank, then
/// registers. Worked through in blocks of columns, so that all registers stay in the first cache
/// and each root is read once.
struct MergePlan: Sendable {
  struct Addition: Sendable {
    var left: Int32
    var right: Int32
    var sum: Int32
  }

  let roots: [[TreeNode]]
  /// The first operand of each rank, and one past the last of all.
  let firstOperand: [Int]
  let additions: [Addition]
  let registerCount: Int
  let rootLimit: Int

  init(leafCount: Int, roots: [[TreeNode]]) {
    self.roots = roots
    var firstOperand = [0]
    for own in roots { firstOperand.append(firstOperand[firstOperand.count - 1] + own.count) }
    self.firstOperand = firstOperand
    rootLimit = roots.map(\.count).max() ?? 0
    let nodes = roots.flatMap(\.self)
    let order = nodes.indices.sorted { nodes[$0].leaves.lowerBound < nodes[$1].leaves.lowerBound }
    var builder = Builder(nodes: nodes, order: order)
    let top = TreeNode(level: leafCount.trailingZeroBitCount, index: 0)
    _ = builder.operand(for: top, register: 0)
    additions = builder.additions
    registerCount = builder.registerCount
  }

  var operandCount: Int { firstOperand[firstOperand.count - 1] }

  private struct Builder {
    let nodes: [TreeNode]
    let order: [Int]
    var cursor = 0
    var additions: [Addition] = []
    var registerCount = 0

    init(nodes: [TreeNode], order: [Int]) {
      self.nodes = nodes
      self.order = order
    }

    /// The operand that holds the sum of a node, computed into `register` unless it is a root.
    mutating func operand(for node: TreeNode, register: Int) -> Int32 {
      let next = order[cursor]
      if nodes[next] == node {
        cursor += 1
        return Int32(next)
      }
      require(node.level > 0, "leaf \(node.index) has no owner")
      let left = operand(for: node.left, register: register)
      let right = operand(for: node.right, register: register + 1)
      registerCount = max(registerCount, register + 1)
      let sum = Int32(nodes.count + register)
      additions.append(Addition(left: left, right: right, sum: sum))
      return sum
    }
  }
}

/// Cuts a vector into one slice a rank, on borders of whole blocks.
public struct Slices: Sendable, Equatable {
  /// Blocks in which long dot products are summed, so that no block lies on two ranks.
  public static let dotBlock = 1 << 16

  public let count: Int
  public let rankCount: Int
  public let block: Int

  public init(count: Int, over rankCount: Int, block: Int = Slices.dotBlock) {
    self.count = count
    self.rankCount = rankCount
    self.block = block
  }

  /// The slice of a rank; may be empty.
  public func range(of rank: Int) -> Range<Int> {
    let blocks = (count + block - 1) / block
    let start = min(count, rank * blocks / rankCount * block)
    let end = min(count, (rank + 1) * blocks / rankCount * block)
    return start..<end
  }
}
