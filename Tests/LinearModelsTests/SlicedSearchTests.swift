import Blocks
import Cluster
import Frames
import Learning
import LinearAlgebra
import Platform
import Testing

@testable import LinearModels

/// Sparse rows of two classes, whose solver lies in slices.
@Suite struct SlicedSearchTests {
  /// Rows with a few entries each: some columns in most rows, most columns in few.
  private struct Rows {
    let columnCount: Int
    var entries: [[(column: Int, value: Double)]] = []
    var labels: [Int] = []
    var weights: [Double] = []

    init(rowCount: Int, columnCount: Int, seed: UInt64) {
      self.columnCount = columnCount
      let source = RandomSource(seed: seed, purpose: "tests.sliced")
      for number in 0..<rowCount {
        var draw = source.stream(round: 1, row: number)
        var row = (0..<6).map { (column: $0, value: 1 + 0.5 * draw.normal()) }
        var columns: Set<Int> = []
        for _ in 0..<12 { columns.insert(6 + draw.integer(below: columnCount - 6)) }
        for column in columns.sorted() { row.append((column, draw.normal())) }
        let score = row.reduce(0) {
          $0 + (Double($1.column % 7) - 3) * 0.4 * $1.value
        }
        entries.append(row)
        labels.append(draw.uniform() < 1 / (1 + Portable.exp(-score)) ? 1 : 0)
        weights.append(number % 9 == 4 ? 0 : 0.5 + Double(number % 3))
      }
    }

    func blocks(_ mine: Range<Int>, weighted: Bool, in session: Session) throws
      -> BlockMatrix<Double>
    {
      try BlockMatrix(
        SparseRows(Array(entries[mine]), columnCount: columnCount),
        labels: LabelValues(
          .classes("label"), Column(mine.map { Optional(Int64(labels[$0])) })),
        weights: weighted ? mine.map { weights[$0] } : nil, in: session)
    }

    /// The largest number of the objective's gradient, and the objective, by definition.
    func optimality(_ model: LogisticRegressionModel, lambda: Double, weighted: Bool) -> (
      slope: Double, objective: Double
    ) {
      var gradient = [Double](repeating: 0, count: columnCount + 1)
      var (loss, total) = (0.0, 0.0)
      for (row, label) in zip(entries.indices, labels) {
        let weight = weighted ? weights[row] : 1
        let margin = entries[row].reduce(model.intercepts[0]) {
          $0 + model.coefficients[0, $1.column] * $1.value
        }
        let side = label == 1 ? margin : -margin
        let wrong = 1 / (1 + Portable.exp(side))
        loss += weight * (Portable.log1p(Portable.exp(-abs(side))) + max(0, -side))
        total += weight
        let pull = weight * (label == 1 ? -wrong : wrong)
        for entry in entries[row] { gradient[entry.column] += pull * entry.value }
        gradient[columnCount] += pull
      }
      var (objective, slope) = (loss / total, abs(gradient[columnCount] / total))
      for column in 0..<columnCount {
        let w = model.coefficients[0, column]
        objective += 0.5 * lambda * w * w
        slope = max(slope, abs(gradient[column] / total + lambda * w))
      }
      return (slope, objective)
    }
  }

  private func estimator(_ lambda: Double) -> LogisticRegression {
    LogisticRegression {
      $0.lambda = lambda
      $0.standardization = false
      $0.tolerance = 1e-9
      $0.maxIterations = 500
    }
  }

  @Test(arguments: [false, true])
  func `more columns than a head has: the gradient is gone at the end`(weighted: Bool) throws {
    let session = Session(threads: 2, seed: 1, leaves: LeafPolicy(byteCount: 1, rowCount: 50))
    let rows = Rows(rowCount: 900, columnCount: 400, seed: 5)
    let fit = try estimator(0.003).fit(
      rows.blocks(0..<900, weighted: weighted, in: session), inputs: [:], in: session)
    #expect(fit.report.converged == true)
    #expect(fit.report.facts.contains { $0.contains("state in slices") })
    let end = rows.optimality(fit.model, lambda: 0.003, weighted: weighted)
    #expect(end.slope < 1e-8)
    let told = try #require(fit.report.objective)
    #expect(abs(end.objective - told) < 1e-12)
    // From its own end a fit has nothing left to do.
    let start = Matrix(
      rowCount: 1, columnCount: 401,
      elements: fit.model.coefficients.elements + fit.model.intercepts)
    let again = try estimator(0.003).fit(
      rows.blocks(0..<900, weighted: weighted, in: session),
      inputs: ["initialCoefficients": start], in: session)
    #expect(again.report.iterations <= 1)
  }

  @Test func `the slices of any number of workers give the same bits`() throws {
    // Three blocks of columns, so that three workers have a slice and the others none.
    let rows = Rows(rowCount: 500, columnCount: 140_000, seed: 6)
    var models: [LogisticRegressionModel] = []
    for workers in [1, 2, 3, 5] {
      let found = try Communicator.withThreads(workers) { communicator in
        let session = Session(
          communicator: communicator, threads: communicator.size == 2 ? 1 : 2, seed: 1,
          leaves: LeafPolicy(byteCount: 1, rowCount: 13))
        let mine = communicator.rank == 0 ? 0..<500 : 0..<0
        return try estimator(0.01).fit(
          rows.blocks(mine, weighted: true, in: session), inputs: [:], in: session)
      }
      for fit in found {
        #expect(fit.report.converged == true)
        models.append(fit.model)
      }
    }
    for model in models {
      #expect(model.coefficients == models[0].coefficients)
      #expect(model.intercepts == models[0].intercepts)
      #expect(model.objective == models[0].objective)
    }
    #expect(rows.optimality(models[0], lambda: 0.01, weighted: true).slope < 1e-8)
  }
}

/// Many dense columns: whether the sample's Hessian or its diagonal is the first metric.
@Suite struct WideMetricTests {
  @Test(arguments: [(0.0, "the diagonal of the Hessian"), (0.9, "the Hessian of 4096 rows")])
  func `columns that tell of each other are known by it, and both ways reach the end`(
    kinship: Double, words: String
  ) throws {
    let (count, width) = (4_400, 516)
    let session = Session(threads: 2, seed: 1)
    var matrix = Matrix<Double>(rowCount: count, columnCount: width)
    let source = RandomSource(seed: 11, purpose: "tests.wide")
    var labels: [Int64?] = []
    for row in 0..<count {
      var draw = source.stream(round: 1, row: row)
      var (before, score) = (0.0, 0.0)
      for column in 0..<width {
        before = kinship * before + (1 - kinship * kinship).squareRoot() * draw.normal()
        matrix[row, column] = before
        score += (column % 3 == 0 ? 0.1 : -0.05) * before
      }
      labels.append(draw.uniform() < 1 / (1 + Portable.exp(-score)) ? 1 : 0)
    }
    let fit = try LogisticRegression {
      $0.lambda = 0.01
      $0.standardization = false
      $0.tolerance = 1e-8
    }.fit(
      BlockMatrix(matrix, labels: LabelValues(.classes("label"), Column(labels)), in: session),
      inputs: [:], in: session)
    #expect(fit.report.converged == true)
    #expect(fit.report.facts.contains { $0.contains(words) }, "\(fit.report.facts)")
    var slope = fit.model.coefficients.row(0).map { 0.01 * $0 }
    for row in 0..<count {
      let numbers = matrix.row(row)
      let margin = zip(numbers, fit.model.coefficients.row(0)).reduce(fit.model.intercepts[0]) {
        $0 + $1.0 * $1.1
      }
      let pull = 1 / (1 + Portable.exp(-margin)) - Double(labels[row] ?? 0)
      for column in 0..<width { slope[column] += pull * numbers[column] / Double(count) }
    }
    #expect((slope.map(\.magnitude).max() ?? 1) < 1e-7)
  }
}
