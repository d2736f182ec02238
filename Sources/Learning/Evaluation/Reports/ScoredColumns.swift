/// Which columns of data hold true answers and predictions, whoever made them.
public struct ScoredColumns: Sendable {
  /// What was predicted.
  public enum Kind: String, Sendable, CaseIterable {
    case classification, regression
    /// How strange rows are: scores that are higher the stranger a row is.
    case anomalies
  }

  public var label: String
  /// The predicted label, number or score; where labels have none, they follow from the
  /// probabilities.
  public var prediction = usualPrediction
  /// The probability of the positive one of two labels, or of each label: `probability_*`.
  ///
  /// A star stands for the label. Nil for `probability_*` where there are such columns.
  public var probability: String?
  public var weight: String?
  /// The score from which on a row is an anomaly; nil for what a column `is_anomaly` beside
  /// `anomaly_score` says, where there is one.
  public var threshold: Double?
  /// Nil to find out.
  ///
  /// Texts and truth values are labels of classes, so is what has probabilities; other numbers are
  /// predicted as such. A column `anomaly_score` holds scores of anomalies.
  public var kind: Kind?

  static let usualPrediction = "prediction"

  public init(label: String) { self.label = label }

  /// The columns that a pattern with a star names, each with its label.
  static func columns(of pattern: String, in names: [String]) -> [(label: ClassLabel, name: String)]
  {
    let parts = pattern.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return [] }
    return names.filter { name in
      name.utf8.count > parts[0].utf8.count + parts[1].utf8.count && name.hasPrefix(parts[0])
        && name.hasSuffix(parts[1])
    }.map { name in
      (ClassLabel(String(name.dropFirst(parts[0].count).dropLast(parts[1].count))), name)
    }
  }
}
