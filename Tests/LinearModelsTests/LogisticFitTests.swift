import Blocks
import Cluster
import Frames
import Learning
import LinearAlgebra
import Platform
import Testing

@testable import LinearModels

@Suite struct LogisticFitTests {
  let session = Session(threads: 2, seed: 1, leaves: LeafPolicy(byteCount: 1, rowCount: 50))

  /// Expects what a fit found to be what the textbook finds.
  func compare(
    _ table: LogisticTable, _ estimator: LogisticRegression, classCount: Int, squares: [Double],
    classWeights: [Double]? = nil, _ note: String
  ) throws {
    let isBinomial = classCount == 2 && estimator.family != .multinomial
    let book = TextbookLogistic(
      table, classCount: classCount, squares: squares, hasIntercept: estimator.fitIntercept,
      classWeights: classWeights, isBinomial: isBinomial)
    var estimator = estimator
    estimator.tolerance = 1e-9
    estimator.maxIterations = 500
    let fit = try estimator.fit(table.blocks(Double.self, in: session), inputs: [:], in: session)
    #expect(fit.report.converged == true, "\(note): \(fit.report)")
    let objective = try #require(fit.report.objective)
    #expect(abs(objective - book.objective) <= 1e-9 * max(1, book.objective), "\(note)")
    let d = table.rows[0].count
    let largest = book.point.flatMap { $0.prefix(d) }.map(\.magnitude).max() ?? 1
    for (output, w) in book.point.enumerated() {
      for j in 0..<d {
        // Where nothing holds the sum over classes, only differences are there to compare.
        let mean =
          isBinomial || squares[j] > 0
          ? 0 : book.point.reduce(0) { $0 + $1[j] } / Double(book.point.count)
        let found = fit.model.coefficients[output, j]
        #expect(
          abs(found - (w[j] - mean)) <= 1e-6 * max(largest, abs(w[j])),
          "\(note): coefficient \(output), \(j): \(found), not \(w[j] - mean)")
      }
    }
  }

  @Test(arguments: [UInt64(3), 4])
  func `two classes, as the textbook finds them`(seed: UInt64) throws {
    let table = LogisticTable(rowCount: 700, columnCount: 6, weighted: seed == 4, seed: seed)
    let none = [Double](repeating: 0, count: 6)
    let some = [Double](repeating: 0.01, count: 6)
    try compare(table, LogisticRegression(), classCount: 2, squares: none, "plain, seed \(seed)")
    try compare(
      table,
      LogisticRegression {
        $0.lambda = 0.01
        $0.standardization = false
      }, classCount: 2, squares: some, "ridge, seed \(seed)")
    try compare(
      table,
      LogisticRegression {
        $0.lambda = 0.01
        $0.standardization = false
        $0.fitIntercept = false
      }, classCount: 2, squares: some, "no intercept, seed \(seed)")
    try compare(
      table,
      LogisticRegression {
        $0.lambda = 0.01
        $0.standardization = false
        $0.family = .multinomial
      }, classCount: 2, squares: some, "two scores, seed \(seed)")
  }

  @Test(arguments: [UInt64(5), 6])
  func `four classes, as the textbook finds them`(seed: UInt64) throws {
    let table = LogisticTable(
      rowCount: 600, columnCount: 5, classCount: 4, weighted: seed == 6, seed: seed)
    try compare(
      table, LogisticRegression(), classCount: 4, squares: [0, 0, 0, 0, 0], "plain, seed \(seed)")
    try compare(
      table,
      LogisticRegression {
        $0.lambda = 0.02
        $0.standardization = false
      }, classCount: 4, squares: [Double](repeating: 0.02, count: 5), "ridge, seed \(seed)")
  }

  @Test func `rows by their entries give the coefficients that dense rows give`() throws {
    let table = LogisticTable(rowCount: 400, columnCount: 5, classCount: 3, seed: 8)
    let estimator = LogisticRegression {
      $0.lambda = 0.01
      $0.tolerance = 1e-9
      $0.maxIterations = 500
    }
    let dense = try estimator.fit(table.blocks(Double.self, in: session), inputs: [:], in: session)
    let sparse = try estimator.fit(
      BlockMatrix(
        SparseRows(table.matrix(Double.self)), labels: table.classLabels, in: session), inputs: [:],
      in: session)
    #expect(sparse.report.converged == true)
    for (a, b) in zip(dense.model.coefficients.elements, sparse.model.coefficients.elements) {
      #expect(abs(a - b) < 1e-6)
    }
  }

  @Test func `a constant column gets 0 and does not disturb`() throws {
    var table = LogisticTable(rowCount: 300, columnCount: 3, seed: 9)
    let plain = try LogisticRegression { $0.tolerance = 1e-9 }.fit(
      table.blocks(Double.self, in: session), inputs: [:], in: session)
    for row in table.rows.indices { table.rows[row].insert(1e9, at: 1) }
    let fit = try LogisticRegression { $0.tolerance = 1e-9 }.fit(
      table.blocks(Double.self, in: session), inputs: [:], in: session)
    #expect(fit.model.coefficients[0, 1] == 0)
    #expect(abs(fit.model.coefficients[0, 0] - plain.model.coefficients[0, 0]) < 1e-7)
  }

  @Test func `classes told apart without a mistake are said`() throws {
    let rows = (0..<40).map { [Double($0)] }
    var table = LogisticTable(rowCount: 40, columnCount: 1, seed: 1)
    table.rows = rows
    table.labels = (0..<40).map { $0 < 20 ? 0 : 1 }
    let fit = try LogisticRegression().fit(
      table.blocks(Double.self, in: session), inputs: [:], in: session)
    #expect(fit.report.warnings.contains { $0.contains("without a mistake") })
    let finite = fit.model.coefficients.elements.allSatisfy { $0.isFinite }
    #expect(finite)
  }
}

/// Sums column by column are those of rows by leaves, to the bit.
@Suite struct WideColumnsTests {
  @Test(arguments: [1, 2, 3, 5], [false, true])
  func `columns give the bits that rows give, on any number of workers`(
    workers: Int, weighted: Bool
  ) throws {
    let table = LogisticTable(rowCount: 431, columnCount: 9, weighted: weighted, seed: 12)
    var matrix = table.matrix(Double.self)
    for row in 0..<431 { for j in 0..<9 where (row * 7 + j * 3) % 5 > 1 { matrix[row, j] = 0 } }
    for row in 0..<431 { matrix[row, 4] = row == 200 ? 3 : 0 }
    // Far from each other, so that they lie in chunks of columns of their own.
    let (whole, width) = (matrix, 1_300)
    _ = try Communicator.withThreads(workers) { communicator in
      let session = Session(
        communicator: communicator, threads: 2, seed: 1,
        leaves: LeafPolicy(byteCount: 1, rowCount: 13))
      let mine = communicator.rank == 0 ? 0..<431 : 0..<0
      let rows = try BlockMatrix(
        SparseRows(
          mine.map { row in
            (0..<9).map { (column: $0 * 150, value: whole[row, $0]) }.filter { $0.value != 0 }
          },
          columnCount: width),
        labels: LabelValues(
          .classes("label"), Column(mine.map { Optional(Int64(table.labels[$0])) })),
        weights: table.weights.map { weights in mine.map { weights[$0] } }, in: session)
      let wide = try #require(try rows.wideColumns(in: session))
      let coefficients = Matrix<Double>(
        rowCount: 1, columnCount: width,
        elements: (0..<width).map { Double($0 / 150) * 0.1 - 0.4 })
      let weighting = ClassWeighting(outputs: 1, classWeights: [1, 2.5])
      let a = try rows.classLoss(
        coefficients: coefficients, intercepts: [0.3], weighting: weighting, in: session)
      let b = try rows.classLoss(
        coefficients: coefficients, intercepts: [0.3], weighting: weighting, wide: wide,
        in: session)
      #expect(a.loss == b.loss && a.residuals == b.residuals && a.gradient == b.gradient)
      let c = try rows.classCurvature(
        coefficients: coefficients, intercepts: [0.3], weighting: weighting, in: session)
      let d = try rows.classCurvature(
        coefficients: coefficients, intercepts: [0.3], weighting: weighting, wide: wide,
        in: session)
      #expect(c.weights == d.weights && c.squares == d.squares)
      let e = try rows.classMoments(classCount: 2, in: session)
      let f = try rows.classMoments(classCount: 2, wide: wide, in: session)
      #expect(e.means == f.means && e.spreads == f.spreads && e.classWeights == f.classWeights)
    }
  }
}
