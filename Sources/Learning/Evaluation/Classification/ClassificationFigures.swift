internal import Cluster
internal import Platform

/// The metrics that apply to a classification, and their values for each copy of the rows.
struct ClassificationFigures {
  private let classes: ResolvedClasses
  private let beta: Double
  private let epsilon: Double
  private let totals: [ClassTotals]
  private let probabilities: [ProbabilityTerms.Figures]
  private let ranking: RankingFigures?
  /// The labels whose rows were ranked.
  private let ranked: [Int]

  init(
    _ classes: ResolvedClasses, _ options: EvaluationOptions, totals: [ClassTotals],
    probabilities: [ProbabilityTerms.Figures], ranking: RankingFigures?, ranked: [Int]
  ) {
    self.classes = classes
    beta = options.beta
    epsilon = options.epsilon
    self.totals = totals
    self.probabilities = probabilities
    self.ranking = ranking
    self.ranked = ranked
  }

  /// A metric with a way to its value in a copy of the rows.
  typealias Figure = (metric: Metric, value: (_ copy: Int) -> Double)

  private var labelFigures: [Metric.LabelFigure] {
    [.precision, .recall, .f(beta), .falsePositiveRate]
  }

  /// The metrics of all rows, in the order that they are shown in.
  var figures: [Figure] { ofProbabilities + ofOrder + ofDecisions + averages }

  private var ofProbabilities: [Figure] {
    if probabilities.isEmpty { return [] }
    return [
      (.logLoss(epsilon: epsilon), { probabilities[$0].logLoss }),
      (classes.positive == nil ? .brierMulticlass : .brier, { probabilities[$0].brier }),
      (.expectedCalibrationError, { probabilities[$0].calibrationError }),
    ]
  }

  private var ofOrder: [Figure] {
    guard let ranking else { return [] }
    if classes.positive != nil {
      return [
        (.auc, { ranking.auc(0, $0) }),
        (.averagePrecision, { ranking.averagePrecision(0, $0) }),
        (.areaUnderPR, { ranking.areaUnderPR(0, $0) }),
      ]
    }
    return [
      (.aucMacro, { mean(ranking.auc, $0, isWeighted: false) }),
      (.aucWeighted, { mean(ranking.auc, $0, isWeighted: true) }),
      (.averagePrecisionMacro, { mean(ranking.averagePrecision, $0, isWeighted: false) }),
      (.averagePrecisionWeighted, { mean(ranking.averagePrecision, $0, isWeighted: true) }),
    ]
  }

  /// The mean over labels of what is defined.
  private func mean(
    _ value: (Int, Int) -> Double, _ copy: Int, isWeighted: Bool
  ) -> Double {
    let defined = ranked.indices.filter { !value($0, copy).isNaN }
    let weights = defined.map { isWeighted ? totals[copy].actual[ranked[$0]] : 1 }
    let sum = zip(defined, weights).reduce(0) { $0 + value($1.0, copy) * $1.1 }
    let weight = weights.reduce(0, +)
    return weight > 0 ? sum / weight : .nan
  }

  private var ofDecisions: [Figure] {
    var figures: [Figure] = [
      (.accuracy, { totals[$0].accuracy }),
      (.balancedAccuracy, { totals[$0].balancedAccuracy }),
      (.hammingLoss, { totals[$0].hammingLoss }),
      (.mcc, { totals[$0].mcc }),
      (.kappa, { totals[$0].kappa }),
    ]
    if let positive = classes.positive {
      figures += [
        (.precision, { totals[$0].value(.precision, positive) }),
        (.recall, { totals[$0].value(.recall, positive) }),
        (.f(beta), { totals[$0].value(.f(beta), positive) }),
        (.falsePositiveRate, { totals[$0].value(.falsePositiveRate, positive) }),
      ]
    }
    return figures
  }

  private var averages: [Figure] {
    Metric.Average.allCases.flatMap { average in
      labelFigures.compactMap { figure -> Figure? in
        if figure == .falsePositiveRate, average != .weighted { return nil }
        return (.averaged(figure, average), { totals[$0].average(figure, average) })
      }
    }
  }

  /// The metrics of single labels.
  var ofLabels: [Figure] {
    classes.labels.indices.flatMap { label in
      labelFigures.map { figure in
        (.ofLabel(figure, classes.labels[label]), { totals[$0].value(figure, label) })
      }
    }
  }

  /// The values, with intervals where the rows were resampled.
  static func values(_ figures: [Figure], _ resampling: Bootstrap?) -> [MetricValue] {
    figures.map { $0.metric.value(resampling, $0.value) }
  }
}
