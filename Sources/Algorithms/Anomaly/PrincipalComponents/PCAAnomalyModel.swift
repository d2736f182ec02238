public import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// The principal components of the training rows: says how far a row is from what they explain.
public struct PCAAnomalyModel: AnomalyModel {
  public static let kind = PCAAnomaly.name
  public static let formatVersion = 1

  public let featureNames: FeatureNames
  public let precision: Precision
  public let threshold: AnomalyThreshold?
  /// How many components are kept.
  public let kept: Int
  /// The share of the training rows' variance that they explain.
  public let explained: Double
  private let settings: JSONValue
  private let form: CentredForm

  init(
    featureNames: FeatureNames, precision: Precision, settings: JSONValue, form: CentredForm,
    kept: Int, explained: Double, threshold: AnomalyThreshold?
  ) {
    self.featureNames = featureNames
    self.precision = precision
    self.settings = settings
    self.form = form
    self.kept = kept
    self.explained = explained
    self.threshold = threshold
  }

  /// The mean of each feature.
  public var mean: [Double] { form.centre }

  public func with(threshold: AnomalyThreshold?) -> PCAAnomalyModel {
    PCAAnomalyModel(
      featureNames: featureNames, precision: precision, settings: settings, form: form,
      kept: kept, explained: explained, threshold: threshold)
  }

  public var contributionsSumToScore: Bool { true }

  /// What the components leave of each row, squared; NaN for one with a number that is missing or infinite.
  public func scores<Element: Scalar>(of rows: RowBlock<Element>) -> [Double] {
    form.sums(of: rows)
  }

  /// The square of what the components leave of each feature.
  public func contributions<Element: Scalar>(to rows: RowBlock<Element>) -> Matrix<Double> {
    form.terms(of: rows)
  }

  public var summary: [SummaryLine] {
    let share = (explained * 1e4).rounded() / 1e4
    let lines = [
      SummaryLine(
        "components",
        "\(kept) of \(featureNames.count), explaining \(numberText(share)) of the variance")
    ]
    return lines + PCAAnomaly.summary(threshold)
  }

  public var saved: SavedModel {
    SavedModel(
      featureNames: featureNames, precision: precision, settings: settings,
      values: .object(
        JSONObject([
          .init("kept", .integer(kept)), .init("explained", .number(explained)),
          .init("threshold", threshold?.document ?? .null),
        ])),
      tensors: form.tensors)
  }

  public init(_ saved: SavedModel) throws {
    let values = saved.values
    let kept = try values.integer("kept", in: 0...Int(Int32.max))
    let explained = try values.number("explained")
    guard kept <= saved.featureNames.count, (0...1.000001).contains(explained) else {
      throw Failure(.data, "the values of the model of principal components make no sense")
    }
    self.init(
      featureNames: saved.featureNames, precision: saved.precision, settings: saved.settings,
      form: try CentredForm(saved, .square), kept: kept, explained: explained,
      threshold: try AnomalyThreshold.stored(in: values))
  }
}
