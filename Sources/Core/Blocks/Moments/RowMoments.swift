public import LinearAlgebra
internal import Platform

/// The weighted means and covariances of the columns of a design matrix, and of its label.
///
/// What normal equations, ridge and lasso are solved from: after it the rows are not needed again.
/// Divided by the sum of the weights, so that a row of weight 2 counts as the row twice, and all
/// weights times a number change nothing.
public struct RowMoments: Sendable {
  /// Rows whose weight is above 0.
  public let rowCount: Int
  public let weightSum: Double
  /// Σ w².
  public let weightSquareSum: Double
  /// One a column; the label's is the last one, where it was asked for.
  public let mean: [Double]
  /// Symmetric; divided by the sum of the weights.
  public let covariance: Matrix<Double>
  /// How often the rows were read.
  public let passCount: Int

  init(
    rowCount: Int, weightSum: Double, weightSquareSum: Double, mean: [Double],
    covariance: Matrix<Double>, passCount: Int
  ) {
    require(
      covariance.rowCount == mean.count && covariance.columnCount == mean.count,
      "moments of \(mean.count) means, \(covariance.rowCount) x \(covariance.columnCount)")
    self.rowCount = rowCount
    self.weightSum = weightSum
    self.weightSquareSum = weightSquareSum
    self.mean = mean
    self.covariance = covariance
    self.passCount = passCount
  }

  /// Whether a column has one value in all rows that count.
  public func isConstant(_ column: Int) -> Bool {
    // The mean is right to some units in its last place, and so is the distance of rows to it.
    let noise = 8 * Double.ulpOfOne * mean[column].magnitude
    return covariance[column, column] <= noise * noise
  }
}

extension RowMoments {
  /// The standard deviation of a column as MLlib has it: over W - Σw² / W, which is n - 1 without
  /// weights; 0 for a constant column.
  public func sampleDeviation(_ column: Int) -> Double {
    let divisor = weightSum - weightSquareSum / weightSum
    guard !isConstant(column), divisor > 0 else { return 0 }
    return (covariance[column, column] * weightSum / divisor).squareRoot()
  }
}

/// The sums behind moments, about a provisional mean.
struct MomentSums {
  let gram: GramSum
  let shift: [Double]
  var totals: [Double] = []

  /// The sums of a Gram, then those of weights, of their squares, and the rows that count.
  static func count(of gram: GramSum) -> Int { gram.count + 3 }

  var weightSum: Double { totals[gram.count] }
  private var weightSquareSum: Double { totals[gram.count + 1] }
  private var rowCount: Int { Int(totals[gram.count + 2]) }
  private func sum(_ column: Int) -> Double { totals[gram.place(ofSum: column)] }

  var mean: [Double] { shift.indices.map { shift[$0] + sum($0) / weightSum } }

  /// Whether a mean is so many deviations away that the difference of sums loses four digits.
  var isShiftFar: Bool {
    shift.indices.contains { column in
      let far = sum(column) * (sum(column) / weightSum)
      let spread = totals[gram.place(column, column)] - far
      return far > 1e4 * spread && far > 0 && far.isFinite
    }
  }

  func moments(passCount: Int) -> RowMoments {
    let order = shift.count
    var matrix = Matrix<Double>(rowCount: order, columnCount: order)
    matrix.withMutableSpan { span in
      for row in 0..<order {
        for column in row..<order {
          let product = sum(row) * (sum(column) / weightSum)
          let entry = (totals[gram.place(row, column)] - product) / weightSum
          span[row * order + column] = entry
          span[column * order + row] = entry
        }
        // Rounding may leave less than nothing. What is no number stays so, as it would not in a max.
        if span[row * order + row] < 0 { span[row * order + row] = 0 }
      }
    }
    return RowMoments(
      rowCount: rowCount, weightSum: weightSum, weightSquareSum: weightSquareSum, mean: mean,
      covariance: matrix, passCount: passCount)
  }
}
