internal import Blocks
public import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// The centres that k-means found: says for a row which is nearest, and how far it is.
public struct KMeansModel: Model {
  public static let kind = KMeans.name
  public static let formatVersion = 1

  public let featureNames: [String]
  public let precision: Precision
  /// One a row, in the order of the features.
  public let centers: Matrix<Double>
  /// Rows of the training data in each cluster.
  public let clusterSizes: [Int]
  /// The sum of squared distances of the training rows to their centres.
  public let inertia: Double
  private let settings: JSONValue
  private let shift: [Double]
  private let floatAssigner: NearestCentre<Float>
  private let doubleAssigner: NearestCentre<Double>

  init(
    featureNames: [String], precision: Precision, settings: JSONValue, centers: Matrix<Double>,
    shift: [Double], clusterSizes: [Int], inertia: Double
  ) throws {
    self.featureNames = featureNames
    self.precision = precision
    self.settings = settings
    self.centers = centers
    self.shift = shift
    self.clusterSizes = clusterSizes
    self.inertia = inertia
    floatAssigner = try NearestCentre(centers, shift: shift)
    doubleAssigner = try NearestCentre(centers, shift: shift)
  }

  public var outputs: [Schema.Field] { [.init("cluster", .int64), .init("distance", .float64)] }

  /// The nearest centre of each row, and the distance to it; one without numbers for all features
  /// gets neither.
  public func predict<Element: Scalar>(_ rows: Matrix<Element>) -> [Column] {
    let nearest =
      if let rows = rows as? Matrix<Float> {
        floatAssigner.nearest(to: rows)
      } else if let rows = rows as? Matrix<Double> {
        doubleAssigner.nearest(to: rows)
      } else {
        bug("rows of \(Element.self)")
      }
    return [
      Column(nearest.map { $0.map { Int64($0.index) } }),
      Column(nearest.map { $0.map { $0.squaredDistance.squareRoot() } }),
    ]
  }

  public var summary: [SummaryLine] {
    var lines = [
      SummaryLine("clusters", "\(centers.rowCount)"),
      SummaryLine("inertia", numberText(inertia)),
    ]
    for cluster in 0..<min(20, centers.rowCount) {
      let place = zip(featureNames, centers.row(cluster)).prefix(8)
        .map { "\($0) \(numberText(($1 * 1e4).rounded() / 1e4))" }
      let more = featureNames.count > 8 ? ", ..." : ""
      lines.append(
        SummaryLine(
          "cluster \(cluster)",
          "\(clusterSizes[cluster]) rows around \(place.joined(separator: ", "))\(more)"))
    }
    if centers.rowCount > 20 {
      lines.append(SummaryLine("...", "and \(centers.rowCount - 20) more clusters"))
    }
    return lines
  }

  public var saved: SavedModel {
    SavedModel(
      featureNames: featureNames, precision: precision, settings: settings,
      values: .object(
        JSONObject([
          .init("clusterSizes", .list(clusterSizes.map { .integer($0) })),
          .init("inertia", .number(inertia)),
        ])),
      tensors: ["centers": Tensor(centers), "shift": Tensor(shift)])
  }

  public init(_ saved: SavedModel) throws {
    let centers = try saved.matrix("centers")
    let shift = try saved.vector("shift")
    let sizes = try saved.values.list("clusterSizes")
    guard centers.rowCount > 0, centers.columnCount == saved.featureNames.count,
      shift.count == centers.columnCount, sizes.count == centers.rowCount,
      centers.elements.allSatisfy(\.isFinite), shift.allSatisfy(\.isFinite)
    else {
      throw Failure(.data, "the parts of the k-means model do not fit each other")
    }
    try self.init(
      featureNames: saved.featureNames, precision: saved.precision, settings: saved.settings,
      centers: centers, shift: shift,
      clusterSizes: try sizes.map { size in
        guard case .integer(let count) = size, count >= 0 else {
          throw Failure(.data, "a cluster size is no whole number")
        }
        return count
      },
      inertia: try saved.values.number("inertia"))
  }
}
