internal import Cluster
internal import LinearAlgebra
internal import Platform
internal import Synchronization

/// The perfect binary tree in which the leaves of one worker are merged, whoever finishes first.
///
/// A partial sum that reaches a node waits there until its sibling comes; the second to come merges
/// the two, left plus right, and goes on upwards. Which thread does it never shows.
final class LeafTree: Sendable {
  private struct State {
    var waiting: [TreeNode: Buffer<Double>] = [:]
    var spare: [Buffer<Double>] = []
  }

  private let width: Int
  private let roots: [TreeNode]
  private let totals: Buffer<Double>
  private let state = Mutex(State())

  init(width: Int, roots: [TreeNode], totals: Buffer<Double>) {
    self.width = width
    self.roots = roots
    self.totals = totals
  }

  /// A partial sum of zeros.
  func fresh() -> Buffer<Double> {
    guard let spare = state.withLock({ $0.spare.popLast() }) else { return Buffer(count: width) }
    unsafe spare.pointer.update(repeating: 0, count: width)
    return spare
  }

  func merge(_ partial: Buffer<Double>, at leaf: TreeNode) {
    var node = leaf
    var sum = partial
    while true {
      if let place = roots.firstIndex(of: node) {
        unsafe (totals.pointer + place * width).update(from: sum.pointer, count: width)
        state.withLock { $0.spare.append(sum) }
        return
      }
      let waiting = state.withLock { state -> Buffer<Double>? in
        if let other = state.waiting.removeValue(forKey: node.sibling) { return other }
        state.waiting[node] = sum
        return nil
      }
      guard let waiting else { return }
      let (left, right) = node.isLeft ? (sum, waiting) : (waiting, sum)
      let (target, source) = unsafe (left.pointer, right.pointer)
      for index in 0..<width { unsafe target[index] += source[index] }
      state.withLock { $0.spare.append(right) }
      sum = left
      node = node.parent
    }
  }
}
