public import Cluster
internal import LinearAlgebra

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
    unsafe try work.sum(activity, count: count, in: session, scratch: scratch) {
      leaf, own, partial in
      try eachBlock(of: leaf) { try unsafe body($0, &own, partial) }
    }
  }

  /// The memory that summing a statistic of so many numbers takes on this worker.
  ///
  /// What an algorithm asks before its first pass, to refuse then what would not fit later.
  public func sumByteCount(of count: Int, in session: Session) -> Int {
    work.sumByteCount(of: count, in: session)
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
    try work.eachLeaf(activity, in: session, scratch: scratch) { leaf, own in
      try eachBlock(of: leaf) { try body($0, &own) }
    }
  }

  /// The leaves that this worker holds.
  private var work: LeafWork { LeafWork(placement: placement, rank: rank) }

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
