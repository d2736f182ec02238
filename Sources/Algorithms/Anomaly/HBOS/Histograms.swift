internal import Blocks
internal import Learning
internal import LinearAlgebra
internal import Platform

/// How many training rows fell into each bin of each feature.
struct Histograms: Sendable {
  let bins: ColumnBins
  /// Sums of weights, one a place of the bins.
  let counts: [Double]

  /// The height of each place of a column: the share of its rows over its width.
  ///
  /// What is missing lies in a bin as wide as the others, a category in one of width 1: so all places
  /// together have the area 1.
  func heights(of column: Int, _ heights: HBOS.Heights) -> [Double] {
    let counts = counts[bins.places(of: column)]
    let total = counts.reduce(0, +)
    let widths = widths(of: column)
    let densities = zip(counts, widths).map { total > 0 ? $0 / $1 / total : 0 }
    guard heights == .relative, let highest = densities.max(), highest > 0 else {
      return densities
    }
    return densities.map { $0 / highest }
  }

  /// Whether all rows of a column lie in one place.
  func isConstant(_ column: Int) -> Bool {
    counts[bins.places(of: column)].count { $0 > 0 } < 2
  }

  private func widths(of column: Int) -> [Double] {
    if let codeCount = bins.codeCounts[column] {
      return [Double](repeating: 1, count: ColumnBins.firstBin + codeCount)
    }
    // One for all, so that bins of as many rows are of one height to the bit.
    let range = bins.ranges[column]
    let width = (range.upperBound - range.lowerBound) / Double(bins.binCount)
    return [Double](repeating: width, count: ColumnBins.firstBin + bins.binCount)
  }

  /// What a value in each place adds to a score: -log2 of the height and a little.
  ///
  /// Outside of the bins lies what is as strange as the strangest bin, and of a category what was
  /// never seen.
  func terms(alpha: Double, _ kind: HBOS.Heights) -> Buffer<Double> {
    let terms = (0..<bins.columnCount).flatMap { column in
      var heights = heights(of: column, kind)
      if bins.codeCounts[column] == nil {
        heights[ColumnBins.outsidePlace] = heights[ColumnBins.firstBin...].min() ?? 0
      }
      return heights.map { 0 - Portable.log($0 + alpha) * 0x1.71547652b82fep0 }
    }
    return Buffer(terms)
  }

  /// How far outside of its range a number of each column still counts as in the nearest bin.
  func margins(tolerance: Double) -> Buffer<Double> {
    Buffer(
      (0..<bins.columnCount).map { column in
        let edges = bins.edges(of: column)
        return (edges[1] - edges[0]) * tolerance
      })
  }
}

// MARK: Stored

extension Histograms {
  var tensors: [String: Tensor] {
    [
      "least": Tensor(bins.ranges.map(\.lowerBound)),
      "greatest": Tensor(bins.ranges.map(\.upperBound)),
      "codeCounts": Tensor(bins.codeCounts.map { Int64($0 ?? -1) }),
      "counts": Tensor(counts),
    ]
  }

  init(_ saved: SavedModel, binCount: Int) throws {
    let (least, greatest) = (try saved.vector("least"), try saved.vector("greatest"))
    let counts = try saved.vector("counts")
    let count = saved.featureNames.count
    guard let codes = saved.tensors["codeCounts"]?.int64s, codes.count == count, count > 0,
      least.count == count, greatest.count == count,
      zip(least, greatest).allSatisfy({ $0.isFinite && $1.isFinite && $0 < $1 }),
      codes.allSatisfy({ $0 >= -1 && $0 <= counts.count }),
      counts.allSatisfy({ $0 >= 0 && $0.isFinite }),
      binCount <= counts.count || codes.allSatisfy({ $0 >= 0 }),
      let bins = ColumnBins(
        ranges: zip(least, greatest).map { $0...$1 },
        codeCounts: codes.map { $0 < 0 ? nil : Int($0) }, binCount: binCount),
      bins.placeCount == counts.count
    else {
      throw Failure(.data, "the histograms of the model do not fit each other")
    }
    self.init(bins: bins, counts: counts)
  }
}
