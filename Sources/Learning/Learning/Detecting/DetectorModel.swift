public import Frames
public import LinearAlgebra
internal import Platform

/// The model of a detector: what it learned, and from which score on a row is an anomaly.
///
/// What the detector learned is read off the model itself: `fit.model.shrinkage`.
@dynamicMemberLookup
public struct DetectorModel<Detector: AnomalyDetector>: AnomalyModel {
  public static var kind: String { Detector.name }
  public static var formatVersion: Int { 1 }

  public let featureNames: FeatureNames
  public let precision: Precision
  private let settings: JSONValue
  public let knowledge: Detector.Knowledge
  public private(set) var threshold: AnomalyThreshold?

  init(
    featureNames: FeatureNames, precision: Precision, settings: JSONValue,
    knowledge: Detector.Knowledge
  ) {
    self.featureNames = featureNames
    self.precision = precision
    self.settings = settings
    self.knowledge = knowledge
  }

  public subscript<Value>(dynamicMember path: KeyPath<Detector.Knowledge, Value>) -> Value {
    knowledge[keyPath: path]
  }

  public func with(threshold: AnomalyThreshold?) -> DetectorModel {
    var copy = self
    copy.threshold = threshold
    return copy
  }

  public var contributionsSumToScore: Bool { Detector.Knowledge.contributionsSumToScore }

  public func scores<Element: Scalar>(of rows: RowBlock<Element>) -> [Double] {
    knowledge.scores(of: rows)
  }

  public func contributions<Element: Scalar>(to rows: RowBlock<Element>) -> Matrix<Double> {
    knowledge.contributions(to: rows)
  }

  public var usualContributions: [Double]? { knowledge.usualContributions }

  public var summary: [SummaryLine] {
    knowledge.summary + [
      SummaryLine("threshold", threshold?.sentence ?? "none; scores alone")
    ]
  }
}

// MARK: Stored

extension DetectorModel {
  public var saved: SavedModel {
    let threshold = JSONObject.Member("threshold", threshold?.document ?? .null)
    return SavedModel(
      featureNames: featureNames, precision: precision, settings: settings,
      values: .object(JSONObject(knowledge.values + [threshold])), tensors: knowledge.tensors)
  }

  public init(_ saved: SavedModel) throws {
    self.init(
      featureNames: saved.featureNames, precision: saved.precision, settings: saved.settings,
      knowledge: try Detector.Knowledge(saved))
    let document = try saved.values.member("threshold")
    if document != .null { threshold = try AnomalyThreshold(document: document) }
  }
}
