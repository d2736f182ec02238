import Foundation
import Frames
import Learning
import LinearModels
import Testing

/// Answers of scripts/parity/golden_linear.py, which asked scikit-learn and MLlib and polished what
/// they said in long double; the script says what each part of the file means.
struct GoldenLinearTests {
  @Test(arguments: GoldenCase.linear)
  func `coefficients and objective are those of the peers`(golden: GoldenCase) throws {
    let table = try golden.data()
    let data = LabelledRows(
      names: table.names, rows: table.rows, labels: try table.targets(nil),
      weights: golden.weight == nil ? nil : table.weights)
    let fit = try fit(golden.regression(), data)
    let expected = golden.expected
    let objective = try #require(fit.report.objective)
    #expect(abs(objective - expected.objective) <= 1e-9 * expected.objective, "\(objective)")
    #expect(fit.report.converged != false)

    let predicted = fit.model.predictions(data.matrix())
    let spread = (data.labels.max() ?? 0) - (data.labels.min() ?? 0)
    let first = expected.predictions ?? []
    #expect(!first.isEmpty)
    #expect(distance(Array(predicted.prefix(first.count)), first) < 1e-7 * spread)
    if let scale = expected.scale {
      #expect(abs(try #require(fit.model.scale) - scale) < 1e-7 * scale)
    }
    guard golden.unique else { return }

    // In parts of what each column adds to a prediction, so that small units do not hide a fault.
    let deviations = data.deviations
    let scaled = zip(fit.model.coefficients, deviations).map { $0 * $1 }
    let wanted = zip(expected.coefficients[0], deviations).map { $0 * $1 }
    let largest = wanted.map(\.magnitude).max() ?? 0
    #expect(distance(scaled, wanted) <= 1e-8 * largest)
    // Only a price of magnitudes makes zeros; elsewhere they are a matter of rounding.
    if golden.settings.lambda * golden.settings.alpha > 0 {
      #expect(fit.model.coefficients.map { $0 == 0 } == expected.coefficients[0].map { $0 == 0 })
    }
    #expect(abs(fit.model.intercept - expected.intercepts[0]) <= 1e-6 * spread)
    try compareErrors(fit.model, expected)
  }

  private func compareErrors(_ model: LinearRegressionModel, _ expected: GoldenCase.Expected) throws
  {
    guard let errors = expected.standardErrors, let p = expected.pValues else { return }
    let all =
      try model.coefficients.indices.map { try #require(model.statistics(ofCoefficient: $0)) }
      + [try #require(model.interceptStatistics)]
    for (place, statistics) in all.enumerated() {
      #expect(abs(statistics.standardError - errors[place]) < 1e-7 * errors[place])
      #expect(abs(try #require(statistics.p) - p[place]) < 1e-6 * p[place] + 1e-12)
    }
    #expect(abs(try #require(model.statistics.rSquared) - (expected.r2 ?? 0)) < 1e-9)
  }
}

extension GoldenCase {
  func regression() -> LinearRegression {
    LinearRegression {
      $0.lambda = settings.lambda
      $0.alpha = settings.alpha
      $0.fitIntercept = settings.fitIntercept
      $0.standardization = settings.standardization
      $0.loss = settings.loss == "huber" ? .huber : .squaredError
      $0.epsilon = settings.epsilon ?? 1.35
    }
  }
}

extension LabelledRows {
  /// Standard deviations of the columns, 1 for a constant one.
  var deviations: [Double] {
    names.indices.map { column in
      let mean = rows.reduce(0) { $0 + $1[column] } / Double(rows.count)
      let square = rows.reduce(0) { $0 + ($1[column] - mean) * ($1[column] - mean) }
      return square > 0 ? (square / Double(rows.count)).squareRoot() : 1
    }
  }
}
