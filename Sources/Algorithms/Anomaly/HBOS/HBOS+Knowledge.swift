internal import Blocks
internal import Frames
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

    /// What the highest bin of each feature adds: bins of features in small units are all high.
    public var usualContributions: [Double]? { ranges.map(\.lowerBound) }

    /// From what the highest bin of each feature adds to what an empty one does.
    private var ranges: [ClosedRange<Double>] {
      (0..<histograms.bins.columnCount).map { column in
        let own = histograms.bins.places(of: column).map { terms[$0] }
        return (own.min() ?? 0)...(own.max() ?? 0)
      }
    }

    /// Warns of features that hardly show in the scores: in large units all heights are small beside
    /// alpha.
    func faintFeatures(of names: FeatureNames) -> [String] {
      let widths = ranges.map { $0.upperBound - $0.lowerBound }
      let limit = 0.05 * (widths.max() ?? 0)
      let faint = widths.indices.filter { widths[$0] < limit && !histograms.isConstant($0) }
      guard heights == .density, !faint.isEmpty else { return [] }
      let named = faint.prefix(5).map { names[$0] }.joined(separator: ", ")
      return [
        "\(faint.count) features hardly count, for by their units all heights are small: \(named)"
          + "\(faint.count > 5 ? ", ..." : ""); --heights relative compares a feature with itself"
      ]
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
