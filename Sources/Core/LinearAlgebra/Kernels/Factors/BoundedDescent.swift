internal import CKernels
internal import Platform

/// Least squares whose solution has elements that must not be negative.
///
/// Coordinate descent on the normal equations (Franc, Hlaváč and Navara, 2005): each element in turn
/// goes to its best value, or to 0, and the gradient follows. Cost: d² operations a round. One
/// thread's own.
public final class BoundedDescent {
  private let gradient: Buffer<Double>
  private let matrix: Buffer<Double>
  public let dimension: Int

  public init(dimension: Int) {
    require(dimension >= 1, "\(dimension) unknowns")
    self.dimension = dimension
    gradient = Buffer(count: dimension)
    matrix = Buffer(count: dimension * dimension)
  }

  /// Minimises xᵀ (A + ridge) x / 2 - b x from the x that is given.
  /// - Parameters:
  ///   - sums: A and b.
  ///   - bounded: how many of the first elements must not be negative.
  ///   - rounds: the most rounds.
  ///   - tolerance: it ends when no element moves farther than this times the greatest one.
  /// - Returns: whether it came so far.
  public func minimise(
    _ sums: FactorSums, ridge: Double, bounded: Int, from x: inout [Double], rounds: Int,
    tolerance: Double
  ) -> Bool {
    require(
      sums.dimension == dimension && x.count == dimension && bounded <= dimension,
      "\(x.count) elements of \(dimension) unknowns")
    for row in 0..<dimension {
      for column in row..<dimension {
        let value = sums.upper[row * dimension + column] + (row == column ? ridge : 0)
        matrix[row * dimension + column] = value
        matrix[column * dimension + row] = value
      }
    }
    return unsafe martlet_bounded_descent(
      dimension, bounded, matrix.pointer, sums.right.pointer, &x, gradient.pointer,
      Int32(clamping: rounds), tolerance) > 0
  }
}
