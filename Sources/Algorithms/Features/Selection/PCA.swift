public import Blocks
public import Cluster
internal import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// Projects vectors on their principal components: the directions in which they differ most.
///
/// Component 1 is the direction of greatest variance, component 2 that of the greatest variance
/// among those at right angles to it, and so on. The covariance is that of MLlib (n - 1, always of
/// centred rows); its eigenvectors have length 1 and their component of largest magnitude is
/// positive, of several the first, where MLlib leaves the sign open. `explainedVariance` is each
/// component's part of the variance of all columns together.
///
/// As in MLlib rows are **not** centred when they are projected. `withMean` subtracts the means of
/// the training rows first, as scikit-learn does; the difference is the same for each row.
///
/// ```swift
/// let pca = PCA {
///   $0.inputs = ["features"]
///   $0.k = 2
/// }
/// ```
///
/// Cost: one pass of d² multiplications a row (a second one where the mean of the first rows lies
/// very far from that of all), and 9 d³ in one thread of rank 0; memory for some d² doubles a
/// thread, which is asked for before the pass; at most 32,000 columns. Sums are in double whatever
/// the precision of the rows, and have the same bits on any number of threads and workers.
public struct PCA: Featurizer {
  @Setting("the column of vectors", spark: "inputCol")
  public var inputs = ["features"]
  @Setting("the name of the new column", spark: "outputCol")
  public var outputs = ["pca"]
  @Setting(
    "how many components; none: as many as columns", in: 1..., spark: "k", sklearn: "n_components")
  public var k: Int? = nil
  @Setting("subtract the means of the training rows before projecting, which MLlib does not")
  public var withMean = false

  public init() {}

  public static let name = "pca"
  public static let summary = "projects vectors on the directions in which they differ most"
  public static var example: Self {
    Self {
      $0.inputs = ["point"]
      $0.k = 2
    }
  }

  public var reads: [String] { inputs }

  public func checkTogether() throws(SettingError) {
    guard inputs.count == 1 else {
      throw SettingError(name: "inputs", requirement: "one column", value: inputs.settingText)
    }
    guard outputs.count == 1 else {
      throw SettingError(name: "outputs", requirement: "one name", value: outputs.settingText)
    }
  }

  public func outline(_ binder: inout Binder) throws {
    try check()
    _ = try binder.vectors(inputs[0])
    _ = try binder.addVectors(outputs[0], width: k ?? 0, isSparse: false)
  }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    let width = try binder.vectors(inputs[0]).width
    guard width > 0 else {
      throw Failure(.data, "the vectors of '\(inputs[0])' have no numbers")
    }
    guard width <= PCALearner.dimensionLimit else {
      throw Failure(
        .data,
        "the vectors of '\(inputs[0])' have \(width) numbers; principal components are found among "
          + "at most \(PCALearner.dimensionLimit)")
    }
    if let k, k > width {
      throw SettingError(
        name: "k", requirement: "at most the \(width) numbers of '\(inputs[0])'", value: "\(k)")
    }
    return .fit(
      PCALearner(
        stage: self, k: k ?? width,
        names: slotNames(of: try binder.field(inputs[0]), width: width)))
  }

  /// Finds the components of rows in memory, without a pipeline; a collective call.
  public func fit<Element: Scalar>(_ rows: BlockMatrix<Element>, in session: Session) throws
    -> Learned
  {
    try check()
    if let k, k > rows.columnCount {
      throw SettingError(
        name: "k", requirement: "at most \(rows.columnCount) columns", value: "\(k)")
    }
    return try PCALearner(
      stage: self, k: k ?? rows.columnCount,
      names: (0..<rows.columnCount).map { rows.featureNames[$0] }
    ).learn(from: rows, in: session)
  }
}
