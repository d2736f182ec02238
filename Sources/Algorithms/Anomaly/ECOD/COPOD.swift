public import Blocks
public import Learning

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
public struct COPOD: TailDetector {
  @Setting(
    "share of the training rows to be called anomalies; 0 for no threshold", in: 0...0.5,
    sklearn: "contamination")
  public var contamination = 0.1

  public init() {}

  public static let name = "copod"
  public static let summary = "scores rows by the tails of their features, as an empirical copula"
  public static let rule = TailRule.average
}
