public import Platform

/// A matrix that should have been positive definite is not.
public struct NotPositiveDefinite: FailureConvertible, Equatable {
  /// The row, from 0, whose pivot was not a positive finite number.
  public let pivot: Int
  /// How many rows the matrix has.
  public let order: Int

  /// What a user reads when the algorithm has nothing better to say.
  public var failure: Failure {
    Failure(
      .failed, "a matrix of \(order) x \(order) is not positive definite at row \(pivot + 1)",
      hint: "Columns may repeat each other or hold extreme values; leave some out, or regularise.")
  }
}

/// A symmetric positive definite matrix as UᵀU, ready to solve with.
///
/// Only the upper triangle of the matrix is read. Cost: n³/3 operations and n² of memory, then 2n²
/// for each right side. The bits of a solution depend on how many sides one call has.
public struct Cholesky<Element: Scalar>: Sendable {
  /// U in the upper triangle; below it lies what the matrix had there.
  public let factor: Matrix<Element>
  /// The row whose pivot lost the most of its diagonal element, and the share that was left.
  ///
  /// A share near the type's `ulpOfOne` means that this row hardly differs from a combination of
  /// the rows before it, and that a solution is mostly noise along it.
  public let weakestPivot: (row: Int, share: Element)?

  public init(_ matrix: Matrix<Element>) throws(NotPositiveDefinite) {
    require(
      matrix.rowCount == matrix.columnCount,
      "a Cholesky factor of \(matrix.rowCount) x \(matrix.columnCount)")
    let order = matrix.rowCount
    var factor = matrix
    try factor.withMutableSpan { span throws(NotPositiveDefinite) in
      try BLAS.potrf(&span, BLAS.Layout(order, order))
    }
    var weakest: (row: Int, share: Element)?
    for row in 0..<order {
      let share = factor[row, row] * factor[row, row] / matrix[row, row]
      if share < (weakest?.share ?? .infinity) { weakest = (row, share) }
    }
    self.factor = factor
    weakestPivot = weakest
  }

  /// Solves for one right side.
  public func solve(_ side: [Element]) -> [Element] {
    solve(rows: Matrix(rowCount: 1, columnCount: side.count, elements: side)).elements
  }

  /// Solves for each row of a matrix as a right side; the rows of the result are the solutions.
  public func solve(rows sides: Matrix<Element>) -> Matrix<Element> {
    var solutions = sides
    solutions.withMutableSpan { span in
      factor.withSpan { BLAS.potrs($0, factor.layout, &span, sides.layout) }
    }
    return solutions
  }
}

extension BLAS {
  /// Replaces the upper triangle of a symmetric matrix by U, where the matrix is UᵀU.
  ///
  /// Below the diagonal nothing is read or written. When it throws, the upper triangle is spoilt.
  public static func potrf<Element: Scalar>(
    _ a: inout MutableSpan<Element>, _ layout: Layout
  ) throws(NotPositiveDefinite) {
    let order = layout.rowCount
    require(
      order == layout.columnCount && !layout.isTransposed,
      "a Cholesky factor of \(layout.rowCount) x \(layout.columnCount)")
    layout.check(a.count, "A")
    guard order > 0 else { return }
    prepare()
    let info = unsafe a.withUnsafeMutableBufferPointer { a in
      guard let start = a.baseAddress else { return 0 }
      return unsafe Element.potrf(order, start, rowStride: layout.rowStride)
    }
    require(info >= 0, "potrf refused its argument \(-info)")
    guard info == 0 else { throw NotPositiveDefinite(pivot: info - 1, order: order) }
    // The library compares a pivot with 0 and lets NaN and infinity through.
    for row in 0..<order {
      let pivot = a[row * layout.rowStride + row]
      guard pivot > 0 && pivot.isFinite else {
        throw NotPositiveDefinite(pivot: row, order: order)
      }
    }
  }

  /// Replaces each row of `sides` by the solution for it, given the factor that `potrf` left.
  public static func potrs<Element: Scalar>(
    _ factor: Span<Element>, _ layout: Layout, _ sides: inout MutableSpan<Element>,
    _ sideLayout: Layout
  ) {
    require(
      layout.rowCount == layout.columnCount && sideLayout.columnCount == layout.rowCount
        && !layout.isTransposed && !sideLayout.isTransposed,
      """
      solving \(layout.rowCount) x \(layout.columnCount) for sides of \
      \(sideLayout.rowCount) x \(sideLayout.columnCount)
      """)
    layout.check(factor.count, "the factor")
    sideLayout.check(sides.count, "the sides")
    guard sideLayout.extent > 0 else { return }
    prepare()
    let info = unsafe factor.withUnsafeBufferPointer { factor in
      unsafe sides.withUnsafeMutableBufferPointer { sides in
        guard let factor = factor.baseAddress, let sides = sides.baseAddress else { return 0 }
        return unsafe Element.potrs(
          layout.rowCount, sides: sideLayout.rowCount, factor: factor,
          factorStride: layout.rowStride, sides, rowStride: sideLayout.rowStride)
      }
    }
    require(info == 0, "potrs refused its argument \(-info)")
  }
}
