public import Cluster
internal import LinearAlgebra
internal import Platform
internal import Synchronization

extension BlockMatrix {
  /// Sums a statistic over all rows of all workers, to the same bits whatever their number.
  ///
  /// The rhythm of every fit: summarise each leaf, merge in order, update from one place. `body` is
  /// called for the blocks of a leaf in row order, by one thread, and adds to the statistic of that
  /// leaf, which begins as zeros. Leaves are merged in one perfect binary tree, first inside this
  /// worker and then across workers.
  ///
  /// - Parameters:
  ///   - count: how many numbers the statistic has; known before the pass, reserved in the budget.
  ///   - scratch: makes what a thread needs for itself, once a thread.
  /// - Returns: the total, on every worker.
  public func sum<Scratch>(
    _ activity: String, count: Int, in session: Session,
    scratch: @escaping @Sendable () -> Scratch,
    _ body:
      @escaping @Sendable (Block<Element>, inout Scratch, UnsafeMutablePointer<Double>) throws ->
      Void
  ) throws -> [Double] {
    let roots = placement.roots(of: rank)
    let width = max(1, count)
    let reserved = Result {
      try session.memory.reserve(
        sumByteCount(of: count, in: session), for: "the partial sums of \(activity)")
    }
    let totals = Buffer<Double>(count: max(1, roots.count) * width)
    let outcome = Result {
      _ = try reserved.get()
      let tree = LeafTree(width: width, roots: roots, totals: totals)
      try eachLeaf(activity, in: session, scratch: scratch) { leaf, own in
        let partial = tree.fresh()
        try eachBlock(of: leaf) { block in
          try unsafe body(block, &own, partial.pointer)
        }
        tree.merge(partial, at: TreeNode(level: 0, index: leaf))
      }
    }
    var failure: Failure?
    if case .failure(let error) = outcome { failure = Failure(error) }
    try unsafe session.communicator.orderedSum(
      UnsafeMutableBufferPointer(start: totals.pointer, count: totals.count), count: width,
      placement: placement, failure: failure)
    return unsafe Array(UnsafeBufferPointer(start: totals.pointer, count: count))
  }

  /// The memory that summing a statistic of so many numbers takes on this worker.
  ///
  /// What an algorithm asks before its first pass, to refuse then what would not fit later.
  public func sumByteCount(of count: Int, in session: Session) -> Int {
    // Each thread fills one and may bring another, and one waits at each level of the tree; beside
    // them lie the totals, and the pieces of them that other workers send.
    let levels = placement.leafCount.trailingZeroBitCount
    let partials = 2 * session.threads + levels + 1 + placement.roots(of: rank).count
    return partials * max(1, count) * 8
  }

  /// The same for a statistic that needs nothing beside its sums.
  public func sum(
    _ activity: String, count: Int, in session: Session,
    _ body: @escaping @Sendable (Block<Element>, UnsafeMutablePointer<Double>) throws -> Void
  ) throws -> [Double] {
    unsafe try sum(activity, count: count, in: session, scratch: {}) { block, _, partial in
      try unsafe body(block, partial)
    }
  }

  /// Runs `body` on every block that this worker holds, leaves spread over the session's threads.
  ///
  /// For what is written row by row; nothing crosses workers, so nothing waits.
  public func forEachBlock<Scratch>(
    _ activity: String, in session: Session, scratch: @escaping @Sendable () -> Scratch,
    _ body: @escaping @Sendable (Block<Element>, inout Scratch) throws -> Void
  ) throws {
    try eachLeaf(activity, in: session, scratch: scratch) { leaf, own in
      try eachBlock(of: leaf) { try body($0, &own) }
    }
  }

  private func eachLeaf<Scratch>(
    _ activity: String, in session: Session, scratch: @escaping @Sendable () -> Scratch,
    _ body: @escaping @Sendable (Int, inout Scratch) throws -> Void
  ) throws {
    let leaves = leaves
    let next = Atomic(leaves.lowerBound)
    let stop = Atomic(false)
    let problems = Mutex<[(leaf: Int, error: any Error)]>([])
    let breadcrumb = session.breadcrumb
    breadcrumb.begin(activity)
    try concurrently(max(1, min(session.threads, leaves.count))) { _ in
      var own = scratch()
      while !stop.load(ordering: .relaxed) {
        let leaf = next.add(1, ordering: .relaxed).oldValue
        guard leaf < leaves.upperBound else { return }
        breadcrumb.at(stage: "leaf", step: leaf)
        do {
          try Signals.throwIfStopRequested()
          try body(leaf, &own)
        } catch {
          stop.store(true, ordering: .relaxed)
          problems.withLock { $0.append((leaf, error)) }
        }
      }
    }
    // Leaves are taken in order and ended once taken, so the first one that fails is always here.
    if let first = problems.withLock({ $0.min { $0.leaf < $1.leaf } }) { throw first.error }
  }

  private func eachBlock(of leaf: Int, _ body: (Block<Element>) throws -> Void) rethrows {
    let leafRows = rows(ofLeaf: leaf)
    for first in stride(from: leafRows.lowerBound, to: leafRows.upperBound, by: 256) {
      let local = first - rows.lowerBound
      let count = min(Block<Element>.rowLimit, leafRows.upperBound - first)
      let contents: Block<Element>.Contents =
        switch storage {
        case .dense(let values): unsafe .dense(values.pointer + local * columnCount)
        case .sparse(let entries): unsafe .sparse(entries.block(local..<local + count))
        case .coded(let coded): unsafe .coded(coded.block(local..<local + count))
        }
      try unsafe body(
        Block(
          firstRow: first, rowCount: count, columnCount: columnCount, contents: contents,
          weights: weightValues.map { unsafe UnsafePointer($0.pointer + local) },
          labels: labels.map { unsafe UnsafePointer($0.values.pointer + local) }, localRow: local))
    }
  }
}

/// The perfect binary tree in which the leaves of one worker are merged, whoever finishes first.
///
/// A partial sum that reaches a node waits there until its sibling comes; the second to come merges
/// the two, left plus right, and goes on upwards. Which thread does it never shows.
private final class LeafTree: Sendable {
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
