public import Blocks
public import Cluster
internal import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// Calls a row strange whose values lie where few others do, one feature at a time.
///
/// Histogram-based outlier score (Goldstein and Dengel, 2012): a histogram of each feature, and of
/// each row the sum over features of -log2 of the height of its bin. Features are taken as
/// independent, which makes it the cheapest of all detectors, and its scores sums of what each
/// feature adds. Missing values are a bin of their own, and so is each category.
///
/// ```swift
/// let fit = try HBOS { $0.contamination = 0.01 }.fit(rows, inputs: [:], in: Session())
/// ```
///
/// Cost: three reads of the rows, for the ends of columns, the histograms and the threshold; a
/// number a bin and feature between workers.
public struct HBOS: AnomalyDetector {
  @Setting(
    "share of the training rows to be called anomalies; 0 for no threshold", in: 0...0.5,
    sklearn: "contamination")
  public var contamination = 0.1
  @Setting("bins of one width for each feature of numbers", in: 2...1_000_000, sklearn: "n_bins")
  public var bins = 10
  @Setting("added to each height, so that an empty bin has a finite score", in: 1e-12...1)
  public var alpha = 0.1
  @Setting(
    "how far outside of the range a number still falls into the last bin, in widths of a bin",
    in: 0...1)
  public var tolerance = 0.5
  @Setting(
    "what a height is: share of the rows by width, which depends on units, or that over the highest "
      + "of its feature")
  public var heights = Heights.density

  public init() {}

  public static let name = "hbos"
  public static let summary = "scores rows by the heights of histograms, a feature at a time"
  public static let featureKinds: FeatureKinds = [.missing, .categories]

  /// What the height of a bin is.
  public enum Heights: String, CaseIterable, SettingValue {
    /// The share of the rows in it over its width, as in PyOD: features of small units weigh more.
    case density
    /// That over the height of the feature's highest bin, as in the paper: units do not show.
    case relative
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func learn<Element: Scalar>(
    from rows: BlockMatrix<Element>, in session: Session
  ) throws -> Findings<Knowledge> {
    try requireMemory(for: rows, in: session)
    let bins = try bins(of: rows, in: session)
    let counts = try rows.histograms(bins, in: session)
    guard counts.contains(where: { $0 > 0 }) else {
      throw Failure(.data, "the weights of all rows are 0", hint: "choose another --weight column")
    }
    let knowledge = Knowledge(
      Histograms(bins: bins, counts: counts), alpha: alpha, tolerance: tolerance, heights: heights)
    var report = FitReport()
    report.iterations = 1
    report.stopReason = "the histograms were counted"
    report.warnings = knowledge.faintFeatures(of: rows.featureNames)
    return Findings(knowledge, report)
  }

  /// Refuses before the first pass what the budget could not hold in a later one.
  private func requireMemory<Element: Scalar>(
    for rows: BlockMatrix<Element>, in session: Session
  ) throws {
    try session.communicator.agree("planning histograms") {
      let (places, overflow) = rows.columnCount.multipliedReportingOverflow(by: bins + 3)
      guard !overflow, places < Int(Int32.max) else {
        throw Failure(
          .memory, "\(bins) bins of \(rows.columnCount) features fit into no memory")
      }
      _ = try session.memory.reserve(
        rows.sumByteCount(of: places, in: session) + 4 * places * 8
          + thresholdByteCount(for: rows), for: "the histograms of the features")
    }
  }

  private func bins<Element: Scalar>(
    of rows: BlockMatrix<Element>, in session: Session
  ) throws -> ColumnBins {
    let ranges = try rows.ranges(in: session)
    return try session.communicator.agree("cutting the ranges into bins") {
      var codeCounts = [Int?](repeating: nil, count: rows.columnCount)
      for column in rows.categoryColumns {
        let last = ranges[column]?.upperBound ?? -1
        guard last < 1e9 else {
          throw Failure(.data, "the codes of \(rows.featureNames[column]) go up to \(last)")
        }
        codeCounts[column] = max(0, Int(last) + 1)
      }
      guard let bins = ColumnBins(ranges: ranges, codeCounts: codeCounts, binCount: bins) else {
        throw Failure(
          .data, "the numbers of a column are so far apart that no double holds the distance")
      }
      return bins
    }
  }
}
