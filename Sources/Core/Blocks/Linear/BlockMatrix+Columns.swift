public import Cluster
public import LinearAlgebra
internal import Platform

/// A worker's entries column by column, with room for a factor of each row.
public final class WideColumns<Element: Scalar>: Sendable {
  let columns: EntryColumns<Element>
  let factors: Buffer<Double>

  init(_ columns: EntryColumns<Element>, rowCount: Int) {
    self.columns = columns
    factors = Buffer(count: rowCount)
  }
}

extension BlockMatrix {
  /// Columns from which on sums go column by column.
  ///
  /// Below, a sum of all columns for each leaf costs next to nothing. Both give the same bits.
  public static var wideCount: Int { 1 << 17 }

  /// The memory that `wideColumns` takes on this worker.
  public var wideColumnsByteCount: Int {
    guard case .sparse(let entries) = storage else { return 0 }
    return rows.count * 8
      + EntryColumns<Element>.byteCount(
        columns: columnCount, leaves: leaves.count, entries: entries.entryCount)
  }

  /// The entries column by column; nil where rows are not sparse.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func wideColumns(in session: Session) throws -> WideColumns<Element>? {
    guard case .sparse(let entries) = storage else { return nil }
    let roots = placement.roots(of: rank)
    var rootLeaves = roots.map { $0.index << $0.level }
    rootLeaves.append(leaves.upperBound)
    if roots.isEmpty { rootLeaves = [leaves.lowerBound] }
    let leafRows =
      leaves.map { self.rows(ofLeaf: $0).lowerBound - rows.lowerBound } + [rows.count]
    let columns = try EntryColumns(
      entries, leafRows: leafRows, rootLeaves: rootLeaves, threads: session.threads)
    return WideColumns(columns, rowCount: rows.count)
  }

  /// The same as `sums`, of which this worker gets its slice.
  /// - Parameter totals: room for `sumRoom(wide)` numbers; those of the slice lie at their columns.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func slicedSums(
    _ activity: String, _ wide: WideColumns<Element>?, factors: Buffer<Double>,
    squared: Bool = false, into totals: Buffer<Double>, in session: Session
  ) throws {
    if let wide {
      session.breadcrumb.begin(activity)
      var failure: Failure?
      do {
        try Signals.throwIfStopRequested()
        try wide.columns.sums(
          factors: factors, squared: squared, into: totals, threads: session.threads,
          level: KernelLevel.current())
      } catch { failure = Failure(error) }
      _ = try unsafe session.communicator.orderedSumSliced(
        UnsafeMutableBufferPointer(start: totals.pointer, count: totals.count), count: columnCount,
        placement: placement, failure: failure)
      return
    }
    let level = try KernelLevel.current()
    let sums = unsafe try sum(activity, count: columnCount, in: session) { block, sums in
      guard case .sparse(let rows) = block.rows else { bug("rows that are not sparse") }
      let own = unsafe factors.pointer + block.localRow
      if squared {
        unsafe rows.addMoments(weights: own, sums: nil, squares: sums, level: level)
      } else {
        unsafe rows.addProducts(
          factors: own, factorsStride: Block<Element>.rowLimit, outputs: 1, to: sums,
          sumsStride: 0, scratch: own, level: level)
      }
    }
    for column in sums.indices { totals[column] = sums[column] }
  }

  /// Fills numbers of all columns on all workers from the slices that they hold.
  public func gatherSlices(_ numbers: Buffer<Double>, in session: Session) throws {
    require(numbers.count >= columnCount, "\(numbers.count) numbers of \(columnCount) columns")
    try unsafe session.communicator.gatherSlices(
      UnsafeMutableBufferPointer(start: numbers.pointer, count: columnCount))
  }

  /// How much room `slicedSums` needs.
  public func sumRoom(_ wide: WideColumns<Element>?) -> Int {
    columnCount * (wide == nil ? 1 : max(1, placement.roots(of: rank).count))
  }

  /// The sum of factor times number (or its square) of each column over all rows of all workers.
  /// - Parameter factors: one a row of this worker; nil: all 1.
  func sums(
    _ activity: String, _ wide: WideColumns<Element>, factors: Buffer<Double>?,
    squared: Bool = false, in session: Session
  ) throws -> [Double] {
    let roots = placement.roots(of: rank)
    let totals = Buffer<Double>(count: max(1, roots.count) * columnCount)
    session.breadcrumb.begin(activity)
    let outcome = Result {
      try Signals.throwIfStopRequested()
      let reserved = try session.memory.reserve(
        totals.byteCount, for: "the sums of \(activity)")
      try wide.columns.sums(
        factors: factors, squared: squared, into: totals, threads: session.threads,
        level: KernelLevel.current())
      withExtendedLifetime(reserved) {}
    }
    var failure: Failure?
    if case .failure(let error) = outcome { failure = Failure(error) }
    try unsafe session.communicator.orderedSum(
      UnsafeMutableBufferPointer(start: totals.pointer, count: totals.count), count: columnCount,
      placement: placement, failure: failure)
    return unsafe Array(UnsafeBufferPointer(start: totals.pointer, count: columnCount))
  }
}
