public import Blocks
public import Learning

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
public struct ECOD: TailDetector {
  @Setting(
    "share of the training rows to be called anomalies; 0 for no threshold", in: 0...0.5,
    sklearn: "contamination")
  public var contamination = 0.1

  public init() {}

  public static let name = "ecod"
  public static let summary = "scores rows by how far in the tails of its feature each value lies"
  public static let rule = TailRule.largest
}
