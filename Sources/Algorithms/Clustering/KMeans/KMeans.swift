public import Blocks
public import Cluster
public import Learning
public import LinearAlgebra
internal import Platform

/// Parts rows into `k` groups around their means, by Lloyd's method.
///
/// Each iteration assigns every row to its nearest centre and moves each centre to the mean of its
/// rows, which never raises the inertia: the sum of squared distances of the rows to their centres,
/// each times the weight of its row. The first centres are drawn by k-means|| (Bahmani et al.,
/// 2012), by greedy k-means++ (Arthur and Vassilvitskii, 2007), at random, or are given. Dense rows
/// are compared after the mean of all is subtracted, so that large offsets cost no digits; sparse
/// ones by their entries, in `Double`.
///
/// ```swift
/// let fit = try KMeans { $0.k = 3 }.fit(rows, inputs: [:], in: Session())
/// print(fit.model.centers, fit.report.objective ?? 0)
/// ```
///
/// Cost of an iteration: rows x features (or entries) x k multiplications, one read of the data, and
/// `k (features + 1)` numbers sent by each worker.
public struct KMeans: Estimator {
  @Setting("number of clusters", in: 1..., spark: "k", sklearn: "n_clusters")
  public var k = 8
  @Setting("most rounds of assigning and moving", in: 1..., spark: "maxIter", sklearn: "max_iter")
  public var maxIterations = 300
  @Setting("stop when no centre moved farther than this", in: 0..., spark: "tol", sklearn: "tol")
  public var tolerance = 1e-4
  @Setting("how the first centres are drawn", spark: "initMode", sklearn: "init")
  public var `init` = Initialization.parallel
  @Setting("rounds of drawing for init parallel", in: 1...50, spark: "initSteps")
  public var initRounds = 2
  @Setting(
    "fits from different first centres, of which the best is kept", in: 1..., sklearn: "n_init")
  public var starts = 1

  public init() {}

  public static let name = "kmeans"
  public static let summary = "groups rows around k means (Lloyd's method)"
  public static let rowForms = RowForms.sparse
  public static let inputs = [
    FitInput("initialCenters", "first centres, one a row, in the order of the features")
  ]

  /// How the first centres are found when none are given.
  public enum Initialization: String, CaseIterable, SettingValue {
    /// k-means||: a few rounds of many draws, then k-means++ among those.
    case parallel
    /// Greedy k-means++: one centre after the other, the best of several draws each.
    case plusPlus = "plus-plus"
    /// Rows drawn by their weights.
    case random
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func fit<Element: Scalar>(
    _ rows: BlockMatrix<Element>, inputs: [String: Matrix<Double>], in session: Session
  ) throws -> Fit<KMeansModel> {
    try check()
    let given = inputs["initialCenters"]
    try refuse(rows, given)
    try requireMemory(for: rows, isGiven: given != nil, in: session)
    let mean = try rows.origin(in: session)
    guard mean.weight > 0 else {
      throw Failure(.data, "the weights of all rows are 0", hint: "choose another --weight column")
    }
    let best = try best(of: rows, from: given, shift: mean.values, in: session)
    return try fit(
      from: best, rows: rows, shift: mean.values, session: session, given: given != nil)
  }

  /// What can be seen to be wrong before the first pass.
  private func refuse<Element>(_ rows: BlockMatrix<Element>, _ given: Matrix<Double>?) throws {
    guard rows.columnCount > 0 else {
      throw Failure(
        .data, "there is no numeric column to learn from", hint: "name some with --features")
    }
    guard rows.rowCount > 0 else {
      throw Failure(.data, "there are no rows to learn from")
    }
    guard let given else { return }
    guard given.columnCount == rows.columnCount else {
      throw Failure(
        .data, "the first centres have \(given.columnCount) columns, the rows \(rows.columnCount)")
    }
    guard given.rowCount == k else {
      throw SettingError(
        name: "k", requirement: "the \(given.rowCount) centres given", value: "\(k)")
    }
    guard given.elements.allSatisfy(\.isFinite) else {
      throw Failure(.data, "the first centres hold a value that is no finite number")
    }
  }

  /// Refuses before the first pass what the budget could not hold in a later one.
  private func requireMemory<Element: Scalar>(
    for rows: BlockMatrix<Element>, isGiven: Bool, in session: Session
  ) throws {
    // The candidates of k-means|| are the most rows that are ever weighed; distances to them lie
    // beside, as they do while empty clusters are moved.
    let drawn = 1 + initRounds * KMeansSeeding<Element>.drawCount(k, rowCount: rows.rowCount)
    let candidates =
      isGiven ? k : `init` == .parallel ? min(drawn, rows.rowCount) : min(k, rows.rowCount)
    let centers = isGiven ? k : min(k, rows.rowCount)
    let (count, overflow) = centers.multipliedReportingOverflow(by: rows.columnCount + 1)
    try session.communicator.agree("planning k-means") {
      guard !overflow, count < 1 << 40 else {
        throw Failure(.memory, "\(k) clusters of \(rows.columnCount) features fit into no memory")
      }
      // What rows are compared with, and of wide ones the centres as they were, as they will be and
      // as they are sent.
      let compared =
        rows.isSparse
        ? SparseScorer<Element>.byteCount(points: centers, dimension: rows.columnCount)
          + 5 * count * 8
        : candidates * rows.columnCount * 16
      _ = try session.memory.reserve(
        rows.distancesByteCount + rows.sumByteCount(of: max(count, 1 + candidates), in: session)
          + compared, for: "fitting \(k) clusters")
    }
  }
}
