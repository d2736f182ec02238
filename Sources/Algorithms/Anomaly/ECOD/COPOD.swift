public import Blocks
public import Cluster
internal import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// Calls a row strange whose values lie in the tails of their features, both tails or the longer.
///
/// Copula-based outlier detection (Li et al., 2020): as `ECOD`, of which it is the elder sibling,
/// but a value adds the mean of the negative logarithms of both its tails, or that of the longer
/// tail of its feature where that is more.
///
/// ```swift
/// let fit = try COPOD { $0.contamination = 0.01 }.fit(rows, inputs: [:], in: Session())
/// ```
///
/// Cost and memory: those of `ECOD`.
public struct COPOD: AnomalyDetector {
  @Setting(
    "share of the training rows to be called anomalies; 0 for no threshold", in: 0...0.5,
    sklearn: "contamination")
  public var contamination = 0.1

  public init() {}

  public static let name = "copod"
  public static let summary = "scores rows by the tails of their features, as an empirical copula"
  public static let featureKinds: FeatureKinds = .missing
  public static let takesWeights = false

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func fit<Element: Scalar>(
    _ rows: BlockMatrix<Element>, inputs: [String: Matrix<Double>], in session: Session
  ) throws -> Fit<COPODModel> {
    try check()
    try refuse(rows)
    let found = try fitTails(rows, by: .average, in: session)
    let threshold = try threshold(of: found.scores, in: session)
    return Fit(
      COPODModel(
        TailModel(
          featureNames: rows.featureNames, precision: Element.precision, settings: json,
          rule: .average, columns: found.columns, threshold: threshold)),
      Self.report(of: found.columns, threshold, rowCount: rows.rowCount))
  }
}
