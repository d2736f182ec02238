public import Cluster
internal import LinearAlgebra
internal import Platform

extension BlockMatrix {
  /// The means and covariances of the columns and, as the last one, of the label; a collective call.
  ///
  /// One pass, about the mean of the first rows, so that large offsets cost no digits; a second one
  /// where that lies very far from the mean of all. Sums are in double whatever the element type,
  /// and sparse rows are spread out block by block: the same rows give the same bits in each form.
  /// Cost: (d + 1)² operations a row; some (d + 1)² doubles a thread, reserved in the budget.
  public func moments(
    withLabel: Bool, in session: Session
  ) throws -> RowMoments {
    let order = columnCount + (withLabel ? 1 : 0)
    let gram = try session.communicator.agree("planning the covariances") {
      let gram = GramSum(dimension: order, level: try KernelLevel.current())
      _ = try session.memory.reserve(
        momentsByteCount(withLabel: withLabel, in: session),
        for: "the covariances of \(order) columns")
      return gram
    }
    var sums = MomentSums(
      gram: gram, shift: try provisionalMean(withLabel: withLabel, in: session))
    sums.totals = try momentTotals(sums, in: session)
    guard sums.weightSum > 0 else { return sums.nothing }
    guard sums.isShiftFar else { return sums.moments(passCount: 1) }
    sums = MomentSums(gram: gram, shift: sums.mean)
    sums.totals = try momentTotals(sums, in: session)
    return sums.moments(passCount: 2)
  }

  /// What `moments` holds at once.
  public func momentsByteCount(withLabel: Bool, in session: Session) -> Int {
    let order = columnCount + (withLabel ? 1 : 0)
    guard let level = KernelLevel.supported.first, order > 0 else { return 0 }
    let count = MomentSums.count(of: GramSum(dimension: order, level: level))
    let scratch = session.threads * Block<Element>.rowLimit * order * 8
    return sumByteCount(of: count, in: session) + scratch + 2 * count * 8
  }

  private func momentTotals(_ sums: MomentSums, in session: Session) throws -> [Double] {
    let (gram, shift, columns) = (sums.gram, sums.shift, columnCount)
    return unsafe try sum(
      "summing the products of columns", count: MomentSums.count(of: gram), in: session,
      scratch: {
        (
          wide: WideRows<Element>(columnCount: gram.dimension),
          gram: GramScratch(dimension: gram.dimension)
        )
      }
    ) { block, scratch, sums in
      let rows = unsafe scratch.wide.rows(of: block, appendingLabel: gram.dimension > columns)
      unsafe gram.add(
        rows, shift: shift, weights: block.weights, to: sums, scratch: scratch.gram)
      for row in 0..<block.rowCount {
        let weight = unsafe block.weights.map { unsafe $0[row] } ?? 1
        unsafe sums[gram.count] += weight
        unsafe sums[gram.count + 1] += weight * weight
        unsafe sums[gram.count + 2] += weight > 0 ? 1 : 0
      }
    }
  }

  /// The mean of the first rows, on all workers.
  ///
  /// Means of distances from the first row, so that a constant column gives its very value.
  private func provisionalMean(withLabel: Bool, in session: Session) throws -> [Double] {
    let first = rows(ofLeaf: 0).prefix(256)
    let owner = placement.ranges.firstIndex { $0.contains(0) } ?? 0
    func numbers(_ row: Int) -> [Double] {
      self.row(row).map { Double($0) } + (withLabel ? [label(ofRow: row) ?? 0] : [])
    }
    var mean = [Double](repeating: 0, count: columnCount + (withLabel ? 1 : 0))
    if session.communicator.rank == owner, let start = first.first {
      let origin = numbers(start)
      for row in first {
        for (place, value) in numbers(row).enumerated() { mean[place] += value - origin[place] }
      }
      for place in mean.indices { mean[place] = origin[place] + mean[place] / Double(first.count) }
      // Beyond any covariance; that will be said of the sums.
      for place in mean.indices where !mean[place].isFinite { mean[place] = 0 }
    }
    return try session.communicator.broadcast(mean, from: owner)
  }
}

extension MomentSums {
  /// Where no row counts.
  fileprivate var nothing: RowMoments {
    RowMoments(
      rowCount: 0, weightSum: 0, weightSquareSum: 0, mean: shift.map { _ in 0 },
      covariance: Matrix(rowCount: shift.count, columnCount: shift.count), passCount: 1)
  }
}
