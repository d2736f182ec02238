import Blocks
import Cluster
import Frames
import Learning
import LinearAlgebra
import LinearModels
import Platform
import Testing

/// One way to fit, beside the solver that is not chosen.
struct LinearWay: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let estimator: LinearRegression

  init(_ words: String, _ configure: (inout LinearRegression) -> Void) {
    testDescription = words
    estimator = LinearRegression(configure)
  }

  static let all = [
    LinearWay("least squares") { _ in },
    LinearWay("no intercept") { $0.fitIntercept = false },
    LinearWay("ridge") { $0.lambda = 0.3 },
    LinearWay("ridge of features as they are") {
      $0.lambda = 0.3
      $0.standardization = false
    },
    LinearWay("lasso") {
      $0.lambda = 0.2
      $0.alpha = 1
    },
    LinearWay("elastic net without an intercept") {
      $0.lambda = 0.2
      $0.alpha = 0.5
      $0.fitIntercept = false
      $0.standardization = false
    },
    LinearWay("not below 0") { $0.nonNegative = true },
    LinearWay("Huber") { $0.loss = .huber },
    LinearWay("Huber with a price") {
      $0.loss = .huber
      $0.lambda = 0.1
      $0.epsilon = 1.1
    },
  ]

  func solver(_ solver: LinearRegression.Solver) -> LinearRegression {
    var changed = estimator
    changed.solver = solver
    changed.tolerance = 1e-8
    changed.maxIterations = 500
    return changed
  }
}

struct LinearPassesTests {
  /// Columns of several sizes, far from 0; the label has some rows far off.
  private var data: LabelledRows {
    var data = LabelledRows(
      seed: 21, rowCount: 160, coefficients: [1, -2, 0, 0.5, 0.05], isWeighted: true)
    data.rows = data.rows.map { [$0[0] * 100 + 1000, $0[1], $0[2] - 50, $0[3] * 0.01, $0[4]] }
    for row in stride(from: 3, to: 160, by: 20) { data.labels[row] += 40 }
    return data
  }

  @Test(arguments: LinearWay.all)
  func `both solvers end at the same place`(way: LinearWay) throws {
    let data = data
    let (direct, passes) = (
      try fit(way.solver(.normal), data), try fit(way.solver(.iterative), data)
    )
    let wanted = try #require(direct.report.objective)
    #expect(passes.report.converged == true, "\(passes.report.stopReason)")
    let gained = try #require(passes.report.objective)
    #expect(
      abs(gained - wanted) < 1e-10 * wanted,
      "\(gained / wanted - 1) after \(passes.report.iterations)")
    let deviations = data.deviations
    let gap = zip(zip(direct.model.coefficients, passes.model.coefficients), deviations).map {
      (($0.0 - $0.1) * $1).magnitude
    }
    #expect((gap.max() ?? 0) < 1e-4, "\(gap)")
    #expect(
      direct.model.coefficients.map { $0 == 0 } == passes.model.coefficients.map { $0 == 0 })
    #expect(
      abs(
        direct.model.statistics.squaredError / passes.model.statistics.squaredError - 1) < 1e-5)
  }

  @Test(arguments: LinearWay.all)
  func `rows without their zeros are fitted as the rows with them`(way: LinearWay) throws {
    var data = LabelledRows(seed: 22, rowCount: 120, coefficients: [1, -1], isWeighted: true)
    data.names = ["a", "k0", "k1", "k2", "b"]
    data.rows = data.rows.enumerated().map { index, row in
      let code = index % 4
      return [row[0], code == 0 ? 1 : 0, code == 1 ? 1 : 0, code == 2 ? 1 : 0, row[1]]
    }
    let (session, estimator) = (smallSession(), way.solver(.iterative))
    let dense = try fit(estimator, data)
    let sparse = try estimator.fit(
      BlockMatrix(
        SparseRows(data.matrix(of: Double.self)), featureNames: FeatureNames(data.names),
        labels: data.labelValues, weights: data.weights, in: session), inputs: [:], in: session)
    let layout = try #require(CodeLayout(columnCount: 5, codes: [1..<4]))
    let coded = try estimator.fit(
      BlockMatrix(
        CodedRows(
          layout: layout, rowCount: 120, numbers: Buffer(data.rows.flatMap { [$0[0], $0[4]] }),
          codes: Buffer((0..<120).map { $0 % 4 == 3 ? -1 : Int32(1 + $0 % 4) })),
        featureNames: FeatureNames(data.names), labels: data.labelValues, weights: data.weights,
        in: session), inputs: [:], in: session)
    let wanted = try #require(dense.report.objective)
    for other in [sparse, coded] {
      #expect(abs(try #require(other.report.objective) - wanted) < 1e-12 * wanted)
      #expect(distance(other.model.coefficients, dense.model.coefficients) < 1e-5)
    }
    #expect(sparse.model.coefficients == coded.model.coefficients)
  }

  @Test func `columns that hardly differ are told apart by measuring errors on the rows`() throws {
    var data = LabelledRows(seed: 23, rowCount: 300, coefficients: [1, 1], noise: 0)
    data.rows = data.rows.map { [$0[0], $0[0] + 1e-4 * $0[1]] }
    data.labels = data.rows.map { 1 + 3 * $0[0] - 2 * $0[1] }
    let found = try fit(LinearRegression(), data)
    #expect(found.report.facts.contains { $0.contains("errors were measured on the rows") })
    #expect(distance(found.model.coefficients, [3, -2]) < 1e-9)
    #expect(abs(found.model.intercept - 1) < 1e-13)
    #expect(found.model.statistics.rootMeanSquaredError < 1e-13)
  }

  @Test func `a limit of iterations is said`() throws {
    let estimator = LinearRegression {
      $0.solver = .iterative
      $0.maxIterations = 1
    }
    let found = try fit(estimator, data)
    #expect(found.report.converged == false)
    #expect(found.report.stopReason == "the limit of 1 iterations")
  }

  @Test func `most rows on a line leave errors no scale, and it is said`() throws {
    var data = LabelledRows(seed: 24, rowCount: 50, coefficients: [2], noise: 0)
    data.labels[7] += 100
    let found = try fit(LinearRegression { $0.loss = .huber }, data)
    #expect(found.report.warnings.contains { $0.contains("errors have no scale") })
    #expect(distance(found.model.coefficients, [2]) < 1e-6)
  }
}
