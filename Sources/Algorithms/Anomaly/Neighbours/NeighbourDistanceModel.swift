internal import Blocks
public import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// The training rows: says of a row how far it is from the nearest of them.
public struct NeighbourDistanceModel: AnomalyModel {
  public static let kind = NeighbourDistance.name
  public static let formatVersion = 1

  public let featureNames: FeatureNames
  public let precision: Precision
  public let threshold: AnomalyThreshold?
  /// What the score is of the distances to the nearest rows.
  public let method: NeighbourDistance.Method
  private let space: NeighbourSpace
  private let settings: JSONValue

  init(
    featureNames: FeatureNames, precision: Precision, settings: JSONValue, space: NeighbourSpace,
    method: NeighbourDistance.Method, threshold: AnomalyThreshold?
  ) {
    self.featureNames = featureNames
    self.precision = precision
    self.settings = settings
    self.space = space
    self.method = method
    self.threshold = threshold
  }

  public func with(threshold: AnomalyThreshold?) -> NeighbourDistanceModel {
    NeighbourDistanceModel(
      featureNames: featureNames, precision: precision, settings: settings, space: space,
      method: method, threshold: threshold)
  }

  /// How many nearest rows a row is compared with.
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
    method.score(answer.neighbours.distances(of: answer.query))
  }

  public var summary: [SummaryLine] {
    [
      SummaryLine("rows", "\(space.points.rowCount), all of them in the model"),
      SummaryLine("score", "the \(method.rawValue) distance to \(neighborCount) nearest rows"),
    ] + NeighbourDistance.summary(threshold)
  }

  public var saved: SavedModel {
    SavedModel(
      featureNames: featureNames, precision: precision, settings: settings,
      values: .object(
        JSONObject([
          .init("neighbors", .integer(neighborCount)), .init("method", .text(method.rawValue)),
          .init("threshold", threshold?.document ?? .null),
        ])), tensors: space.tensors)
  }

  public init(_ saved: SavedModel) throws {
    guard let method = NeighbourDistance.Method(rawValue: try saved.values.text("method")) else {
      throw Failure(.data, "the model has a method that this release does not know")
    }
    let threshold = try saved.values.member("threshold")
    self.init(
      featureNames: saved.featureNames, precision: saved.precision, settings: saved.settings,
      space: try NeighbourSpace(saved), method: method,
      threshold: threshold == .null ? nil : try AnomalyThreshold(document: threshold))
  }
}
