import Blocks
import Cluster
import Frames
import Learning
import LinearAlgebra
import Platform
import Testing

@testable import LinearModels

@Suite struct LogisticModelTests {
  let session = Session(threads: 2, seed: 1, leaves: LeafPolicy(byteCount: 1, rowCount: 50))

  func model(
    _ coefficients: [[Double]], _ intercepts: [Double], thresholds: [Double]? = nil
  ) throws -> LogisticRegressionModel {
    let width = coefficients[0].count
    return try LogisticRegressionModel(
      featureNames: FeatureNames((0..<width).map { "x\($0)" }), precision: .double,
      settings: LogisticRegression().json, label: "y",
      classes: Classes(
        type: .text, texts: (0..<max(2, coefficients.count)).map { "class \($0)" }),
      coefficients: Matrix(
        rowCount: coefficients.count, columnCount: width, elements: coefficients.flatMap { $0 }),
      intercepts: intercepts, thresholds: thresholds, hasIntercept: true, isSparse: false,
      lambda: 0, objective: 0.5, standardErrors: nil)
  }

  func prediction(_ model: LogisticRegressionModel, _ row: [Double]) -> Value {
    model.predict(Matrix<Double>(rowCount: 1, columnCount: row.count, elements: row))[0][0]
  }

  @Test func `a row gets the bits alone that it gets in a batch, with its zeros or without`() throws
  {
    for outputs in [1, 3] {
      let table = LogisticTable(rowCount: 300, columnCount: 11, seed: UInt64(outputs))
      let made = try model(
        (0..<outputs).map { output in (0..<11).map { Double($0 - 5) * 0.3 + Double(output) } },
        (0..<outputs).map { Double($0) })
      var rows = table.matrix(Double.self)
      for row in 0..<300 { for j in 0..<11 where (row + j) % 3 == 0 { rows[row, j] = 0 } }
      let batch = made.predict(rows)
      let sparse = made.predict(SparseRows(rows))
      for (a, b) in zip(batch, sparse) { for row in 0..<300 { #expect(a[row] == b[row]) } }
      for row in stride(from: 0, to: 300, by: 7) {
        let alone = made.predict(
          Matrix<Double>(rowCount: 1, columnCount: 11, elements: rows.row(row)))
        for (column, one) in zip(batch, alone) { #expect(column[row] == one[0]) }
      }
    }
  }

  @Test func `probabilities far out are 0 and 1, not NaN`() throws {
    let made = try model([[1]], [0])
    for (x, second) in [(1e6, 1.0), (-1e6, 0.0), (0, 0.5)] {
      let columns = made.predict(Matrix<Double>(rowCount: 1, columnCount: 1, elements: [x]))
      #expect(columns[2][0].isNear(second, within: 1e-300))
      #expect(columns[1][0].isNear(1 - second, within: 1e-300))
    }
  }

  @Test func `a row without numbers for all features gets no answer`() throws {
    let made = try model([[1, 1]], [0])
    for bad in [Double.nan, .infinity] {
      let columns = made.predict(
        Matrix<Double>(rowCount: 2, columnCount: 2, elements: [1, bad, 1, 1]))
      #expect(columns.allSatisfy { $0.isMissing(0) && !$0.isMissing(1) })
    }
  }

  @Test func `thresholds divide probabilities, as in MLlib`() throws {
    // The second class has 0.2689.
    let half = try model([[1]], [0])
    #expect(prediction(half, [-1]) == .text("class 0"))
    let low = try model([[1]], [0], thresholds: [0.75, 0.25])
    #expect(prediction(low, [-1]) == .text("class 1"))
    let three = [[1.0], [0], [-1]]
    let none = try model(three, [0, 0, 0])
    #expect(prediction(none, [1]) == .text("class 0"))
    let some = try model(three, [0, 0, 0], thresholds: [0.9, 0.3, 0.5])
    #expect(prediction(some, [1]) == .text("class 1"))
    // A threshold of 0 wins wherever there is any probability.
    let zero = try model(three, [0, 0, 0], thresholds: [0.9, 0.9, 0])
    #expect(prediction(zero, [1]) == .text("class 2"))
  }

  @Test func `a saved model comes back, and parts that do not fit are refused`() throws {
    let made = try model([[1, 2], [3, 4], [5, 6]], [1, 2, 3], thresholds: [0.2, 0.3, 0.4])
    let back = try LogisticRegressionModel(made.saved)
    #expect(back.coefficients == made.coefficients && back.thresholds == made.thresholds)
    #expect(back.classes == made.classes && back.intercepts == made.intercepts)
    func refused(_ change: (inout SavedModel) -> Void) {
      var saved = made.saved
      change(&saved)
      #expect(throws: Failure.self) { try LogisticRegressionModel(saved) }
    }
    refused { $0.tensors["coefficients"] = Tensor([1.0, 2]) }
    refused { $0.tensors["coefficients"] = nil }
    refused { $0.tensors["intercepts"] = Tensor([1.0, 2]) }
    refused { $0.tensors["intercepts"] = Tensor([1.0, 2, .nan]) }
    refused { $0.tensors["thresholds"] = Tensor([0.1, 0.2]) }
    refused { $0.tensors["thresholds"] = Tensor([0, 0, 0.2]) }
    refused { $0.tensors["standardErrors"] = Tensor([1.0]) }
    refused { $0.featureNames = ["a"] }
    refused { $0.values = .object(JSONObject([])) }
  }

  @Test func `one class only is an error that says so`() throws {
    var table = LogisticTable(rowCount: 20, columnCount: 2, seed: 3)
    table.labels = table.labels.map { _ in 7 }
    let failure = #expect(throws: Failure.self) {
      try LogisticRegression().fit(table.blocks(Double.self, in: session), inputs: [:], in: session)
    }
    #expect(failure?.description.contains("'7' in all rows") == true)
    table.labels[4] = 8
    table.weights = (0..<20).map { $0 == 4 ? 0 : 1 }
    let other = #expect(throws: Failure.self) {
      try LogisticRegression().fit(table.blocks(Double.self, in: session), inputs: [:], in: session)
    }
    #expect(other?.description.contains("have a weight") == true)
  }

  @Test func `labels 1 and 2 are two classes, and three need more than binomial`() throws {
    var table = LogisticTable(rowCount: 60, columnCount: 2, seed: 4)
    table.labels = table.labels.map { $0 + 1 }
    let fit = try LogisticRegression { $0.lambda = 0.1 }.fit(
      table.blocks(Double.self, in: session), inputs: [:], in: session)
    #expect(fit.model.classes.texts == ["1", "2"] && fit.model.coefficients.rowCount == 1)
    table.labels[0] = 3
    let failure = #expect(throws: Failure.self) {
      try LogisticRegression { $0.family = .binomial }.fit(
        table.blocks(Double.self, in: session), inputs: [:], in: session)
    }
    #expect(failure?.description.contains("knows only two") == true)
  }

  @Test func `a warm start from the end is over at once`() throws {
    let table = LogisticTable(rowCount: 500, columnCount: 4, seed: 5)
    for lambda in [0, 0.05] {
      let estimator = LogisticRegression {
        $0.lambda = lambda
        $0.alpha = lambda > 0 ? 1 : 0
      }
      let rows = try table.blocks(Double.self, in: session)
      let first = try estimator.fit(rows, inputs: [:], in: session)
      let start = Matrix(
        rowCount: 1, columnCount: 5,
        elements: first.model.coefficients.elements + first.model.intercepts)
      let second = try estimator.fit(rows, inputs: ["initialCoefficients": start], in: session)
      #expect(second.report.iterations <= 1)
      let wrong = Matrix<Double>(rowCount: 1, columnCount: 4)
      #expect(throws: Failure.self) {
        try estimator.fit(rows, inputs: ["initialCoefficients": wrong], in: session)
      }
    }
  }

  @Test func `too few iterations are said`() throws {
    let table = LogisticTable(rowCount: 500, columnCount: 4, classCount: 3, seed: 6)
    let fit = try LogisticRegression { $0.maxIterations = 1 }.fit(
      table.blocks(Double.self, in: session), inputs: [:], in: session)
    #expect(fit.report.converged == false)
    #expect(fit.report.stopReason == "the limit of 1 iterations")
    #expect(fit.report.objectives.count == 1 && fit.report.gradientNorms.count == 1)
  }

  @Test func `scikit-learn's C is lambda over the weight of all rows`() throws {
    let table = LogisticTable(rowCount: 200, columnCount: 3, weighted: true, seed: 7)
    let rows = try table.blocks(Double.self, in: session)
    let weight = table.weights?.reduce(0, +) ?? 0
    let a = try LogisticRegression { $0.c = 2 }.fit(rows, inputs: [:], in: session)
    let b = try LogisticRegression {
      $0.lambda = 1 / (2 * weight)
      $0.standardization = false
    }.fit(rows, inputs: [:], in: session)
    #expect(a.model.coefficients == b.model.coefficients)
    #expect(throws: SettingError.self) {
      try LogisticRegression {
        $0.c = 2
        $0.lambda = 1
      }.check()
    }
  }
}
