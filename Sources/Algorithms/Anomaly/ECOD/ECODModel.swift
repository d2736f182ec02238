internal import Blocks
public import Frames
public import Learning
public import LinearAlgebra

/// The exact distributions that ECOD learned: says how far in the tails the values of a row lie.
public struct ECODModel: AnomalyModel {
  public static let kind = ECOD.name
  public static let formatVersion = 1

  private var tails: TailModel

  init(_ tails: TailModel) { self.tails = tails }

  public var featureNames: FeatureNames { tails.featureNames }
  public var precision: Precision { tails.precision }
  public var threshold: AnomalyThreshold? { tails.threshold }

  public func with(threshold: AnomalyThreshold?) -> ECODModel {
    var copy = self
    copy.tails.threshold = threshold
    return copy
  }

  public var contributionsSumToScore: Bool { true }

  public func scores<Element: Scalar>(of rows: RowBlock<Element>) -> [Double] {
    tails.columns.sums(by: tails.rule, for: rows)
  }

  public func contributions<Element: Scalar>(to rows: RowBlock<Element>) -> Matrix<Double> {
    tails.columns.terms(by: tails.rule, for: rows)
  }

  public var summary: [SummaryLine] { tails.summary(ECOD.summary(threshold)) }

  public var saved: SavedModel { tails.saved }

  public init(_ saved: SavedModel) throws {
    tails = try TailModel(saved, rule: .largest)
  }
}
