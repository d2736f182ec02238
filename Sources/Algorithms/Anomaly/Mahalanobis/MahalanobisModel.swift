public import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// The mean and the inverse covariance of the training rows: says how far a row is from them.
public struct MahalanobisModel: AnomalyModel {
  public static let kind = Mahalanobis.name
  public static let formatVersion = 1

  public let featureNames: FeatureNames
  public let precision: Precision
  public let threshold: AnomalyThreshold?
  /// How far the covariance was drawn towards a multiple of the identity, from 0 to 1.
  public let shrinkage: Double
  private let settings: JSONValue
  private let form: CentredForm
  private let ridge: Double

  init(
    featureNames: FeatureNames, precision: Precision, settings: JSONValue, form: CentredForm,
    shrinkage: Double, ridge: Double, threshold: AnomalyThreshold?
  ) {
    self.featureNames = featureNames
    self.precision = precision
    self.settings = settings
    self.form = form
    self.shrinkage = shrinkage
    self.ridge = ridge
    self.threshold = threshold
  }

  /// The mean of each feature.
  public var mean: [Double] { form.centre }

  public func with(threshold: AnomalyThreshold?) -> MahalanobisModel {
    MahalanobisModel(
      featureNames: featureNames, precision: precision, settings: settings, form: form,
      shrinkage: shrinkage, ridge: ridge, threshold: threshold)
  }

  public var contributionsSumToScore: Bool { true }

  /// The squared distance of each row; NaN for one with a number that is missing or infinite.
  public func scores<Element: Scalar>(of rows: RowBlock<Element>) -> [Double] {
    form.sums(of: rows)
  }

  /// What each feature adds; less than 0 where it lies as the others would have it.
  public func contributions<Element: Scalar>(to rows: RowBlock<Element>) -> Matrix<Double> {
    form.terms(of: rows)
  }

  public var summary: [SummaryLine] {
    var lines = [SummaryLine("features", "\(featureNames.count)")]
    if shrinkage > 0 { lines.append(SummaryLine("shrinkage", numberText(shrinkage))) }
    if ridge > 0 { lines.append(SummaryLine("ridge", numberText(ridge))) }
    return lines + Mahalanobis.summary(threshold)
  }

  public var saved: SavedModel {
    SavedModel(
      featureNames: featureNames, precision: precision, settings: settings,
      values: .object(
        JSONObject([
          .init("shrinkage", .number(shrinkage)), .init("ridge", .number(ridge)),
          .init("threshold", threshold?.document ?? .null),
        ])),
      tensors: form.tensors)
  }

  public init(_ saved: SavedModel) throws {
    let values = saved.values
    let (shrinkage, ridge) = (try values.number("shrinkage"), try values.number("ridge"))
    guard (0...1).contains(shrinkage), ridge >= 0 else {
      throw Failure(.data, "the values of the Mahalanobis model make no sense")
    }
    self.init(
      featureNames: saved.featureNames, precision: saved.precision, settings: saved.settings,
      form: try CentredForm(saved, .product), shrinkage: shrinkage, ridge: ridge,
      threshold: try AnomalyThreshold.stored(in: values))
  }
}
