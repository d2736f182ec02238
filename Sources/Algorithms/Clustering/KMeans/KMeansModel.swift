internal import Blocks
public import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// The centres that k-means found: says for a row which is nearest, and how far it is.
public struct KMeansModel: Model {
  public static let kind = KMeans.name
  public static let formatVersion = 1

  public let featureNames: FeatureNames
  public let precision: Precision
  /// One a row, in the order of the features.
  public let centers: Matrix<Double>
  /// Rows of the training data in each cluster.
  public let clusterSizes: [Int]
  /// The sum of squared distances of the training rows to their centres.
  public let inertia: Double
  private let settings: JSONValue
  /// What is subtracted from rows before they are compared; nil where rows were sparse.
  private let shift: [Double]?
  private let floatAssigner: NearestCentre<Float>
  private let doubleAssigner: NearestCentre<Double>

  init(
    featureNames: FeatureNames, precision: Precision, settings: JSONValue, centers: Matrix<Double>,
    shift: [Double]?, clusterSizes: [Int], inertia: Double
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
    if let rows = rows as? Matrix<Float> { return columns(floatAssigner.nearest(to: rows)) }
    if let rows = rows as? Matrix<Double> { return columns(doubleAssigner.nearest(to: rows)) }
    bug("rows of \(Element.self)")
  }

  public func predict<Element: Scalar>(_ rows: SparseRows<Element>) -> [Column] {
    if let rows = rows as? SparseRows<Float> { return columns(floatAssigner.nearest(to: rows)) }
    if let rows = rows as? SparseRows<Double> { return columns(doubleAssigner.nearest(to: rows)) }
    bug("rows of \(Element.self)")
  }

  public var takesSparseRows: Bool { shift == nil }

  private func columns(_ nearest: [Nearest?]) -> [Column] {
    [
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
      let place = shown(centers.row(cluster)).map { (featureNames[$0], centers[cluster, $0]) }
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

  /// The features to show of a centre: the first ones, or the largest where most are 0.
  private func shown(_ center: [Double]) -> [Int] {
    guard shift == nil else { return Array(center.indices.prefix(8)) }
    let found = center.indices.filter { center[$0] != 0 }
    return Array(found.sorted { (-abs(center[$0]), $0) < (-abs(center[$1]), $1) }.prefix(8))
  }

  public func start(for input: String) -> Matrix<Double>? {
    input == "initialCenters" ? centers : nil
  }

  public var saved: SavedModel {
    var tensors = ["centers": Tensor(centers)]
    if let shift { tensors["shift"] = Tensor(shift) }
    return SavedModel(
      featureNames: featureNames, precision: precision, settings: settings,
      values: .object(
        JSONObject([
          .init("clusterSizes", .list(clusterSizes.map { .integer($0) })),
          .init("inertia", .number(inertia)),
        ])),
      tensors: tensors)
  }

  public init(_ saved: SavedModel) throws {
    let centers = try saved.matrix("centers")
    let shift = try saved.tensors["shift"].map { _ in try saved.vector("shift") }
    let sizes = try saved.values.list("clusterSizes")
    guard centers.rowCount > 0, centers.columnCount == saved.featureNames.count,
      (shift?.count ?? centers.columnCount) == centers.columnCount,
      sizes.count == centers.rowCount, centers.elements.allSatisfy(\.isFinite),
      shift?.allSatisfy(\.isFinite) ?? true
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
