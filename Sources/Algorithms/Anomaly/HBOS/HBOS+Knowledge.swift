internal import Blocks
public import Learning
public import LinearAlgebra
internal import Platform

extension HBOS {
  /// The histograms that were counted: says how rare the values of a row are.
  public struct Knowledge: AnomalyKnowledge {
    private let histograms: Histograms
    private let alpha: Double
    private let tolerance: Double
    private let heights: Heights
    private let terms: Buffer<Double>
    private let margins: Buffer<Double>

    init(_ histograms: Histograms, alpha: Double, tolerance: Double, heights: Heights) {
      self.histograms = histograms
      self.alpha = alpha
      self.tolerance = tolerance
      self.heights = heights
      terms = histograms.terms(alpha: alpha, heights)
      margins = histograms.margins(tolerance: tolerance)
    }

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
      ]
    }

    public var values: [JSONObject.Member] {
      [
        .init("bins", .integer(histograms.bins.binCount)), .init("alpha", .number(alpha)),
        .init("tolerance", .number(tolerance)), .init("heights", .text(heights.rawValue)),
      ]
    }

    public var tensors: [String: Tensor] { histograms.tensors }

    public init(_ saved: SavedModel) throws {
      let values = saved.values
      let (alpha, tolerance) = (try values.number("alpha"), try values.number("tolerance"))
      guard let heights = Heights(rawValue: try values.text("heights")), alpha > 0, alpha <= 1,
        (0...1).contains(tolerance)
      else {
        throw Failure(.data, "the values of the HBOS model make no sense")
      }
      self.init(
        try Histograms(saved, binCount: try values.integer("bins", in: 1...1_000_000)),
        alpha: alpha, tolerance: tolerance, heights: heights)
    }
  }
}
