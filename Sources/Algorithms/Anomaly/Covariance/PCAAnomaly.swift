public import Blocks
public import Cluster
internal import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// Calls a row strange that principal components of the training rows cannot bring back.
///
/// Rows are centred and, unless told otherwise, brought to a deviation of 1; those directions that
/// explain most of the variance are kept (Shyu et al., 2003, name the others minor components). The
/// score is the squared distance between a row and what the kept directions make of it: how much it
/// breaks with the way in which features go together.
///
/// ```swift
/// let fit = try PCAAnomaly { $0.variance = 0.95 }.fit(rows, inputs: [:], in: Session())
/// ```
///
/// Cost: one read of the rows with (d + 1)² operations each, about 9 d³ operations for the
/// eigenvectors, and d² for each row that is scored.
public struct PCAAnomaly: AnomalyDetector {
  @Setting(
    "share of the training rows to be called anomalies; 0 for no threshold", in: 0...0.5,
    sklearn: "contamination")
  public var contamination = 0.1
  @Setting(
    "components that are kept, fewer than features; none: as many as explain the variance",
    in: 1..., sklearn: "n_components")
  public var components: Int? = nil
  @Setting("share of the variance that kept components explain at least", in: 0...1)
  public var variance = 0.9
  @Setting("bring each feature to a deviation of 1 before")
  public var standardize = true

  public init() {}

  public static let name = "pca-anomaly"
  public static let summary = "scores rows by what principal components cannot bring back of them"

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func learn<Element: Scalar>(
    from rows: BlockMatrix<Element>, in session: Session
  ) throws -> Findings<Knowledge> {
    if let components, components >= rows.columnCount {
      throw SettingError(
        name: "components", requirement: "below \(rows.columnCount), the number of features",
        value: "\(components)")
    }
    try requireMomentsMemory(for: rows, in: session)
    let moments = try usableMoments(of: rows, in: session)
    let directions = try directions(of: moments, in: session)
    let form = CentredForm(
      .square, centre: moments.mean, scale: directions.scale, matrix: directions.residual)
    var report = FitReport()
    report.iterations = 1
    report.stopReason = "the components were found"
    report.counts = [FitReport.Count("components", directions.kept)]
    report.facts = [
      "\(directions.kept) of \(rows.columnCount) components are kept, which explain "
        + "\(numberText(directions.explained)) of the variance"
    ]
    if directions.explained > 1 - 1e-10 {
      report.warnings = [
        "the kept components explain all of the variance: what they leave of the training rows is "
          + "rounding; keep fewer with --components"
      ]
    }
    return Findings(
      Knowledge(kept: directions.kept, explained: directions.explained, form: form), report)
  }
}
