/// Which labels were predicted for rows of which label.
public struct ConfusionMatrix: Sendable, Equatable {
  public let labels: [ClassLabel]
  /// The weight, or number, of the rows of a label (first) that were predicted another (second).
  public let counts: [[Double]]

  init(labels: [ClassLabel], counts: [[Double]]) {
    self.labels = labels
    self.counts = counts
  }

  /// What rows of a label predicted as another make up; 0 for labels that are not there.
  public subscript(actual actual: ClassLabel, predicted predicted: ClassLabel) -> Double {
    guard let row = labels.firstIndex(of: actual), let column = labels.firstIndex(of: predicted)
    else { return 0 }
    return counts[row][column]
  }
}

/// Rows whose probabilities lie close together, and how often what they foretell came true.
public struct CalibrationBin: Sendable, Equatable {
  /// Above which probability they lie (the first bin has 0 too), up to and with which.
  public let lower: Double
  public let upper: Double
  /// The weight, or number, of the rows.
  public let weight: Double
  /// NaN in an empty bin.
  public let meanProbability: Double
  /// The share of the rows for which it came true; NaN in an empty bin.
  public let share: Double
}
