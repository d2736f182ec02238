internal import Frames

/// The metrics of single labels, and their averages.
extension Metric {
  /// How the figures of single labels become one.
  public enum Average: String, Sendable, CaseIterable {
    case macro = "Macro"
    case weighted = "Weighted"
    case micro = "Micro"

    fileprivate var words: String {
      switch self {
      case .macro: "the mean over the labels that occur among labels or predictions"
      case .weighted: "the mean over labels, each counting by the rows that have it"
      case .micro: "of all labels' rows counted together, which is the accuracy"
      }
    }
  }

  /// The average of a figure of single labels: `precisionMacro`, `f1Weighted`.
  public static func averaged(_ figure: LabelFigure, _ average: Average) -> Metric {
    let sparkName: String? =
      switch (figure, average) {
      case (.precision, .weighted): "weightedPrecision"
      case (.recall, .weighted): "weightedRecall"
      case (.falsePositiveRate, .weighted): "weightedFalsePositiveRate"
      case (.f, .weighted): "weightedFMeasure"
      default: nil
      }
    return Metric(
      figure.name + average.rawValue, "\(figure.words), \(average.words)",
      better: figure.better, spark: sparkName,
      sklearn: figure.sklearn.map { "\($0)(average='\(average.rawValue.lowercased())')" })
  }

  /// A figure of one label: `precision[setosa]`.
  public static func ofLabel(_ figure: LabelFigure, _ label: ClassLabel) -> Metric {
    Metric(
      "\(figure.name)[\(label)]", "\(figure.words) of the label \(label)", better: figure.better,
      spark: figure.spark.map { "\($0)[\(label)]" })
  }

  /// A figure of a single label.
  public enum LabelFigure: Sendable, Equatable {
    case precision, recall, falsePositiveRate
    case f(Double)

    var name: String {
      switch self {
      case .precision: "precision"
      case .recall: "recall"
      case .falsePositiveRate: "falsePositiveRate"
      case .f(let beta): Metric.fName(beta)
      }
    }

    fileprivate var words: String {
      switch self {
      case .precision: "the share of the rows predicted so that are so"
      case .recall: "the share of the rows that are so that are predicted so"
      case .falsePositiveRate: "the share of the other rows that are predicted so"
      case .f(let beta):
        "(1 + b^2) p r / (b^2 p + r) of precision p and recall r, b = \(numberText(beta))"
      }
    }

    fileprivate var better: Direction { self == .falsePositiveRate ? .lower : .higher }

    fileprivate var spark: String? {
      switch self {
      case .precision: "precisionByLabel"
      case .recall: "recallByLabel"
      case .falsePositiveRate: "falsePositiveRateByLabel"
      case .f: "fMeasureByLabel"
      }
    }

    fileprivate var sklearn: String? {
      switch self {
      case .precision: "precision_score"
      case .recall: "recall_score"
      case .falsePositiveRate: nil
      case .f(let beta): beta == 1 ? "f1_score" : "fbeta_score"
      }
    }
  }

  static func fName(_ beta: Double) -> String { "f\(numberText(beta))" }
}
