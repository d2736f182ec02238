internal import Frames
public import Learning
internal import Platform

/// Keeps the numbers of a vector that each on its own tell most of a label.
///
/// The test follows from `featureType` and `labelType`, as in MLlib:
///
/// | features | label | test |
/// |---|---|---|
/// | categorical | categorical | chi-squared of independence |
/// | continuous | categorical | F of a one-way analysis of variance |
/// | continuous | continuous | F of a linear regression on one feature |
///
/// `selectionMode` says what is kept: the `numTopFeatures` least p-values (50 unless
/// `selectionThreshold` says otherwise), a `percentile` of the features (0.1, rounded down), those
/// with p < threshold (`fpr`, 0.05), with p < threshold / features (`fwe`, 0.05), or those that the
/// procedure of Benjamini and Hochberg finds (`fdr`, 0.05). Of equal p-values the earlier feature
/// comes first. The names of the features travel along.
///
/// Departures from MLlib: p-values keep their digits down to 1e-308, where MLlib's are 0 below
/// 1e-16 and tie; a constant feature has statistic 0 and p 1, where MLlib has NaN; a feature that
/// tells the label exactly has p 0. A row without a label or with a missing number is an error.
/// Refused: more than 10,000 values of a category, as in MLlib, and of a label.
///
/// Cost: one pass with exact sums, so that neither order nor workers show: about 10 ns a number and
/// 560 bytes for each feature and class.
public struct UnivariateFeatureSelector: Featurizer {
  @Setting("the column of vectors", spark: "featuresCol")
  public var inputs = ["features"]
  @Setting("the name of the new column", spark: "outputCol")
  public var outputs = ["selected"]
  @Setting("the column of what is to be told", spark: "labelCol")
  public var label = "label"
  @Setting("what the features are; must be given", spark: "featureType")
  public var featureType: Kind? = nil
  @Setting("what the label is; must be given", spark: "labelType")
  public var labelType: Kind? = nil
  @Setting("by what features are kept", spark: "selectionMode", sklearn: "mode")
  public var selectionMode = SelectionMode.numTopFeatures
  @Setting(
    "how many, what part or below what p; none: 50, 0.1 or 0.05 as the mode has it", in: 0...,
    spark: "selectionThreshold", sklearn: "param")
  public var selectionThreshold: Double? = nil

  public init() {}

  /// What the values of a column are.
  public enum Kind: String, CaseIterable, SettingValue {
    /// A few values, each of its own.
    case categorical
    /// Numbers.
    case continuous
  }

  public static let name = "univariate-feature-selector"
  public static let summary = "keeps the features that each on its own tell most of a label"
  public static var example: Self {
    Self {
      $0.inputs = ["point"]
      $0.featureType = .continuous
      $0.labelType = .categorical
      $0.selectionThreshold = 2
    }
  }

  public var reads: [String] { inputs + [label] }

  public func checkTogether() throws(SettingError) {
    guard inputs.count == 1 else {
      throw SettingError(name: "inputs", requirement: "one column", value: inputs.settingText)
    }
    guard outputs.count == 1 else {
      throw SettingError(name: "outputs", requirement: "one name", value: outputs.settingText)
    }
    for (name, kind) in [("featureType", featureType), ("labelType", labelType)]
    where kind == nil {
      throw SettingError(name: name, requirement: "categorical or continuous", value: "none")
    }
    if featureType == .categorical, labelType == .continuous {
      throw SettingError(
        name: "labelType", requirement: "categorical where featureType is categorical",
        value: Kind.continuous.rawValue)
    }
    try selectionMode.check(selectionThreshold)
  }

  public func outline(_ binder: inout Binder) throws {
    try check()
    let input = try binder.vectors(inputs[0])
    _ = try binder.numbers(label)
    _ = try binder.addVectors(outputs[0], width: 0, isSparse: input.isSparse)
  }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    let input = try binder.vectors(inputs[0])
    let rows = LabelledRows(
      features: input, label: try binder.numbers(label), featuresName: inputs[0],
      labelName: label, names: slotNames(of: try binder.field(inputs[0]), width: input.width))
    let scoring = UnivariateScoring(stage: self, names: rows.names)
    switch (featureType, labelType) {
    case (.categorical, _): return .learn(ChiSquaredLearner(rows: rows, scoring: scoring))
    case (_, .categorical): return .learn(VarianceLearner(rows: rows, scoring: scoring))
    default: return .learn(RegressionLearner(rows: rows, scoring: scoring))
    }
  }
}
