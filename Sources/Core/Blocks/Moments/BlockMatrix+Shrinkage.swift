public import Cluster
internal import LinearAlgebra
internal import Platform

extension BlockMatrix {
  /// How far to draw a covariance towards a multiple of the identity, as Ledoit and Wolf (2004)
  /// estimate it from the rows, from 0 to 1; a collective call.
  ///
  /// What scikit-learn's `ledoit_wolf_shrinkage` gives; the sum of the weights is the number of
  /// rows. One read of the rows.
  public func ledoitWolfShrinkage(
    about moments: RowMoments, in session: Session
  ) throws -> Double {
    let mean = Buffer(moments.mean)
    let total = unsafe try sum("measuring how long rows are", count: 1, in: session) {
      block, sums in
      guard case .dense(let rows) = block.rows else { throw Block<Element>.denseOnly }
      unsafe Norms.addFourthPowers(of: rows, about: mean, block.weights, to: sums)
    }[0]
    let order = Double(moments.mean.count)
    let covariance = moments.covariance
    let variance = (0..<moments.mean.count).reduce(0) { $0 + covariance[$1, $1] } / order
    let square = covariance.elements.reduce(0) { $0 + $1 * $1 }
    let noise = (total / moments.weightSum - square) / (order * moments.weightSum)
    let spread = square / order - variance * variance
    guard noise > 0, spread > 0 else { return 0 }
    return min(1, noise / spread)
  }
}

private enum Norms {
  /// Adds the weight times the fourth power of the length of each row about a mean.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  static func addFourthPowers<Element: Scalar>(
    of rows: RowBlock<Element>, about mean: Buffer<Double>, _ weights: UnsafePointer<Double>?,
    to sum: UnsafeMutablePointer<Double>
  ) {
    for row in 0..<rows.count {
      let numbers = unsafe rows.start(ofRow: row)
      var square = 0.0
      for column in 0..<rows.columnCount {
        let far = unsafe Double(numbers[column]) - mean.pointer[column]
        square += far * far
      }
      let weight = unsafe weights.map { unsafe $0[row] } ?? 1
      // Nothing, whatever the row is.
      if weight > 0 { unsafe sum[0] += weight * square * square }
    }
  }
}
