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
  public func learn<Element: Scalar>(
    from rows: BlockMatrix<Element>, in session: Session
  ) throws -> Findings<Knowledge> {
    try requireMomentsMemory(for: rows, in: session)
    let moments = try usableMoments(of: rows, in: session)
    let share = try share(rows, moments, in: session)
    let inverse = try Self.inverse(of: moments, shrunkBy: share, in: session)
    let form = CentredForm(
      .product, centre: moments.mean, scale: inverse.scale, matrix: inverse.matrix)
    var report = FitReport()
    report.iterations = 1
    report.stopReason = "the covariance was inverted"
    report.facts = inverse.facts(rows.featureNames, shrinkage: share)
    return Findings(Knowledge(shrinkage: share, form: form, ridge: inverse.ridge), report)
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
