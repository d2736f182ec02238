public import Blocks
public import Cluster
internal import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// Calls a row strange whose values lie in the tails of their features.
///
/// Empirical-cumulative-distribution-based outlier detection (Li et al., 2022): of each value the
/// share of the training rows that have at most, and at least, as much; the rarer of both tails
/// adds its negative logarithm. It has no settings of its own. The model holds the exact
/// distributions: every distinct value of every feature, so that a new row's score depends on the
/// training rows and itself alone.
///
/// ```swift
/// let fit = try ECOD { $0.contamination = 0.01 }.fit(rows, inputs: [:], in: Session())
/// ```
///
/// Cost: a radix sort of each feature, which also gives the scores of the training rows. Features
/// come whole to workers that sort them, which send the distinct values to all: 8 bytes (12 of
/// doubles) each. Memory: as much for each distinct value on every worker.
public struct ECOD: AnomalyDetector {
  @Setting(
    "share of the training rows to be called anomalies; 0 for no threshold", in: 0...0.5,
    sklearn: "contamination")
  public var contamination = 0.1

  public init() {}

  public static let name = "ecod"
  public static let summary = "scores rows by how far in the tails of its feature each value lies"
  public static let featureKinds: FeatureKinds = .missing
  public static let takesWeights = false

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func fit<Element: Scalar>(
    _ rows: BlockMatrix<Element>, inputs: [String: Matrix<Double>], in session: Session
  ) throws -> Fit<ECODModel> {
    try check()
    try refuse(rows)
    let found = try fitTails(rows, by: .largest, in: session)
    let threshold = try threshold(of: found.scores, in: session)
    return Fit(
      ECODModel(
        TailModel(
          featureNames: rows.featureNames, precision: Element.precision, settings: json,
          rule: .largest, columns: found.columns, threshold: threshold)),
      Self.report(of: found.columns, threshold, rowCount: rows.rowCount))
  }
}

extension AnomalyDetector {
  /// The distributions of the columns, and the training rows' scores where a threshold is wanted.
  func fitTails<Element: Scalar>(
    _ rows: BlockMatrix<Element>, by rule: TailRule, in session: Session
  ) throws -> (columns: SortedColumns, scores: [Double]) {
    try session.communicator.agree("planning the distributions") {
      let byteCount = rows.sortedColumnsByteCount(in: session)
      _ = try session.memory.reserve(
        byteCount + Self.thresholdByteCount(rows, contamination),
        for: "the distributions of \(rows.columnCount) features")
      session.reporter.note(
        "\(rows.rowCount) rows of \(rows.columnCount) features are sorted, which takes at most "
          + "\(byteText(byteCount)) on each worker")
    }
    return try rows.sortedColumns(scoringBy: contamination > 0 ? rule : nil, in: session)
  }

  static func report(
    of columns: SortedColumns, _ threshold: AnomalyThreshold?, rowCount: Int
  ) -> FitReport {
    var report = FitReport()
    report.iterations = 1
    report.stopReason = "all columns were sorted"
    report.counts =
      counts(threshold, rowCount: rowCount) + [
        FitReport.Count(
          "distinctValues", columns.columns.reduce(0) { $0 + $1.distinctCount })
      ]
    return report
  }
}
