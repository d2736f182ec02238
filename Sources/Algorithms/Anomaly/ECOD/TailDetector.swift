public import Blocks
public import Cluster
internal import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// A detector that adds up how far in the tails of their features the values of a row lie.
public protocol TailDetector: AnomalyDetector where Knowledge == Tails<Self> {
  /// What a value adds.
  static var rule: TailRule { get }
}

extension TailDetector {
  public static var featureKinds: FeatureKinds { .missing }
  public static var takesWeights: Bool { false }

  public func learn<Element: Scalar>(
    from rows: BlockMatrix<Element>, in session: Session
  ) throws -> Findings<Tails<Self>> {
    try session.communicator.agree("planning the distributions") {
      let byteCount = rows.sortedColumnsByteCount(in: session)
      _ = try session.memory.reserve(
        byteCount + thresholdByteCount(for: rows),
        for: "the distributions of \(rows.columnCount) features")
      session.reporter.note(
        "\(rows.rowCount) rows of \(rows.columnCount) features are sorted, which takes at most "
          + "\(byteText(byteCount)) on each worker")
    }
    let (columns, scores) = try rows.sortedColumns(
      scoringBy: contamination > 0 ? Self.rule : nil, in: session)
    var report = FitReport()
    report.iterations = 1
    report.stopReason = "all columns were sorted"
    report.counts = [FitReport.Count("distinctValues", columns.distinctCount)]
    return Findings(Tails(columns: columns), scores: scores, report)
  }
}
