internal import Frames

/// The metrics of a classification. Sums and shares are of weights, where rows have weights.
extension Metric {
  // MARK: Of probabilities

  public static let logLoss = logLoss(epsilon: 1e-15)

  /// - Parameter epsilon: how near to 0 and 1 probabilities are let.
  public static func logLoss(epsilon: Double) -> Metric {
    Metric(
      "logLoss",
      """
      the mean of -log p, where p is the probability given to the row's label, brought within \
      \(epsilon) and 1 - \(epsilon)
      """, better: .lower, spark: "logLoss", sklearn: "log_loss")
  }

  public static let brier = Metric(
    "brier",
    """
    the mean of (p - y)^2, where p is the probability of the positive label and y is 1 for rows \
    that have it, else 0: the form for two labels, from 0 to 1
    """, better: .lower, sklearn: "brier_score_loss")

  public static let brierMulticlass = Metric(
    "brierMulticlass",
    """
    the mean over rows of the sum over labels of (p - y)^2, where p is the probability of the label \
    and y is 1 for the row's own, else 0: Brier's form for any number of labels, from 0 to 2
    """, better: .lower, sklearn: "brier_score_loss(scale_by_half=False)")

  public static let expectedCalibrationError = Metric(
    "expectedCalibrationError",
    """
    the mean over bins of equal width, weighted by their rows, of the distance between the mean \
    probability and the share of rows for which it came true; for two labels of the positive \
    label, for more of the most probable one
    """, better: .lower)

  // MARK: Of order

  public static let auc = Metric(
    "auc",
    """
    the area under the ROC curve: how probable it is that a row of the positive label has a higher \
    score than another one, ties counting half; exact for any number of scores, undefined where \
    all rows have one label
    """, better: .higher, spark: "areaUnderROC", sklearn: "roc_auc_score")

  public static let averagePrecision = Metric(
    "averagePrecision",
    """
    the sum over distinct scores, falling, of precision times the recall gained: the area under \
    the precision-recall curve as steps
    """, better: .higher, sklearn: "average_precision_score")

  public static let areaUnderPR = Metric(
    "areaUnderPR",
    """
    the area under the precision-recall curve by trapezoids, from recall 0 at the precision of the \
    highest score: MLlib's; averagePrecision is the same area by steps
    """, better: .higher, spark: "areaUnderPR")

  public static let aucMacro = Metric(
    "aucMacro",
    """
    the mean of each label's area under the ROC curve, its rows against all others; labels that no \
    row or every row has are left out
    """, better: .higher, sklearn: "roc_auc_score(multi_class='ovr')")

  public static let aucWeighted = Metric(
    "aucWeighted", "as aucMacro, each label counting by the rows that have it",
    better: .higher, sklearn: "roc_auc_score(multi_class='ovr', average='weighted')")

  public static let averagePrecisionMacro = Metric(
    "averagePrecisionMacro",
    "the mean of each label's average precision, its rows against all others",
    better: .higher, sklearn: "average_precision_score(average='macro')")

  public static let averagePrecisionWeighted = Metric(
    "averagePrecisionWeighted",
    "as averagePrecisionMacro, each label counting by the rows that have it",
    better: .higher, sklearn: "average_precision_score(average='weighted')")

  // MARK: Of decisions

  public static let accuracy = Metric(
    "accuracy", "the share of rows whose prediction is their label",
    better: .higher, spark: "accuracy", sklearn: "accuracy_score")

  public static let balancedAccuracy = Metric(
    "balancedAccuracy", "the mean of the recalls of the labels that rows have",
    better: .higher, sklearn: "balanced_accuracy_score")

  public static let hammingLoss = Metric(
    "hammingLoss", "the share of rows whose prediction is not their label: 1 - accuracy",
    better: .lower, spark: "hammingLoss", sklearn: "hamming_loss")

  public static let mcc = Metric(
    "mcc",
    """
    the correlation of labels and predictions (Matthews 1975; Gorodkin 2004 for several labels): 1 \
    is perfect, 0 what chance gives; 0 too where all labels or all predictions are alike
    """, better: .higher, sklearn: "matthews_corrcoef")

  public static let kappa = Metric(
    "kappa",
    """
    (a - c) / (1 - c), where a is the accuracy and c the accuracy of chance (Cohen 1960); \
    undefined where chance is always right
    """, better: .higher, sklearn: "cohen_kappa_score")

  public static let precision = Metric(
    "precision",
    """
    of the rows predicted to have the positive label, the share that has it; 0 where none is \
    predicted so
    """, better: .higher, sklearn: "precision_score")

  public static let recall = Metric(
    "recall",
    """
    of the rows that have the positive label, the share predicted so; 0 where none has it
    """, better: .higher, sklearn: "recall_score")

  public static let falsePositiveRate = Metric(
    "falsePositiveRate",
    """
    of the rows that do not have the positive label, the share predicted to have it; 0 where all \
    have it
    """, better: .lower)

  public static func f(_ beta: Double) -> Metric {
    Metric(
      fName(beta),
      """
      (1 + b^2) p r / (b^2 p + r) of the positive label's precision p and recall r, b = \
      \(numberText(beta)); 0 where p and r are
      """, better: .higher, sklearn: beta == 1 ? "f1_score" : "fbeta_score")
  }
}
