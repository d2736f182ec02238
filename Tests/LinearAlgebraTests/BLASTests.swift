import LinearAlgebra
import Testing

/// Whole numbers from -4 to 4: their sums are exact in any order, so results are compared by bits.
func wholeMatrix<E: Scalar>(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<E> {
  var draw = Philox(seed: seed, stage: 0, row: 0)
  return Matrix(
    rowCount: rows, columnCount: columns,
    elements: (0..<rows * columns).map { _ in E(draw.integer(below: 9) - 4) })
}

func transpose<E: Scalar>(_ a: Matrix<E>) -> Matrix<E> {
  var t = Matrix<E>(rowCount: a.columnCount, columnCount: a.rowCount)
  for i in 0..<a.rowCount { for j in 0..<a.columnCount { t[j, i] = a[i, j] } }
  return t
}

/// The textbook: three loops.
func textbookProduct<E: Scalar>(_ a: Matrix<E>, _ b: Matrix<E>) -> Matrix<E> {
  var c = Matrix<E>(rowCount: a.rowCount, columnCount: b.columnCount)
  for i in 0..<a.rowCount {
    for j in 0..<b.columnCount {
      var sum: E = 0
      for k in 0..<a.columnCount { sum += a[i, k] * b[k, j] }
      c[i, j] = sum
    }
  }
  return c
}

@Suite struct BLASTests {
  // Rows, columns, inner: empty, single, odd, not square, about the cut at 256.
  static let shapes = [
    (0, 3, 2), (3, 0, 2), (2, 3, 0), (1, 1, 1), (2, 7, 1), (7, 2, 3), (1, 9, 255), (3, 5, 256),
    (5, 3, 257), (17, 13, 600),
  ]

  func checkProducts<E: Scalar>(_: E.Type) {
    for (rows, columns, inner) in Self.shapes {
      let a: Matrix<E> = wholeMatrix(rows, inner, seed: 1)
      let b: Matrix<E> = wholeMatrix(inner, columns, seed: 2)
      let expected = textbookProduct(a, b)
      #expect(BLAS.product(a, b) == expected, "\(rows) x \(inner) x \(columns)")
      #expect(BLAS.product(transpose(a), b, transposeA: true) == expected)
      #expect(BLAS.product(a, transpose(b), transposeB: true) == expected)
      #expect(
        BLAS.product(transpose(a), transpose(b), transposeA: true, transposeB: true) == expected)

      let start: Matrix<E> = wholeMatrix(rows, columns, seed: 3)
      var c = start
      BLAS.gemm(a, b, into: &c, alpha: 2, beta: -3)
      #expect(c.elements == zip(expected.elements, start.elements).map { 2 * $0 - 3 * $1 })

      let x: Matrix<E> = wholeMatrix(inner, 1, seed: 4)
      #expect(BLAS.product(a, x.elements) == textbookProduct(a, x).elements)
      #expect(
        BLAS.product(transpose(a), x.elements, transposeA: true) == textbookProduct(a, x).elements)
      #expect(BLAS.gram(transpose(a)) == textbookProduct(a, transpose(a)))
    }
  }

  @Test func `products agree with three loops, in every shape and transposition`() {
    checkProducts(Float.self)
    checkProducts(Double.self)
  }

  @Test func `a product of real numbers stays within the error that the sums allow`() {
    // Each of n products and sums rounds once: n units of half an ulp of the sum of magnitudes.
    var draw = Philox(seed: 5, stage: 0, row: 0)
    let (rows, columns, inner) = (9, 11, 700)
    let a = Matrix(
      rowCount: rows, columnCount: inner, elements: (0..<rows * inner).map { _ in draw.normal() })
    let b = Matrix(
      rowCount: inner, columnCount: columns,
      elements: (0..<inner * columns).map { _ in draw.normal() })
    let c = BLAS.product(a, b)
    let expected = textbookProduct(a, b)
    for i in 0..<rows {
      for j in 0..<columns {
        let size = (0..<inner).reduce(0.0) { $0 + (a[i, $1] * b[$1, j]).magnitude }
        #expect((c[i, j] - expected[i, j]).magnitude <= Double(inner) * size * .ulpOfOne)
      }
    }
  }

  @Test func `a long inner dimension gives the bits of its pieces of 256 added in order`() {
    var draw = Philox(seed: 6, stage: 0, row: 0)
    let values = (0..<7 * 600).map { _ in Float(draw.normal()) }
    let a = Matrix(rowCount: 7, columnCount: 600, elements: values)
    let b = Matrix(rowCount: 600, columnCount: 7, elements: values)
    let layout = BLAS.Layout(7, 7)
    var pieces = [Float](repeating: 0, count: 49)
    for start in stride(from: 0, to: 600, by: 256) {
      let length = min(256, 600 - start)
      let left = (0..<7).flatMap { row in (start..<start + length).map { a[row, $0] } }
      let right = Array(values[start * 7..<(start + length) * 7])
      var target = pieces.mutableSpan
      BLAS.gemm(
        left.span, BLAS.Layout(7, length), right.span, BLAS.Layout(length, 7), into: &target,
        layout, beta: start == 0 ? 0 : 1)
    }
    #expect(BLAS.product(a, b).elements == pieces)
  }

  @Test func `a part of a larger matrix is multiplied in place, and its surroundings stay`() {
    // A is the left 2 x 3 of a 2 x 5, C the left 2 x 2 of a 2 x 4.
    let a: [Double] = [1, 2, 3, .nan, .nan, 4, 5, 6]
    let b: [Double] = [1, 0, 0, 1, 1, 1]
    var c: [Double] = [9, 0, 0, 9, 9, 0, 0, 9]
    var target = c.mutableSpan
    BLAS.gemm(
      a.span, BLAS.Layout(2, 3, rowStride: 5), b.span, BLAS.Layout(3, 2), into: &target,
      BLAS.Layout(2, 2, rowStride: 4))
    #expect(c == [4, 5, 0, 9, 10, 11, 0, 9])
  }

  func checkZeroBeta<E: Scalar>(_: E.Type) {
    for inner in [0, 1, 3, 300] {
      let a: Matrix<E> = wholeMatrix(2, inner, seed: 7)
      var c = Matrix<E>(rowCount: 2, columnCount: 2, elements: [.nan, .infinity, .nan, .nan])
      BLAS.gemm(a, a, into: &c, transposeB: true)
      #expect(c == textbookProduct(a, transpose(a)))
      var y: [E] = [.nan, .infinity]
      var target = y.mutableSpan
      let x = [E](repeating: 1, count: inner)
      a.withSpan { BLAS.gemv($0, a.layout, x.span, into: &target) }
      #expect(y == (0..<2).map { row in a.row(row).reduce(0, +) })
      var s: [E] = [.nan, .nan, 5, .nan]
      var upper = s.mutableSpan
      a.withSpan { BLAS.syrk($0, a.layout, into: &upper, BLAS.Layout(2, 2)) }
      #expect(s == [c[0, 0], c[0, 1], 5, c[1, 1]], "below the diagonal nothing is written")
    }
  }

  @Test func `with beta zero the target is not read`() {
    checkZeroBeta(Float.self)
    checkZeroBeta(Double.self)
  }

  @Test func `NaN and infinity go through a product to the elements that they touch`() {
    let a = Matrix<Double>(rowCount: 2, columnCount: 2, elements: [.nan, 1, .infinity, 1])
    let b = Matrix<Double>(rowCount: 2, columnCount: 2, elements: [1, 2, 3, 4])
    let c = BLAS.product(a, b)
    #expect(c[0, 0].isNaN && c[0, 1].isNaN && c[1, 0] == .infinity && c[1, 1] == .infinity)
  }

  func checkVectors<E: Scalar>(_: E.Type) {
    for count in [0, 1, 2, 7, 65_537] {
      let x: [E] = wholeMatrix(1, count, seed: 8).elements
      var y: [E] = wholeMatrix(1, count, seed: 9).elements
      let pairs = Array(zip(x, y))
      #expect(BLAS.dot(x, y) == pairs.reduce(0) { $0 + $1.0 * $1.1 }, "\(count) elements")
      let squares = x.reduce(0) { $0 + $1 * $1 }
      #expect((BLAS.nrm2(x) - squares.squareRoot()).magnitude <= 4 * squares.squareRoot().ulp)
      BLAS.axpy(3, x, into: &y)
      #expect(y == pairs.map { $0.1 + 3 * $0.0 })
    }
  }

  @Test func `dot, axpy and nrm2 agree with one loop`() {
    checkVectors(Float.self)
    checkVectors(Double.self)
    #expect(BLAS.dot([Double.nan, 1], [1, 1]).isNaN)
    #expect(BLAS.nrm2([1.0, .infinity]) == .infinity)
    for size in [1e200, 1e-200] {
      // Squares of these overflow and vanish.
      let norm = BLAS.nrm2([3 * size, 4 * size])
      #expect((norm - 5 * size).magnitude <= 4 * norm.ulp)
    }
  }

  @Test func `an optimised caller's array literals reach the library`() {
    // See the comment in BLAS+Vectors.swift; only a release build can fail here.
    for size in [1.0, 2.0] {
      #expect(BLAS.nrm2([3 * size, 4 * size]) == 5 * size)
      #expect(BLAS.dot([3 * size, 4 * size], [5 * size, 6 * size]) == 39 * size * size)
      var y = [size, size]
      BLAS.axpy(2, [3 * size, 4 * size], into: &y)
      #expect(y == [7 * size, 9 * size])
      let two = Matrix(
        rowCount: 2, columnCount: 2, elements: [4 * size * size, 0, 0, 4 * size * size])
      #expect(BLAS.product(two, [3 / size, 1 / size]) == [12 * size, 4 * size])
      let cholesky = try? Cholesky(two)
      #expect(cholesky?.solve([8 * size, 12 * size]) == [2 / size, 3 / size])
    }
  }

  @Test func `the library runs one thread a call and names its kernels`() {
    #expect(BLAS.threadCount == 1)
    #expect(!BLAS.coreName.isEmpty && BLAS.coreName != "unknown")
    #expect(BLAS.configuration.contains("OpenBLAS"))
    #expect(BLAS.version.contains(/^[0-9]+\.[0-9]+/))
  }

  @Test func `calls from several threads give the bits of one thread`() async {
    var draw = Philox(seed: 10, stage: 0, row: 0)
    let a = Matrix(
      rowCount: 40, columnCount: 300, elements: (0..<12_000).map { _ in draw.normal() })
    let alone = BLAS.product(a, a, transposeB: true)
    let all = await withTaskGroup(of: Matrix<Double>.self, returning: [Matrix<Double>].self) {
      for _ in 0..<8 { $0.addTask { BLAS.product(a, a, transposeB: true) } }
      return await $0.reduce(into: []) { $0.append($1) }
    }
    #expect(all.count == 8 && all.allSatisfy { $0 == alone })
  }

  @Test func `shapes that do not fit end the program as a bug of ours`() async {
    await #expect(processExitsWith: .exitCode(70)) {
      _ = BLAS.product(
        Matrix<Float>(rowCount: 2, columnCount: 3), Matrix<Float>(rowCount: 2, columnCount: 3))
    }
    await #expect(processExitsWith: .exitCode(70)) { _ = BLAS.dot([1.0, 2.0], [1.0]) }
    await #expect(processExitsWith: .exitCode(70)) {
      let a: [Double] = [1, 2, 3]
      var y: [Double] = [0, 0]
      var target = y.mutableSpan
      BLAS.gemv(a.span, BLAS.Layout(2, 2), [Double](repeating: 1, count: 2).span, into: &target)
    }
  }
}
