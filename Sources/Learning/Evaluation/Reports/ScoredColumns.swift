/// Which columns of data hold true answers and predictions, whoever made them.
public struct ScoredColumns: Sendable {
  /// What was predicted.
  public enum Kind: String, Sendable, CaseIterable { case classification, regression }

  public var label: String
  /// The predicted label or number; where labels have none, they follow from the probabilities.
  public var prediction = "prediction"
  /// The probability of the positive one of two labels, or of each label: `probability_*`.
  ///
  /// A star stands for the label. Nil for `probability_*` where there are such columns.
  public var probability: String?
  public var weight: String?
  /// Nil to find out: texts and truth values are labels of classes, so is what has probabilities;
  /// other numbers are predicted as such.
  public var kind: Kind?

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
