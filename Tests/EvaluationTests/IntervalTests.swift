import Martlet
import Testing

/// Intervals by resampling.
@Suite struct IntervalTests {
  /// How often a row counts in a resample: Poisson's law by inversion, written as it is defined.
  private func count(_ source: RandomSource, resample: Int, row: Int) -> Double {
    var draw = source.stream(round: resample / 4, row: row)
    let words = [draw.next(), draw.next()]
    let word = UInt32(truncatingIfNeeded: words[resample % 4 / 2] >> (resample % 2 == 1 ? 32 : 0))
    var (probability, sum, count) = (Portable.exp(-1), Portable.exp(-1), 0.0)
    while Double(word) >= (sum * 0x1p32).rounded(.down), count < 12 {
      count += 1
      probability /= count
      sum += probability
    }
    return count
  }

  private func table(_ count: Int) -> (labels: [Bool], scores: [Double], weights: [Double]) {
    var draw = Philox(seed: 9, stage: 0, row: 0)
    let labels = (0..<count).map { _ in draw.uniform() < 0.4 }
    return (
      labels,
      labels.map { (($0 ? 0.3 : 0) + 0.7 * draw.uniform()) }.map { ($0 * 40).rounded() / 40 },
      labels.map { _ in draw.uniform() }
    )
  }

  @Test func `an interval is that of rows weighted by how often they were drawn`() throws {
    let (labels, scores, weights) = table(300)
    var options = EvaluationOptions()
    options.intervals = .init(level: 0.8, resampleCount: 11)
    let report = try ClassificationEvaluation(labels: labels, scores: scores, weights: weights)
      .report(options, in: Session(threads: 2, seed: 31))
    let source = RandomSource(seed: 31, purpose: "evaluation.bootstrap")
    let resampled = try (0..<11).map { resample in
      let drawn = weights.indices.map {
        weights[$0] * count(source, resample: resample, row: $0)
      }
      return try ClassificationEvaluation(labels: labels, scores: scores, weights: drawn).report()
    }
    for metric in report.metrics {
      let values = resampled.map { $0[metric.metric] }.sorted()
      // Of eleven values the first and the ninth tenth are values themselves.
      let interval = try #require(metric.interval, "\(metric.name)")
      #expect((interval.lowerBound - values[1]).magnitude < 1e-13, "\(metric.name)")
      #expect((interval.upperBound - values[9]).magnitude < 1e-13, "\(metric.name)")
    }
    #expect(report.metrics.count > 15)
  }

  @Test func `a regression has intervals too, but for the greatest error`() throws {
    var draw = Philox(seed: 10, stage: 0, row: 0)
    let labels = (0..<400).map { _ in draw.normal() * 5 }
    let predictions = labels.map { $0 + draw.normal() }
    var options = EvaluationOptions()
    options.intervals = .init(level: 0.8, resampleCount: 11)
    let report = try RegressionEvaluation(labels: labels, predictions: predictions)
      .report(options, in: Session(threads: 2, seed: 8))
    let source = RandomSource(seed: 8, purpose: "evaluation.bootstrap")
    let resampled = try (0..<11).map { resample in
      try RegressionEvaluation(
        labels: labels, predictions: predictions,
        weights: labels.indices.map { count(source, resample: resample, row: $0) }
      ).report()
    }
    for metric in report.metrics {
      if metric.metric == .maxError {
        #expect(metric.interval == nil)
        continue
      }
      let values = resampled.map { $0[metric.metric] }.sorted()
      let interval = try #require(metric.interval, "\(metric.name)")
      #expect((interval.lowerBound - values[1]).magnitude < 1e-12, "\(metric.name)")
      #expect((interval.upperBound - values[9]).magnitude < 1e-12, "\(metric.name)")
    }
  }

  @Test func `the mean's interval is as wide as theory has it`() throws {
    // Of 10,000 errors of variance 1 the mean of squares has a deviation of sqrt(2 / 10,000).
    var draw = Philox(seed: 12, stage: 0, row: 0)
    let errors = (0..<10_000).map { _ in draw.normal() }
    var options = EvaluationOptions()
    options.metrics = ["mse"]
    options.intervals = .init()
    let report = try RegressionEvaluation(
      labels: errors, predictions: errors.map { _ in 0 }
    ).report(options)
    let interval = try #require(report["mse"]?.interval)
    let width = interval.upperBound - interval.lowerBound
    let theory = 2 * 1.96 * (2.0 / 10_000).squareRoot()
    #expect(width > 0.8 * theory && width < 1.25 * theory, "\(width) for \(theory)")
    #expect(interval.contains(report[.mse]))
    #expect(report["medianAbsoluteError"] == nil, "nobody asked for it")
  }

  @Test func `what makes no sense is refused`() {
    for (level, count) in [(0.0, 200), (1.0, 200), (0.95, 1)] {
      var options = EvaluationOptions()
      options.intervals = .init(level: level, resampleCount: count)
      #expect(throws: Failure.self) {
        try RegressionEvaluation(labels: [1], predictions: [1]).report(options)
      }
    }
    var options = EvaluationOptions()
    options.beta = 0
    #expect(throws: Failure.self) {
      try ClassificationEvaluation(labels: [true], scores: [1]).report(options)
    }
  }
}
