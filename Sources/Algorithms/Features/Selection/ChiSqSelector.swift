internal import Frames
public import Learning
internal import Platform

/// `univariate-feature-selector` for categorical features and labels, under the name and settings
/// of Spark's older stage, for pipelines that come from there.
public struct ChiSqSelector: Featurizer {
  @Setting("the column of vectors", spark: "featuresCol")
  public var inputs = ["features"]
  @Setting("the name of the new column", spark: "outputCol")
  public var outputs = ["selected"]
  @Setting("the column of what is to be told", spark: "labelCol")
  public var label = "label"
  @Setting("by what features are kept", spark: "selectorType")
  public var selectorType = SelectionMode.numTopFeatures
  @Setting("how many are kept, for numTopFeatures", in: 1..., spark: "numTopFeatures")
  public var numTopFeatures = 50
  @Setting("what part is kept, for percentile", in: 0...1, spark: "percentile")
  public var percentile = 0.1
  @Setting("below what p features are kept, for fpr", in: 0...1, spark: "fpr")
  public var fpr = 0.05
  @Setting("what part of those kept may be wrong, for fdr", in: 0...1, spark: "fdr")
  public var fdr = 0.05
  @Setting("how probable one wrong feature may be, for fwe", in: 0...1, spark: "fwe")
  public var fwe = 0.05

  public init() {}

  public static let name = "chi-sq-selector"
  public static let summary = "keeps the categorical features that tell most of a label"
  public static var example: Self {
    Self {
      $0.inputs = ["counts"]
      $0.numTopFeatures = 3
    }
  }

  public var reads: [String] { selector.reads }

  /// The stage that does the work.
  private var selector: UnivariateFeatureSelector {
    UnivariateFeatureSelector {
      $0.inputs = inputs
      $0.outputs = outputs
      $0.label = label
      $0.featureType = .categorical
      $0.labelType = .categorical
      $0.selectionMode = selectorType
      $0.selectionThreshold =
        switch selectorType {
        case .numTopFeatures: Double(numTopFeatures)
        case .percentile: percentile
        case .fpr: fpr
        case .fdr: fdr
        case .fwe: fwe
        }
    }
  }

  public func checkTogether() throws(SettingError) { try selector.checkTogether() }

  public func outline(_ binder: inout Binder) throws {
    try check()
    try selector.outline(&binder)
  }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    try selector.prepare(&binder)
  }
}
