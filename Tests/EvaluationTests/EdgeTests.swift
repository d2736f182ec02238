import Foundation
import Martlet
import Testing

/// What leaves figures undefined, and what is refused.
@Suite struct EdgeTests {
  @Test func `weights that are all 0 leave every share undefined`() throws {
    let report = try ClassificationEvaluation(
      labels: [true, false], scores: [0.7, 0.2], weights: [0, 0]
    ).report()
    #expect(report.metrics.allSatisfy { $0.isUndefined })
    #expect(report.warnings.first?.contains("weights are 0") == true)
    let regression = try RegressionEvaluation(
      labels: [1, 2], predictions: [1, 2], weights: [0, 0]
    ).report()
    #expect(regression.metrics.allSatisfy { $0.isUndefined })
  }

  @Test func `a row of weight 0 is as if it were not there`() throws {
    let with = try ClassificationEvaluation(
      labels: [true, false, true, false], scores: [0.9, 0.95, 0.6, 0.1], weights: [1, 0, 2, 3]
    ).report()
    let without = try ClassificationEvaluation(
      labels: [true, true, false], scores: [0.9, 0.6, 0.1], weights: [1, 2, 3]
    ).report()
    #expect(with.metrics == without.metrics)
    #expect(with[.auc] == 1)
  }

  @Test func `scores beyond 0 and 1 have an order but no log-loss`() throws {
    let report = try ClassificationEvaluation(
      labels: [true, false, true], scores: [2, -1, 0.5], threshold: 0
    ).report()
    #expect(report[.auc] == 1)
    #expect(report["logLoss"] == nil && report.calibration.isEmpty)
    #expect(report.warnings.count == 1)
  }

  @Test func `one row has what one row can have`() throws {
    let right = try ClassificationEvaluation(labels: [true], scores: [0.75]).report()
    #expect(right[.accuracy] == 1)
    #expect(right[.logLoss] == -Portable.log(0.75))
    #expect(right[.auc].isNaN)
    let number = try RegressionEvaluation(labels: [3], predictions: [1]).report()
    #expect(number[.rmse] == 2)
    #expect(number[.r2].isNaN && number[.explainedVariance].isNaN)
    #expect(number.warnings.first?.contains("r2, explainedVariance") == true)
  }

  @Test func `errors beyond the doubles make sums infinite, not wrong`() throws {
    let report = try RegressionEvaluation(
      labels: [1e200, 1], predictions: [-1e200, 2]
    ).report()
    #expect(report[.mse] == .infinity)
    #expect(report[.mae] == 1e200)
    #expect(report[.maxError] == 2e200)
  }

  @Test func `lists of unequal lengths and bad weights are refused`() {
    #expect(throws: Failure.self) {
      try ClassificationEvaluation(labels: [true], scores: [0.5, 0.5])
    }
    #expect(throws: Failure.self) {
      try ClassificationEvaluation(labels: [true], scores: [.nan])
    }
    #expect(throws: Failure.self) {
      try ClassificationEvaluation(labels: [true], scores: [0.5], weights: [-1])
    }
    #expect(throws: Failure.self) {
      try ClassificationEvaluation(labels: ["a"], predictions: ["a"], classes: ["a", "a"])
    }
    #expect(throws: Failure.self) { try RegressionEvaluation(labels: [1], predictions: []) }
    #expect(throws: Failure.self) {
      try RegressionEvaluation(labels: [1], predictions: [1], weights: [.infinity])
    }
  }

  @Test func `labels are one whatever they are read as`() {
    #expect(ClassLabel(Value.number(1)) == ClassLabel(Value.integer(1)))
    #expect(ClassLabel(Value.text("1")) == 1)
    #expect(ClassLabel("007") != 7)
    #expect(ClassLabel(Value.number(.nan)) == nil)
    #expect(ClassLabel(Value.number(.infinity)) == nil)
    #expect(ClassLabel(Value.number(0.5)) == "0.5")
    #expect(ClassLabel(Value.bool(true)) == "true")
  }

  @Test func `each metric is in the page about evaluation, under its name and its peers'`() throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../docs/evaluation.md")
    let page = try String(contentsOf: url, encoding: .utf8)
    let binary = try ClassificationEvaluation(labels: [true, false], scores: [0.7, 0.2]).report()
    let multiclass = try ClassificationEvaluation(
      labels: ["a", "b", "c"], predictions: ["a", "b", "c"],
      probabilities: Matrix(
        rowCount: 3, columnCount: 3, elements: [1, 0, 0, 0, 1, 0, 0, 0, 1]),
      classes: ["a", "b", "c"]
    ).report()
    let metrics =
      Metric.ofClusterings + Metric.ofRegressions + binary.metrics.map(\.metric)
      + multiclass.metrics.map(\.metric)
    for metric in metrics {
      for name in [metric.name, metric.spark, metric.sklearn].compactMap({ $0 }) {
        #expect(page.contains("`\(name)`"), "docs/evaluation.md lacks \(name)")
      }
    }
  }
}
