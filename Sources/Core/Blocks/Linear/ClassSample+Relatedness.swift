internal import LinearAlgebra
internal import Platform

extension ClassSample {
  /// How much columns tell of each other: the squares of a column's correlations with the others,
  /// added, and of that the mean over the columns; 0 in truth where they are independent.
  ///
  /// Two rows have a product whose square is, in the mean, the sum of the squares of all
  /// covariances: so a few hundred rows tell it without bias, at any number of columns, where a Gram
  /// of them would show little but noise.
  /// - Parameter varying: how many columns have more than one value; all have deviation 1.
  public func relatedness(columns: Int, varying: Int) throws -> Double {
    let (count, width) = (min(rowCount, Self.relatedLimit), columns)
    guard count > 1, varying > 0, width > 0 else { return 0 }
    var some = Matrix<Double>(rowCount: count, columnCount: width)
    for row in 0..<count {
      for column in 0..<width { some[row, column] = Double(values[row * dimension + column]) }
    }
    let rows = some
    // A few rows against all at a time: what each makes is added in order.
    let parts = try mapConcurrently((count + 15) / 16, threads: threads) { part in
      let range = part * 16..<min(count, part * 16 + 16)
      let scorer = LinearScorer(
        coefficients: Matrix(
          rowCount: range.count, columnCount: width,
          elements: range.flatMap { Array(rows.row($0)) }),
        intercepts: [Double](repeating: 0, count: range.count), isSparse: false, level: level)
      let products = Buffer<Double>(count: range.count * count)
      rows.withRows { block in
        unsafe scorer.scores(block, into: products.pointer, stride: count)
      }
      var (sum, weight) = (0.0, 0.0)
      for row in range {
        for other in 0..<count where other != row {
          let product = products[(row - range.lowerBound) * count + other]
          let shared = weights[row] * weights[other]
          sum.addProduct(shared * product, product)
          weight += shared
        }
      }
      return (sum, weight)
    }
    let sum = parts.reduce(0) { $0 + $1.0 }
    let weight = parts.reduce(0) { $0 + $1.1 }
    return weight > 0 ? max(0, sum / weight / Double(varying) - 1) : 0
  }

  /// Rows that are enough to tell.
  public static var relatedLimit: Int { 256 }
}
