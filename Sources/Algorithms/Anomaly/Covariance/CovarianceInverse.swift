internal import Blocks
internal import Cluster
internal import Frames
internal import Learning
internal import LinearAlgebra
internal import Platform

/// The inverse of a covariance, as that of a correlation between two scalings.
struct CovarianceInverse {
  /// One over the deviation of each column; 0 for one that does not vary.
  let scale: [Double]
  /// The inverse of the correlation; symmetric.
  let matrix: Matrix<Double>
  /// What was added to the diagonal of the correlation.
  let ridge: Double

  /// What is added to the diagonal of a correlation that has no inverse to rely on.
  ///
  /// Far above what rounding of the data leaves of a column that others determine, and far below
  /// any correlation that matters.
  static let standardRidge = 1e-6
  /// Which share of its variance a column must keep beside those before it.
  static let leastPivot = 1e-10

  func facts(_ names: FeatureNames, shrinkage: Double) -> [String] {
    let constant = scale.indices.filter { scale[$0] == 0 }
    var facts: [String] = []
    if shrinkage > 0 {
      facts.append(
        "the covariance was drawn by \(numberText(shrinkage)) to a multiple of the identity")
    }
    if !constant.isEmpty {
      let named = constant.prefix(5).map { names[$0] }.joined(separator: ", ")
      facts.append(
        "\(constant.count) columns do not vary and add nothing: \(named)"
          + (constant.count > 5 ? ", ..." : ""))
    }
    if ridge > 0 {
      facts.append(
        "columns determine each other: \(numberText(ridge)) was added to each variance of 1")
    }
    return facts
  }
}

extension Mahalanobis {
  /// Inverts a covariance drawn towards the identity; on rank 0, for everyone.
  static func inverse(
    of moments: RowMoments, shrunkBy share: Double, in session: Session
  ) throws -> CovarianceInverse {
    let order = moments.mean.count
    let numbers = try session.communicator.decideValues("inverting the covariance") {
      let found = try inverse(of: moments, shrunkBy: share)
      return [found.ridge] + found.scale + found.matrix.elements
    }
    return CovarianceInverse(
      scale: Array(numbers[1...order]),
      matrix: Matrix(
        rowCount: order, columnCount: order, elements: Array(numbers[(order + 1)...])),
      ridge: numbers[0])
  }

  private static func inverse(
    of moments: RowMoments, shrunkBy share: Double
  ) throws -> CovarianceInverse {
    let order = moments.mean.count
    let own = (0..<order).map { moments.varies($0) ? moments.covariance[$0, $0] : 0 }
    let mean = own.reduce(0) { $0 + $1 / Double(order) }
    let variances = own.map { (1 - share) * $0 + share * mean }
    let scale = variances.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    var elements = moments.covariance.elements
    for row in 0..<order {
      for column in 0..<order {
        let place = row * order + column
        let found = (1 - share) * elements[place] * scale[row] * scale[column]
        // Rounding may go beyond.
        elements[place] = row == column ? 1 : max(-1, min(1, found))
      }
    }
    let correlation = Matrix(rowCount: order, columnCount: order, elements: elements)
    let (factor, ridge) = try factor(of: correlation)
    let solved = factor.solve(rows: Matrix(identityOf: order)).elements
    var symmetric = solved
    for row in 0..<order {
      for column in 0..<order {
        symmetric[row * order + column] =
          (solved[row * order + column] + solved[column * order + row]) / 2
      }
    }
    let inverse = Matrix(rowCount: order, columnCount: order, elements: symmetric)
    guard inverse.elements.allSatisfy(\.isFinite), scale.allSatisfy(\.isFinite) else {
      throw Failure(.failed, "the covariance of the features has no inverse in doubles")
    }
    return CovarianceInverse(scale: scale, matrix: inverse, ridge: ridge)
  }

  /// The factor of a correlation, with something added to its diagonal where it needs that.
  private static func factor(
    of correlation: Matrix<Double>
  ) throws -> (Cholesky<Double>, ridge: Double) {
    if let factor = try? Cholesky(correlation),
      factor.weakestPivot?.share ?? 1 > CovarianceInverse.leastPivot
    {
      return (factor, 0)
    }
    let ridge = CovarianceInverse.standardRidge
    let identity = Matrix(identityOf: correlation.rowCount).elements
    let raised = Matrix(
      rowCount: correlation.rowCount, columnCount: correlation.columnCount,
      elements: zip(correlation.elements, identity).map { $0 + ridge * $1 })
    do {
      return (try Cholesky(raised), ridge)
    } catch {
      throw error.failure
    }
  }
}

extension Matrix<Double> {
  fileprivate init(identityOf order: Int) {
    var elements = [Double](repeating: 0, count: order * order)
    for place in 0..<order { elements[place * order + place] = 1 }
    self.init(rowCount: order, columnCount: order, elements: elements)
  }
}
