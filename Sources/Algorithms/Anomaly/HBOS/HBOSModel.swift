internal import Blocks
public import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// The histograms that HBOS counted: says how rare the values of a row are.
public struct HBOSModel: AnomalyModel {
  public static let kind = HBOS.name
  public static let formatVersion = 1

  public let featureNames: FeatureNames
  public let precision: Precision
  public let threshold: AnomalyThreshold?
  private let settings: JSONValue
  private let histograms: Histograms
  private let alpha: Double
  private let tolerance: Double
  private let heights: HBOS.Heights
  private let terms: Buffer<Double>
  private let margins: Buffer<Double>

  init(
    featureNames: FeatureNames, precision: Precision, settings: JSONValue, histograms: Histograms,
    alpha: Double, tolerance: Double, heights: HBOS.Heights, threshold: AnomalyThreshold?
  ) {
    self.featureNames = featureNames
    self.precision = precision
    self.settings = settings
    self.histograms = histograms
    self.alpha = alpha
    self.tolerance = tolerance
    self.heights = heights
    self.threshold = threshold
    terms = histograms.terms(alpha: alpha, heights)
    margins = histograms.margins(tolerance: tolerance)
  }

  public func with(threshold: AnomalyThreshold?) -> HBOSModel {
    HBOSModel(
      featureNames: featureNames, precision: precision, settings: settings, histograms: histograms,
      alpha: alpha, tolerance: tolerance, heights: heights, threshold: threshold)
  }

  public var contributionsSumToScore: Bool { true }

  public func scores<Element: Scalar>(of rows: RowBlock<Element>) -> [Double] {
    histograms.bins.sums(of: terms, margins: margins, for: rows)
  }

  public func contributions<Element: Scalar>(to rows: RowBlock<Element>) -> Matrix<Double> {
    histograms.bins.terms(of: terms, margins: margins, for: rows)
  }

  public var summary: [SummaryLine] {
    let bins = histograms.bins
    let categories = bins.codeCounts.count { $0 != nil }
    return [
      SummaryLine(
        "histograms",
        "\(bins.columnCount - categories) of \(bins.binCount) bins, \(categories) of categories")
    ] + HBOS.summary(threshold)
  }

  public var saved: SavedModel {
    SavedModel(
      featureNames: featureNames, precision: precision, settings: settings,
      values: .object(
        JSONObject([
          .init("bins", .integer(histograms.bins.binCount)), .init("alpha", .number(alpha)),
          .init("tolerance", .number(tolerance)), .init("heights", .text(heights.rawValue)),
          .init("threshold", threshold?.document ?? .null),
        ])),
      tensors: histograms.tensors)
  }

  public init(_ saved: SavedModel) throws {
    let values = saved.values
    let (alpha, tolerance) = (try values.number("alpha"), try values.number("tolerance"))
    guard let heights = HBOS.Heights(rawValue: try values.text("heights")), alpha > 0, alpha <= 1,
      (0...1).contains(tolerance)
    else {
      throw Failure(.data, "the values of the HBOS model make no sense")
    }
    self.init(
      featureNames: saved.featureNames, precision: saved.precision, settings: saved.settings,
      histograms: try Histograms(saved, binCount: try values.integer("bins", in: 1...1_000_000)),
      alpha: alpha, tolerance: tolerance, heights: heights,
      threshold: try AnomalyThreshold.stored(in: values))
  }
}
