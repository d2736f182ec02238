import LinearAlgebra
import Platform
import Testing

@Suite struct FactorisationTests {
  func checkKnownFactor<E: Scalar>(_: E.Type) throws {
    // Wikipedia, "Cholesky decomposition", the example; below the diagonal nothing is read.
    let a = Matrix<E>(
      rowCount: 3, columnCount: 3, elements: [4, 12, -16, .nan, 37, -43, .nan, .nan, 98])
    let cholesky = try Cholesky(a)
    let u = cholesky.factor
    #expect([u[0, 0], u[0, 1], u[0, 2], u[1, 1], u[1, 2], u[2, 2]] == [2, 6, -8, 1, 5, 3])
    #expect(u[1, 0].isNaN && u[2, 0].isNaN && u[2, 1].isNaN)
    #expect(cholesky.weakestPivot?.row == 1 && cholesky.weakestPivot?.share == 1 / 37)
    // A (1, 2, 3) = (-20, -43, 192).
    #expect(cholesky.solve([-20, -43, 192]) == [1, 2, 3])
    let sides = Matrix<E>(rowCount: 2, columnCount: 3, elements: [-20, -43, 192, 4, 12, -16])
    #expect(cholesky.solve(rows: sides).elements == [1, 2, 3, 1, 0, 0])
    #expect(cholesky.solve(rows: Matrix(rowCount: 0, columnCount: 3)).rowCount == 0)
  }

  @Test func `a known matrix has its known factor and solutions`() throws {
    try checkKnownFactor(Float.self)
    try checkKnownFactor(Double.self)
  }

  @Test(arguments: [0, 1, 2, 7, 33, 130])
  func `a factor multiplied out is the matrix, and solutions fulfil it`(order: Int) throws {
    var draw = Philox(seed: 11, stage: 0, row: UInt64(order))
    let b = Matrix(
      rowCount: order + 3, columnCount: order,
      elements: (0..<(order + 3) * order).map { _ in draw.normal() })
    var a = BLAS.gram(b)
    for i in 0..<order { a[i, i] += 1 }
    let cholesky = try Cholesky(a)
    // Higham, "Accuracy and Stability", theorem 10.3: |UᵀU - A| within n + 1 units of |Uᵀ||U|.
    let scale = (0..<order).map { a[$0, $0] }.max() ?? 0
    let tolerance = Double(order + 1) * .ulpOfOne * scale
    for i in 0..<order {
      for j in i..<order {
        let sum = (0...i).reduce(0.0) { $0 + cholesky.factor[$1, i] * cholesky.factor[$1, j] }
        #expect((sum - a[i, j]).magnitude <= tolerance)
      }
    }
    let side = (0..<order).map { _ in draw.normal() }
    let residual = zip(BLAS.product(a, cholesky.solve(side)), side).map { ($0 - $1).magnitude }
    #expect((residual.max() ?? 0) <= 10 * tolerance * max(1, BLAS.nrm2(side)))
    #expect(cholesky.weakestPivot?.row == nil || order > 0)
  }

  func checkRefusals<E: Scalar>(_: E.Type) {
    let cases: [(elements: [E], pivot: Int)] = [
      ([1, 2, 2, 1], 1), ([0, 0, 0, 1], 0), ([-1, 0, 0, 1], 0), ([1, 1, 1, 1], 1),
      ([.nan, 0, 0, 1], 0), ([1, .nan, .nan, 1], 1), ([1, 0, 0, .nan], 1),
      ([.infinity, 0, 0, 1], 0), ([1, 0, 0, .infinity], 1),
    ]
    for (elements, pivot) in cases {
      let problem = #expect(throws: NotPositiveDefinite.self, "\(elements)") {
        try Cholesky(Matrix<E>(rowCount: 2, columnCount: 2, elements: elements))
      }
      #expect(problem?.pivot == pivot && problem?.order == 2, "\(elements)")
    }
  }

  @Test func `what is not positive definite is refused, naming the pivot`() {
    checkRefusals(Float.self)
    checkRefusals(Double.self)
  }

  @Test func `a large matrix is refused at the row that spoils it`() {
    var a = Matrix<Double>(rowCount: 200, columnCount: 200)
    for i in 0..<200 { a[i, i] = i == 150 ? -1 : 1 }
    let problem = #expect(throws: NotPositiveDefinite.self) { try Cholesky(a) }
    #expect(problem?.pivot == 150)
    #expect(problem?.failure.message.contains("row 151") == true)
  }

  @Test func `eigenvalues of the Hilbert matrix are the known ones`() throws {
    var h = Matrix<Double>(rowCount: 5, columnCount: 5)
    for i in 0..<5 { for j in 0..<5 { h[i, j] = 1 / Double(i + j + 1) } }
    // mpmath with 40 digits. The values are off by the largest of them times the rounding.
    let golden = [
      3.287928772171863e-6, 0.00030589804015119173, 0.011407491623419807, 0.20853421861101334,
      1.5670506910982308,
    ]
    for (value, expected) in zip(try SymmetricEigen(h).values, golden) {
      #expect((value - expected).magnitude <= 10 * .ulpOfOne * 1.6)
    }
  }

  func checkEigen<E: Scalar>(_: E.Type, _ order: Int) throws {
    var draw = Philox(seed: 12, stage: 0, row: UInt64(order))
    var a = Matrix<E>(rowCount: order, columnCount: order)
    for i in 0..<order {
      for j in i..<order {
        a[i, j] = E(draw.normal())
        a[j, i] = a[i, j]
      }
    }
    var upper = a
    for i in 0..<order { for j in 0..<i { upper[i, j] = .nan } }
    let eigen = try SymmetricEigen(upper)
    #expect(eigen.values.count == order && eigen.values == eigen.values.sorted())
    // LAPACK promises a small multiple of n, the rounding and the norm; 4 is that multiple here.
    let tolerance = 4 * E(max(1, order)) * .ulpOfOne * max(1, BLAS.nrm2(a.elements))
    for i in 0..<order {
      let vector = eigen.vectors.row(i)
      let image = BLAS.product(a, vector)
      for j in 0..<order {
        #expect((image[j] - eigen.values[i] * vector[j]).magnitude <= tolerance)
      }
      for j in 0...i {
        let expected: E = i == j ? 1 : 0
        #expect((BLAS.dot(vector, eigen.vectors.row(j)) - expected).magnitude <= tolerance)
      }
      let size = vector.map(\.magnitude).max() ?? 0
      #expect((vector.first { $0.magnitude == size } ?? 0) > 0, "the sign rule")
    }
  }

  @Test(arguments: [0, 1, 2, 3, 7, 26, 60])
  func `eigenvectors are orthonormal, fulfil their equation and have the agreed sign`(order: Int)
    throws
  {
    try checkEigen(Float.self, order)
    try checkEigen(Double.self, order)
  }

  @Test func `of components of one magnitude the first is positive`() throws {
    let a = Matrix<Double>(rowCount: 2, columnCount: 2, elements: [0, 1, 1, 0])
    let eigen = try SymmetricEigen(a)
    #expect(eigen.values == [-1, 1])
    #expect(eigen.vectors[0, 0] == -eigen.vectors[0, 1] && eigen.vectors[0, 0] > 0)
    #expect(eigen.vectors[1, 0] == eigen.vectors[1, 1] && eigen.vectors[1, 0] > 0)
    let identity = Matrix<Double>(rowCount: 2, columnCount: 2, elements: [1, 0, 0, 1])
    #expect(try SymmetricEigen(identity).vectors == identity)
  }

  @Test func `a matrix with an element that is not finite is refused, naming the element`() {
    for bad in [Double.nan, .infinity, -.infinity] {
      let a = Matrix<Double>(
        rowCount: 3, columnCount: 3, elements: [1, 0, 0, 0, 1, bad, 0, bad, 1])
      #expect(throws: EigenProblem.notFinite(row: 1, column: 2)) { try SymmetricEigen(a) }
    }
  }
}
