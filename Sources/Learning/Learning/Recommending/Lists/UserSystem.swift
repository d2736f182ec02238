public import LinearAlgebra

/// The linear system whose solution is the vector of a user with some ratings.
///
/// The vector is the solution x of `matrix * x = sum of weights[j] * y[j]`, where y[j] are the factors
/// of the user's own items. A score y[i] . x is therefore a sum of one part an own item,
/// `weights[j] * (y[i] . inverse(matrix) * y[j])`: what that item did for the recommendation. With a
/// bias of the user among the unknowns, a 1 stands behind the factors of each item.
public struct UserSystem: Sendable {
  /// Symmetric and positive definite, regularization included; the upper triangle counts.
  public var matrix: Matrix<Double>
  /// One an own item, in the order given.
  public var weights: [Double]
  /// Whether the last unknown is the user's bias.
  public var hasBias: Bool

  public init(matrix: Matrix<Double>, weights: [Double], hasBias: Bool = false) {
    self.matrix = matrix
    self.weights = weights
    self.hasBias = hasBias
  }

  /// What each own item adds to the scores of some items; nil where the matrix has no inverse.
  /// - Parameters:
  ///   - items: the items whose scores are explained.
  ///   - own: the user's own items, in the order of the weights.
  ///   - factors: of all items.
  /// - Returns: for each of `items` a number for each of `own`; they add up to `y[i] . x`,
  ///   the score without the mean and the bias of the item.
  public func shares(
    of items: [Int32], own: [Int32], factors: Matrix<Float>
  ) -> [[Double]]? {
    guard let inverse = try? Cholesky(matrix) else { return nil }
    func side(_ item: Int32) -> [Double] {
      factors.row(Int(item)).map { Double($0) } + (hasBias ? [1] : [])
    }
    let ownFactors = own.map(side)
    return items.map { item in
      // One side a call, so that a share does not depend on how many others are asked for.
      let direction = inverse.solve(side(item))
      return zip(ownFactors, weights).map { factors, weight in
        var product = 0.0
        for (a, b) in zip(factors, direction) { product = product.addingProduct(a, b) }
        return weight * product
      }
    }
  }
}
