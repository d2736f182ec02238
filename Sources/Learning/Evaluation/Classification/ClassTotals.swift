/// How many rows of each label there are, were predicted, and were predicted rightly.
///
/// With weights, what they weigh. All metrics of decisions follow from these.
struct ClassTotals {
  let actual: [Double]
  let predicted: [Double]
  let hits: [Double]
  let total: Double
  let hitTotal: Double

  init(actual: [Double], predicted: [Double], hits: [Double]) {
    self.actual = actual
    self.predicted = predicted
    self.hits = hits
    total = actual.reduce(0, +)
    hitTotal = hits.reduce(0, +)
  }

  private var labels: Range<Int> { actual.indices }

  var accuracy: Double { total > 0 ? hitTotal / total : .nan }

  /// 1 - accuracy, but without its rounding.
  var hammingLoss: Double { total > 0 ? (total - hitTotal) / total : .nan }

  var balancedAccuracy: Double {
    Self.mean(labels.filter { actual[$0] > 0 }.map { hits[$0] / actual[$0] })
  }

  /// The figure of one label; 0 where it would be 0 over 0.
  func value(_ figure: Metric.LabelFigure, _ label: Int) -> Double {
    if !(total > 0) { return .nan }
    let (hits, actual, predicted) = (hits[label], actual[label], predicted[label])
    func share(_ part: Double, _ whole: Double) -> Double { whole > 0 ? part / whole : 0 }
    switch figure {
    case .precision: return share(hits, predicted)
    case .recall: return share(hits, actual)
    case .falsePositiveRate: return share(predicted - hits, total - actual)
    case .f(let beta):
      let square = beta * beta
      return share((1 + square) * hits, square * actual + predicted)
    }
  }

  func average(_ figure: Metric.LabelFigure, _ average: Metric.Average) -> Double {
    switch average {
    case .micro: return accuracy
    case .macro:
      return Self.mean(
        labels.filter { actual[$0] > 0 || predicted[$0] > 0 }.map { value(figure, $0) })
    case .weighted:
      return labels.filter { actual[$0] > 0 }.reduce(0) {
        $0 + value(figure, $1) * (actual[$1] / total)
      } + (total > 0 ? 0 : .nan)
    }
  }

  var mcc: Double {
    guard total > 0 else { return .nan }
    var (both, actuals, predictions) = (0.0, 0.0, 0.0)
    for label in labels {
      // As shares, so that no product of weights overflows.
      let (a, p) = (actual[label] / total, predicted[label] / total)
      both += a * p
      actuals += a * (1 - a)
      predictions += p * (1 - p)
    }
    let extent = (actuals * predictions).squareRoot()
    return extent > 0 ? (accuracy - both) / extent : 0
  }

  var kappa: Double {
    guard total > 0 else { return .nan }
    let chance = labels.reduce(0) { $0 + actual[$1] / total * (predicted[$1] / total) }
    return chance < 1 ? (accuracy - chance) / (1 - chance) : .nan
  }

  static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
  }
}
