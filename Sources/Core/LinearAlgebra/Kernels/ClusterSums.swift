internal import CKernels
internal import Platform

/// Where sums of rows by cluster go: plain memory of the caller, so that it can be any statistic.
///
/// Each element is one chain over the rows of its cluster in their order, in `Double`:
/// `fma(weight, Double(x) - Double(shift), sum)`. Blocks may be cut anywhere.
@safe
public struct ClusterSums {
  /// Row-major, one row of `dimension` a cluster.
  public let sums: UnsafeMutablePointer<Double>
  /// The weight of each cluster.
  public let weights: UnsafeMutablePointer<Double>
  /// How many rows each cluster has, if wanted.
  public let counts: UnsafeMutablePointer<Int64>?
  public let clusterCount: Int
  public let dimension: Int

  /// Memory for `clusterCount` clusters, filled by the caller (zeros at first).
  public init(
    sums: UnsafeMutablePointer<Double>, weights: UnsafeMutablePointer<Double>,
    counts: UnsafeMutablePointer<Int64>?, clusterCount: Int, dimension: Int
  ) {
    unsafe self.sums = unsafe sums
    unsafe self.weights = unsafe weights
    unsafe self.counts = unsafe counts
    self.clusterCount = clusterCount
    self.dimension = dimension
  }

  /// Adds rows to given clusters, in order.
  ///
  /// - `chosen`: the cluster of each row.
  /// - `rowWeights`: one a row; nil: all 1, to the same bits.
  public func add<Element: Scalar>(
    _ rows: RowBlock<Element>, to chosen: UnsafePointer<Int32>,
    weights rowWeights: UnsafePointer<Double>? = nil, shift: [Element]? = nil, level: KernelLevel
  ) {
    check(count: clusterCount, dimension: rows.columnCount)
    requireShift(shift, rows.columnCount)
    require(
      unsafe martlet_all_within(chosen, rows.count, clusterCount) == 1,
      "a cluster outside of \(clusterCount)")
    unsafe withOptionalPointer(shift) { shift in
      var rows = unsafe rows.forBridge(shift: shift)
      var sums = unsafe forBridge(weights: rowWeights)
      unsafe martlet_add_rows(level.rawValue, Element.kernelPrecision, &rows, chosen, &sums)
    }
  }

  func check(count: Int, dimension: Int) {
    require(
      clusterCount == count && self.dimension == dimension,
      "sums of \(clusterCount) x \(self.dimension) for \(count) x \(dimension)")
  }

  func forBridge(weights rowWeights: UnsafePointer<Double>?) -> martlet_sums {
    unsafe martlet_sums(
      weights: rowWeights, sums: sums, weight_sums: weights, counts: counts)
  }
}

extension RowBlock {
  /// Adds all rows to one vector of sums, in order: `fma(weight, Double(x) - Double(shift), sum)`.
  ///
  /// - `sums`: one a column, added to.
  /// - `weightSum`: the sum of the weights, added to.
  public func addColumns(
    weights: UnsafePointer<Double>? = nil, shift: [Element]? = nil,
    to sums: UnsafeMutablePointer<Double>, weightSum: inout Double, level: KernelLevel
  ) {
    requireShift(shift, columnCount)
    unsafe withOptionalPointer(shift) { shift in
      var rows = unsafe forBridge(shift: shift)
      unsafe martlet_add_columns(
        level.rawValue, Element.kernelPrecision, &rows, weights, sums, &weightSum)
    }
  }

  /// The squared distance of each row to its own centre, in `Double`.
  ///
  /// Lane j mod 8 chains `fma(x - c, x - c, s)`, then lanes are added 4, 2 and 1 apart: the same
  /// bits for one row and a batch, at every level.
  ///
  /// - `centres`: one a row.
  /// - `chosen`: which centre each row takes; nil: centre 0 for all.
  /// - `distances`: room for one number a row.
  public func squaredDistances(
    to centres: Matrix<Double>, chosen: UnsafePointer<Int32>? = nil,
    into distances: UnsafeMutablePointer<Double>, level: KernelLevel
  ) {
    require(
      centres.columnCount == columnCount && centres.rowCount >= 1,
      "rows of \(columnCount) against \(centres.rowCount) x \(centres.columnCount)")
    if let chosen = unsafe chosen {
      require(
        unsafe martlet_all_within(chosen, count, centres.rowCount) == 1,
        "a centre outside of \(centres.rowCount)")
    }
    var rows = unsafe forBridge(shift: nil)
    unsafe martlet_squared_distances(
      level.rawValue, Element.kernelPrecision, &rows, centres.pointer, chosen, distances)
    withExtendedLifetime(centres) {}
  }
}

func requireShift<Element>(_ shift: [Element]?, _ dimension: Int) {
  require((shift?.count ?? dimension) == dimension, "a shift of \(shift?.count ?? 0)")
}

/// The elements of an array that may be missing, for one call to C.
func withOptionalPointer<Element>(
  _ values: [Element]?, _ body: (UnsafePointer<Element>?) -> Void
) {
  if let values {
    unsafe values.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
  } else {
    body(nil)
  }
}
