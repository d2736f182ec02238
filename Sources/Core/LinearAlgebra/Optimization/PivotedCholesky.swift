internal import Platform

/// Which columns of a Gram matrix are combinations of others, and how.
///
/// A Cholesky factorisation that takes, of all columns that are left, one with much of its own: the
/// first whose rest is at least a tenth of the largest, so that of two equal columns the later one
/// is the one that depends. It ends when no column has a rest worth the name. Cost: d r² operations
/// and d r numbers for rank r.
public struct PivotedCholesky: Sendable {
  /// The columns that stand for themselves, in the order they were taken.
  public let independent: [Int]
  /// The columns that are combinations of those, in their order.
  public let dependent: [Int]
  /// Row k of the factor, of all columns.
  private let rows: [[Double]]

  /// - Parameters:
  ///   - matrix: symmetric, positive semidefinite, with a diagonal of about 1; all of it is read.
  ///   - tolerance: a column with a smaller rest is a combination of others.
  public init(_ matrix: Matrix<Double>, tolerance: Double) {
    let order = matrix.rowCount
    require(order == matrix.columnCount, "pivots of \(order) x \(matrix.columnCount)")
    var rest = (0..<order).map { matrix[$0, $0] }
    var isLeft = [Bool](repeating: true, count: order)
    var (taken, rows) = ([Int](), [[Double]]())
    while true {
      let left = rest.indices.filter { isLeft[$0] }
      guard let largest = left.map({ rest[$0] }).max(), largest > tolerance,
        let pivot = left.first(where: { rest[$0] >= largest / 10 })
      else { break }
      var row = matrix.row(pivot)
      for earlier in rows { BLAS.axpy(-earlier[pivot], earlier, into: &row) }
      let root = rest[pivot].squareRoot()
      for place in row.indices { row[place] = isLeft[place] ? row[place] / root : 0 }
      row[pivot] = root
      isLeft[pivot] = false
      for place in left { rest[place] -= row[place] * row[place] }
      taken.append(pivot)
      rows.append(row)
    }
    independent = taken
    dependent = isLeft.indices.filter { isLeft[$0] }
    self.rows = rows
  }

  /// What the matrix without its dependent columns gives for a right side; 0 for these.
  public func solve(_ side: [Double]) -> [Double] {
    var forward = independent.map { side[$0] }
    for row in forward.indices {
      forward[row] /= rows[row][independent[row]]
      for later in forward.indices.dropFirst(row + 1) {
        forward[later] -= forward[row] * rows[row][independent[later]]
      }
    }
    return spread(backward(forward))
  }

  /// How much of each independent column a dependent one is made of; 0 for the others.
  public func combination(_ column: Int) -> [Double] { spread(backward(rows.map { $0[column] })) }

  private func backward(_ side: [Double]) -> [Double] {
    var solution = side
    for row in side.indices.reversed() {
      for later in side.indices.dropFirst(row + 1) {
        solution[row] -= rows[row][independent[later]] * solution[later]
      }
      solution[row] /= rows[row][independent[row]]
    }
    return solution
  }

  private func spread(_ solution: [Double]) -> [Double] {
    var all = [Double](repeating: 0, count: rows.first?.count ?? 0)
    for (place, value) in zip(independent, solution) { all[place] = value }
    return all
  }
}
