public import Platform

/// Why a symmetric matrix has no eigenvalues to give.
public enum EigenProblem: FailureConvertible, Equatable {
  /// An element, by row and column from 0, is NaN or infinite.
  case notFinite(row: Int, column: Int)
  /// The method did not settle for this many values.
  case notConverged(count: Int)

  /// What a user reads when the algorithm has nothing better to say.
  public var failure: Failure {
    switch self {
    case .notFinite(let row, let column):
      Failure(
        .data, "element (\(row + 1), \(column + 1)) of a symmetric matrix is not finite",
        hint: "Look for extreme values in these two columns.")
    case .notConverged(let count):
      Failure(.failed, "\(count) eigenvalues of a symmetric matrix did not converge")
    }
  }
}

/// Eigenvalues, ascending, and eigenvectors of a symmetric matrix.
///
/// Vectors have length 1 and one sign: the component of largest magnitude is positive, of several
/// the first. Among equal values the vectors are one of many bases. Only the upper triangle is
/// read. Method: divide and conquer (LAPACK's syevd). Cost: about 9n³ operations, 3n² of memory
/// beside the matrix, in one thread; at most 32,000 rows.
public struct SymmetricEigen<Element: Scalar>: Sendable {
  public let values: [Element]
  /// Row i belongs to value i.
  public let vectors: Matrix<Element>

  public init(_ matrix: Matrix<Element>) throws(EigenProblem) {
    let order = matrix.rowCount
    require(
      order == matrix.columnCount, "eigenvalues of \(matrix.rowCount) x \(matrix.columnCount)")
    for row in 0..<order {
      for column in row..<order where !matrix[row, column].isFinite {
        throw .notFinite(row: row, column: column)
      }
    }
    let values = Buffer<Element>(count: order)
    var vectors = matrix
    if order > 0 {
      BLAS.prepare()
      let info = unsafe Element.syevd(order, vectors.mutablePointer, values: values.pointer)
      require(info >= 0, "syevd refused its argument \(-info)")
      guard info == 0 else { throw .notConverged(count: info) }
    }
    vectors.withMutableSpan { span in
      for row in 0..<order { Self.orient(&span, row * order..<(row + 1) * order) }
    }
    self.values = values.array
    self.vectors = vectors
  }

  /// Turns a vector so that its component of largest magnitude is positive.
  private static func orient(_ span: inout MutableSpan<Element>, _ range: Range<Int>) {
    var largest = range.lowerBound
    for index in range where span[index].magnitude > span[largest].magnitude { largest = index }
    guard span[largest] < 0 else { return }
    for index in range { span[index] = -span[index] }
  }
}
