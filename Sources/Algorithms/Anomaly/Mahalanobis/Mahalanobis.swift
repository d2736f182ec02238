public import Blocks
public import Cluster
internal import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// Calls a row strange that is far from the mean, as the features vary and vary together.
///
/// The score is the squared Mahalanobis distance (x - m)' S^-1 (x - m), of the mean m and covariance
/// S of the training rows: for normal data about chi-squared with as many degrees of freedom as
/// there are features. The covariance can be drawn towards a multiple of the identity, as Ledoit
/// and Wolf (2004) do where there are few rows for many features.
///
/// ```swift
/// let fit = try Mahalanobis { $0.shrinkage = .ledoitWolf }.fit(rows, inputs: [:], in: Session())
/// ```
///
/// Cost: one read of the rows with (d + 1)² operations each, one more for Ledoit and Wolf, d³/3
/// operations for the inverse, and d² for each row that is scored.
public struct Mahalanobis: AnomalyDetector {
  @Setting(
    "share of the training rows to be called anomalies; 0 for no threshold", in: 0...0.5,
    sklearn: "contamination")
  public var contamination = 0.1
  @Setting(
    "how far the covariance is drawn towards a multiple of the identity", sklearn: "shrinkage")
  public var shrinkage = Shrinkage.none

  public init() {}

  public static let name = "mahalanobis"
  public static let summary = "scores rows by their squared Mahalanobis distance from the mean"

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func fit<Element: Scalar>(
    _ rows: BlockMatrix<Element>, inputs: [String: Matrix<Double>], in session: Session
  ) throws -> Fit<MahalanobisModel> {
    try check()
    try refuse(rows)
    try requireMomentsMemory(for: rows, in: session)
    let moments = try usableMoments(of: rows, in: session)
    let share = try share(rows, moments, in: session)
    let inverse = try Self.inverse(of: moments, shrunkBy: share, in: session)
    let plain = MahalanobisModel(
      featureNames: rows.featureNames, precision: Element.precision, settings: json,
      form: CentredForm(
        .product, centre: moments.mean, scale: inverse.scale, matrix: inverse.matrix),
      shrinkage: share, ridge: inverse.ridge, threshold: nil)
    let threshold = try threshold(for: plain, over: rows, in: session)
    var report = FitReport()
    report.iterations = 1
    report.stopReason = "the covariance was inverted"
    report.counts = Self.counts(threshold, rowCount: rows.rowCount)
    report.facts = inverse.facts(rows.featureNames, shrinkage: share)
    return Fit(plain.with(threshold: threshold), report)
  }

  /// How far to draw the covariance.
  private func share<Element: Scalar>(
    _ rows: BlockMatrix<Element>, _ moments: RowMoments, in session: Session
  ) throws -> Double {
    switch shrinkage {
    case .none: 0
    case .share(let share): share
    case .ledoitWolf: try rows.ledoitWolfShrinkage(about: moments, in: session)
    }
  }
}

extension AnomalyDetector {
  /// Refuses before the first pass what the budget could not hold in a later one.
  func requireMomentsMemory<Element: Scalar>(
    for rows: BlockMatrix<Element>, in session: Session
  ) throws {
    try session.communicator.agree("planning the covariances") {
      let (count, overflow) = rows.columnCount.multipliedReportingOverflow(by: rows.columnCount)
      guard !overflow, count < 1 << 40 else {
        throw Failure(
          .memory, "the covariances of \(rows.columnCount) features fit into no memory")
      }
      // Beside the sums: the matrix, its factor or eigenvectors with their scratch, the model.
      _ = try session.memory.reserve(
        rows.momentsByteCount(withLabel: false, in: session) + 10 * count * 8
          + rows.sumByteCount(of: 1, in: session) + Self.thresholdByteCount(rows, contamination),
        for: "the covariances of \(rows.columnCount) features")
    }
  }

  /// Means and covariances of rows that have some.
  func usableMoments<Element: Scalar>(
    of rows: BlockMatrix<Element>, in session: Session
  ) throws -> RowMoments {
    let moments = try rows.moments(withLabel: false, in: session)
    guard moments.weightSum > 0 else {
      throw Failure(.data, "the weights of all rows are 0", hint: "choose another --weight column")
    }
    if let column = moments.mean.indices.first(where: { column in
      !moments.mean[column].isFinite || !moments.covariance[column, column].isFinite
    }) {
      throw Failure(
        .data, "the variance of '\(rows.featureNames[column])' is beyond all numbers",
        hint: "leave the column out, or divide it by a large number")
    }
    return moments
  }
}

extension RowMoments {
  /// Whether a column has a variance that a double holds with all its digits.
  func varies(_ column: Int) -> Bool {
    !isConstant(column) && covariance[column, column] >= .leastNormalMagnitude
  }
}
