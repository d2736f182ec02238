internal import Cluster
internal import LinearAlgebra
internal import Platform
internal import Synchronization

/// The leaves that a worker holds: taken by its threads one by one, and merged in one order.
struct LeafWork: Sendable {
  let placement: Placement
  let rank: Int

  var leaves: Range<Int> { placement.ranges[rank] }

  /// Sums a statistic over the leaves of all workers, to the same bits whatever their number.
  ///
  /// `body` adds to the statistic of a leaf, which begins as zeros.
  /// - Returns: the total, on every worker.
  func sum<Scratch>(
    _ activity: String, count: Int, in session: Session,
    scratch: @escaping @Sendable () -> Scratch,
    _ body: @escaping @Sendable (Int, inout Scratch, UnsafeMutablePointer<Double>) throws -> Void
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
        try unsafe body(leaf, &own, partial.pointer)
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

  /// The memory that such a sum takes on this worker.
  func sumByteCount(of count: Int, in session: Session) -> Int {
    // Each thread fills one and may bring another, and one waits at each level of the tree; beside
    // them lie the totals, and the pieces of them that other workers send.
    let levels = placement.leafCount.trailingZeroBitCount
    let partials = 2 * session.threads + levels + 1 + placement.roots(of: rank).count
    return partials * max(1, count) * 8
  }

  /// Runs `body` on every leaf, leaves spread over the session's threads.
  func eachLeaf<Scratch>(
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
}
