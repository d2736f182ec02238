internal import Blocks
internal import Cluster
internal import Learning
internal import LinearAlgebra
internal import Platform

/// What principal components leave of a row.
struct ResidualDirections {
  /// How many components are kept.
  let kept: Int
  /// The share of the variance that they explain.
  let explained: Double
  /// What centred columns are multiplied by.
  let scale: [Double]
  /// Takes a row to its part outside of the kept components; symmetric.
  let residual: Matrix<Double>
}

extension PCAAnomaly {
  /// Finds the directions; on rank 0, for everyone.
  func directions(of moments: RowMoments, in session: Session) throws -> ResidualDirections {
    let order = moments.mean.count
    let scale = moments.mean.indices.map { column in
      // One that does not vary counts in its own unit.
      standardize && moments.varies(column)
        ? 1 / moments.covariance[column, column].squareRoot() : 1
    }
    let numbers = try session.communicator.decideValues("finding the principal components") {
      let found = try residual(of: moments, scale: scale)
      return [Double(found.kept), found.explained] + found.residual.elements
    }
    return ResidualDirections(
      kept: Int(numbers[0]), explained: numbers[1], scale: scale,
      residual: Matrix(rowCount: order, columnCount: order, elements: Array(numbers[2...])))
  }

  private func residual(
    of moments: RowMoments, scale: [Double]
  ) throws -> (kept: Int, explained: Double, residual: Matrix<Double>) {
    let order = moments.mean.count
    let known = (0..<order).map { moments.varies($0) }
    var elements = moments.covariance.elements
    for row in 0..<order {
      for column in 0..<order {
        let place = row * order + column
        elements[place] =
          known[row] && known[column] ? elements[place] * scale[row] * scale[column] : 0
      }
    }
    let matrix = Matrix(rowCount: order, columnCount: order, elements: elements)
    let eigen: SymmetricEigen<Double>
    do {
      eigen = try SymmetricEigen(matrix)
    } catch {
      throw error.failure
    }
    // From the largest on; rounding may leave less than nothing.
    let values = eigen.values.reversed().map { max(0, $0) }
    let total = values.reduce(0, +)
    let kept = components ?? count(of: values, total)
    let explained = total > 0 ? values.prefix(kept).reduce(0, +) / total : 0
    // Eigenvectors rise with their values, so those of the first rows are dropped.
    let dropped = Matrix(
      rowCount: order - kept, columnCount: order,
      elements: Array(eigen.vectors.elements.prefix((order - kept) * order)))
    let residual = BLAS.gram(dropped)
    return (kept, explained, residual)
  }

  /// The fewest components that explain the variance; never all that explain any, for what those
  /// leave of a training row is rounding.
  private func count(of values: [Double], _ total: Double) -> Int {
    let least = 1e-10 * (values.first ?? 0)
    let rank = values.count { $0 > least }
    var (count, sum) = (0, 0.0)
    while count < rank - 1, sum < variance * total {
      sum += values[count]
      count += 1
    }
    return count
  }
}
