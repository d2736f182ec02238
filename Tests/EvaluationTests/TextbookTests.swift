import Martlet
import Testing

/// Against the definitions themselves, as slowly as they read.
@Suite struct TextbookTests {
  private struct Table {
    var labels: [Bool] = []
    var scores: [Double] = []
    var weights: [Double] = []

    init(seed: UInt64, count: Int, levels: Int) {
      var draw = Philox(seed: seed, stage: 0, row: 0)
      for _ in 0..<count {
        labels.append(draw.integer(below: 2) == 1)
        scores.append(Double(draw.integer(below: levels)) / Double(levels))
        weights.append(Double(draw.integer(below: 4)))
      }
    }
  }

  private func slowAUC(_ table: Table) -> Double {
    var (won, pairs) = (0.0, 0.0)
    for one in table.labels.indices where table.labels[one] {
      for other in table.labels.indices where !table.labels[other] {
        let weight = table.weights[one] * table.weights[other]
        pairs += weight
        if table.scores[one] > table.scores[other] { won += weight }
        if table.scores[one] == table.scores[other] { won += weight / 2 }
      }
    }
    return pairs > 0 ? won / pairs : .nan
  }

  /// Precision and recall at each score, falling.
  private func curve(_ table: Table) -> [(recall: Double, precision: Double)] {
    let all = zip(table.labels, table.weights).reduce(0) { $0 + ($1.0 ? $1.1 : 0) }
    return Set(table.scores).sorted(by: >).compactMap { threshold in
      var (hits, taken) = (0.0, 0.0)
      for row in table.labels.indices where table.scores[row] >= threshold {
        taken += table.weights[row]
        if table.labels[row] { hits += table.weights[row] }
      }
      return taken > 0 ? (hits / all, hits / taken) : nil
    }
  }

  @Test func `areas are those of the definitions on small tables`() throws {
    for seed in 0..<200 as Range<UInt64> {
      let table = Table(seed: seed, count: 1 + Int(seed % 13), levels: 1 + Int(seed % 5))
      let report = try ClassificationEvaluation(
        labels: table.labels, scores: table.scores, weights: table.weights
      ).report()
      let auc = slowAUC(table)
      #expect(report[.auc].isNaN == auc.isNaN, "seed \(seed)")
      if !auc.isNaN { #expect((report[.auc] - auc).magnitude < 1e-14, "seed \(seed)") }
      let points = curve(table)
      guard let first = points.first, !first.recall.isNaN else {
        #expect(report[.averagePrecision].isNaN && report[.areaUnderPR].isNaN, "seed \(seed)")
        continue
      }
      var (steps, trapezoids) = (0.0, 0.0)
      var last = (recall: 0.0, precision: first.precision)
      for point in points {
        steps += (point.recall - last.recall) * point.precision
        trapezoids += (point.recall - last.recall) * (point.precision + last.precision) / 2
        last = point
      }
      #expect((report[.averagePrecision] - steps).magnitude < 1e-13, "seed \(seed)")
      #expect((report[.areaUnderPR] - trapezoids).magnitude < 1e-13, "seed \(seed)")
    }
  }

  @Test func `the median is that of rows repeated by their weights`() throws {
    for seed in 0..<100 as Range<UInt64> {
      var draw = Philox(seed: seed, stage: 1, row: 0)
      let errors = (0..<(1 + Int(seed % 9))).map { _ in Double(draw.integer(below: 6)) }
      let weights = errors.map { _ in Double(draw.integer(below: 3)) }
      let repeated = zip(errors, weights).flatMap {
        [Double](repeating: $0, count: Int($1))
      }.sorted()
      let report = try RegressionEvaluation(
        labels: errors, predictions: errors.map { _ in 0 }, weights: weights
      ).report()
      guard !repeated.isEmpty else {
        #expect(report[.medianAbsoluteError].isNaN && report[.maxError].isNaN, "seed \(seed)")
        continue
      }
      let median = (repeated[(repeated.count - 1) / 2] + repeated[repeated.count / 2]) / 2
      #expect(report[.medianAbsoluteError] == median, "seed \(seed)")
      #expect(report[.maxError] == repeated.last, "seed \(seed)")
    }
  }

  @Test func `what is decided is counted as a textbook counts`() throws {
    let labels: [ClassLabel] = ["a", "a", "b", "b", "b", "c"]
    let predictions: [ClassLabel] = ["a", "b", "b", "b", "c", "b"]
    let report = try ClassificationEvaluation(labels: labels, predictions: predictions).report()
    #expect(report.confusion?.counts == [[1, 1, 0], [0, 2, 1], [0, 1, 0]])
    #expect(report.confusion?[actual: "b", predicted: "c"] == 1)
    #expect(report[.accuracy] == 0.5)
    #expect(report["recall[b]"]?.value == 2.0 / 3)
    #expect(report["precision[b]"]?.value == 0.5)
    #expect(report["falsePositiveRate[b]"]?.value == 2.0 / 3)
    #expect(report["precision[c]"]?.value == 0)
    #expect(report[.balancedAccuracy] == (0.5 + 2.0 / 3 + 0) / 3)
    #expect(report["auc"] == nil && report["aucMacro"] == nil && report["precision"] == nil)
  }

  @Test func `a large offset of labels costs no digits`() throws {
    var draw = Philox(seed: 3, stage: 0, row: 0)
    let labels = (0..<500).map { _ in Double(draw.integer(below: 1000)) }
    let predictions = labels.map { $0 + Double(draw.integer(below: 64)) - 32 }
    let near = try RegressionEvaluation(labels: labels, predictions: predictions).report()
    let far = try RegressionEvaluation(
      labels: labels.map { $0 + 0x1p40 }, predictions: predictions.map { $0 + 0x1p40 }
    ).report()
    for metric in [Metric.r2, .explainedVariance, .rmse, .predictionVariance] {
      #expect(
        (near[metric] - far[metric]).magnitude <= 1e-11 * near[metric].magnitude, "\(metric.name)")
    }
  }
}
