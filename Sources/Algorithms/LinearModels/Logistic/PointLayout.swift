internal import LinearAlgebra
internal import Platform

/// How the numbers of a fit lie in one vector: coefficients score by score, then the intercepts.
///
/// A point's intercepts are those of columns less their means: large offsets cost no digits so, and
/// the coefficients hardly pull at the intercept.
struct PointLayout: Sendable {
  /// How many scores a row has.
  let outputs: Int
  /// How many features.
  let dimension: Int
  let hasIntercept: Bool

  /// How many numbers a point has.
  var count: Int { outputs * dimension + (hasIntercept ? outputs : 0) }

  /// Where an intercept lies.
  func intercept(_ output: Int) -> Int { outputs * dimension + output }

  func coefficients(_ point: [Double]) -> Matrix<Double> {
    Matrix(
      rowCount: outputs, columnCount: dimension,
      elements: Array(point.prefix(outputs * dimension)))
  }

  /// The intercepts of the columns as they are.
  func intercepts(_ point: [Double], means: [Double]?) -> [Double] {
    guard hasIntercept else { return [Double](repeating: 0, count: outputs) }
    return (0..<outputs).map { output in
      var intercept = point[self.intercept(output)]
      if let means {
        for column in 0..<dimension {
          intercept -= point[output * dimension + column] * means[column]
        }
      }
      return intercept
    }
  }

  /// The point of some coefficients and intercepts.
  func point(_ coefficients: Matrix<Double>, _ intercepts: [Double], means: [Double]?) -> [Double] {
    var point = coefficients.elements
    guard hasIntercept else { return point }
    for output in 0..<outputs {
      var intercept = intercepts[output]
      if let means {
        for column in 0..<dimension { intercept += coefficients[output, column] * means[column] }
      }
      point.append(intercept)
    }
    return point
  }

  /// One row a score, with the intercept behind.
  func rows(_ point: [Double]) -> Matrix<Double> {
    let width = dimension + (hasIntercept ? 1 : 0)
    var rows = Matrix<Double>(rowCount: outputs, columnCount: width)
    rows.withMutableSpan { span in
      for output in 0..<outputs {
        for column in 0..<dimension {
          span[output * width + column] = point[output * dimension + column]
        }
        if hasIntercept { span[output * width + dimension] = point[intercept(output)] }
      }
    }
    return rows
  }

  /// The same back.
  func point(_ rows: Matrix<Double>) -> [Double] {
    let width = dimension + (hasIntercept ? 1 : 0)
    var point = [Double](repeating: 0, count: count)
    rows.withSpan { span in
      for output in 0..<outputs {
        for column in 0..<dimension {
          point[output * dimension + column] = span[output * width + column]
        }
        if hasIntercept { point[intercept(output)] = span[output * width + dimension] }
      }
    }
    return point
  }
}
