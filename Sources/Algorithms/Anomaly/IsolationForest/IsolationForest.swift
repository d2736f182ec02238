public import Blocks
public import Cluster
public import Learning
public import LinearAlgebra
internal import Platform

/// Finds rows that random splits cut off early: strange rows need few.
///
/// Each tree is grown on a small sample of the rows, drawn without replacement: a node draws one of
/// the columns that vary among its rows and a cut uniform between the least and the greatest number
/// there, until every row is alone, the rows are equal, or the depth is log2 of the sample. A row's
/// score is 2 to the power of minus its mean path over the mean path among that many rows, so that
/// 0.5 is usual and 1 as strange as can be (Liu, Ting, Zhou, "Isolation-based anomaly detection",
/// ACM TKDD 6, 2012).
///
/// With an `extensionLevel` of e, splits are sums of e + 1 columns with random weights (Hariri,
/// Carrasco Kind, Brunner, "Extended isolation forest", IEEE TKDE 33, 2021). Missing numbers go to
/// a side that each split draws; a split on categories tosses a coin for each.
///
/// ```swift
/// let fit = try IsolationForest { $0.contamination = 0.01 }.fit(rows, inputs: [:], in: Session())
/// print(fit.model.threshold?.score ?? 0)
/// ```
///
/// Cost: the sampled rows are sent to all workers (`trees * sampleSize` rows at most); growing takes
/// milliseconds. A contamination above 0 needs one pass that scores all rows: trees x depth steps
/// for each.
public struct IsolationForest: AnomalyDetector {
  @Setting("number of trees", in: 1...100_000, sklearn: "n_estimators")
  public var trees = 100
  @Setting(
    "rows that each tree is grown on; all where there are fewer", in: 2..., sklearn: "max_samples")
  public var sampleSize = 256
  @Setting(
    "columns beside the first in the sum that a split cuts; 0 for splits of one column", in: 0...)
  public var extensionLevel = 0
  @Setting(
    "share of the training rows to be called anomalies; 0 for no threshold", in: 0...0.5,
    sklearn: "contamination")
  public var contamination = 0.1

  public init() {}

  public static let name = "isolation-forest"
  public static let summary = "finds rows that random splits cut off early (isolation forest)"
  public static let featureKinds: FeatureKinds = [.missing, .categories]
  public static let takesWeights = false

  public func learn<Element: Scalar>(
    from rows: BlockMatrix<Element>, in session: Session
  ) throws -> Findings<Knowledge> {
    try refuseExtension(rows.columnCount - rows.categoryColumns.count)
    let reservation = try reserveMemory(for: rows, in: session)
    let (nodes, sizes) = try grow(rows, in: session)
    let knowledge = try Knowledge(
      nodes: nodes, sizes: sizes, sampleSize: min(sampleSize, rows.rowCount),
      dimension: rows.columnCount)
    withExtendedLifetime(reservation) {}
    return Findings(knowledge, report(knowledge, rows.rowCount))
  }

  /// A mixture needs the columns for it; without columns of numbers there is nothing to mix.
  private func refuseExtension(_ numberColumns: Int) throws {
    guard extensionLevel < max(1, numberColumns) else {
      throw SettingError(
        name: "extensionLevel",
        requirement: "below \(max(1, numberColumns)), by the columns of numbers",
        value: "\(extensionLevel)")
    }
  }

  private func report(_ forest: Knowledge, _ rowCount: Int) -> FitReport {
    var report = FitReport()
    report.iterations = trees
    report.stopReason = "all trees are grown"
    report.counts = [
      .init("trees", trees), .init("sampleSize", forest.sampleSize),
      .init("nodes", forest.nodes.count),
    ]
    report.facts = [
      "trees of \(forest.sampleSize) rows, at most \(Self.depthLimit(forest.sampleSize)) splits deep",
      forest.isShort
        ? "rows are scored in vectors"
        : "rows are scored a step at a time: trees are deep, or split categories or sums",
    ]
    if sampleSize > rowCount {
      report.facts.append("there are fewer rows than a sample of \(sampleSize): each tree has all")
    }
    if forest.nodes.count == trees {
      report.warnings.append("no column varies, so every row has a score of 0.5")
    }
    return report
  }

  /// How many splits a path has at most: the mean among so many rows, rounded up.
  static func depthLimit(_ sampleSize: Int) -> Int {
    sampleSize <= 1 ? 0 : Int.bitWidth - (sampleSize - 1).leadingZeroBitCount
  }
}
