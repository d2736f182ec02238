internal import Platform

extension RowBlock {
  /// The rows in double, each number less the mean of its column and over its scale.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func standardized(means: [Double], scales: [Double]) -> Matrix<Double> {
    require(
      means.count == columnCount && scales.count == columnCount,
      "\(means.count) means and \(scales.count) scales for \(columnCount) columns")
    var matrix = Matrix<Double>(rowCount: count, columnCount: columnCount)
    let target = unsafe matrix.mutablePointer
    for row in 0..<count {
      let place = unsafe positions.map { unsafe Int($0[row]) } ?? row
      let from = unsafe start + place * stride
      for column in 0..<columnCount {
        unsafe target[row * columnCount + column] =
          (Double(from[column]) - means[column]) / scales[column]
      }
    }
    return matrix
  }
}
