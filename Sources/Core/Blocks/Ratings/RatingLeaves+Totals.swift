public import Cluster
internal import LinearAlgebra
internal import Platform

extension RatingLeaves {
  /// Sums a statistic over the rows of all workers, to the same bits whatever their number.
  ///
  /// `body` is called for the rows of a leaf, by one thread, and adds to the statistic of that leaf,
  /// which begins as zeros; empty leaves are passed over.
  public func totals<Scratch>(
    _ activity: String, count: Int, in session: Session,
    scratch: @escaping @Sendable () -> Scratch,
    _ body:
      @escaping @Sendable (Range<Int>, inout Scratch, inout MutableSpan<Double>) throws -> Void
  ) throws -> [Double] {
    try unsafe sum(activity, count: count, in: session, scratch: scratch) { rows, own, total in
      var span = unsafe MutableSpan(_unsafeStart: total, count: count)
      try body(rows, &own, &span)
    }
  }
}
