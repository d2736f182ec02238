internal import Blocks
public import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// The training rows with the densities around them: says of a row how thin it lies beside them.
public struct LocalOutlierFactorModel: AnomalyModel {
  public static let kind = LocalOutlierFactor.name
  public static let formatVersion = 1

  public let featureNames: FeatureNames
  public let precision: Precision
  public let threshold: AnomalyThreshold?
  private let space: NeighbourSpace
  private let factors: LocalDensities
  private let settings: JSONValue

  init(
    featureNames: FeatureNames, precision: Precision, settings: JSONValue, space: NeighbourSpace,
    factors: LocalDensities, threshold: AnomalyThreshold?
  ) {
    self.featureNames = featureNames
    self.precision = precision
    self.settings = settings
    self.space = space
    self.factors = factors
    self.threshold = threshold
  }

  public func with(threshold: AnomalyThreshold?) -> LocalOutlierFactorModel {
    LocalOutlierFactorModel(
      featureNames: featureNames, precision: precision, settings: settings, space: space,
      factors: factors, threshold: threshold)
  }

  /// How many nearest rows make a neighbourhood.
  public var neighborCount: Int { space.neighborCount }
  public var contributionsSumToScore: Bool { true }

  public func scores<Element: Scalar>(of rows: RowBlock<Element>) -> [Double] {
    var scores = [Double](repeating: .nan, count: rows.count)
    space.forEachAnswer(to: rows) { scores[$0.row] = score($0) }
    return scores
  }

  public func contributions<Element: Scalar>(to rows: RowBlock<Element>) -> Matrix<Double> {
    space.contributions(to: rows) { score($0) }
  }

  private func score(_ answer: NeighbourSpace.Answer) -> Double {
    let density = factors.density(of: answer.query, answer.neighbours)
    return factors.score(of: answer.query, answer.neighbours, density: density)
  }

  public var summary: [SummaryLine] {
    [
      SummaryLine("rows", "\(space.points.rowCount), all of them in the model"),
      SummaryLine("score", "the density around \(neighborCount) nearest rows over its own"),
    ] + LocalOutlierFactor.summary(threshold)
  }

  public var saved: SavedModel {
    var tensors = space.tensors
    tensors["reaches"] = Tensor(factors.reaches)
    tensors["densities"] = Tensor(factors.densities)
    return SavedModel(
      featureNames: featureNames, precision: precision, settings: settings,
      values: .object(
        JSONObject([
          .init("neighbors", .integer(neighborCount)),
          .init("threshold", threshold?.document ?? .null),
        ])), tensors: tensors)
  }

  public init(_ saved: SavedModel) throws {
    let space = try NeighbourSpace(saved)
    let factors = LocalDensities(
      reaches: try saved.vector("reaches"), densities: try saved.vector("densities"))
    let count = space.points.rowCount
    guard factors.reaches.count == count, factors.densities.count == count,
      factors.reaches.allSatisfy({ $0.isFinite && $0 >= 0 }),
      factors.densities.allSatisfy({ $0.isFinite && $0 > 0 })
    else {
      throw Failure(.data, "the parts of the lof model do not fit each other")
    }
    let threshold = try saved.values.member("threshold")
    self.init(
      featureNames: saved.featureNames, precision: saved.precision, settings: saved.settings,
      space: space, factors: factors,
      threshold: threshold == .null ? nil : try AnomalyThreshold(document: threshold))
  }
}
