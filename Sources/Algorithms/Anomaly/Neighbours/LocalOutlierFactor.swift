public import Blocks
public import Cluster
public import Learning
public import LinearAlgebra

/// How much thinner the rows lie around a row than around its neighbours (Breunig, Kriegel, Ng and
/// Sander, 2000).
///
/// With N(p) the k nearest training rows of p and d_k(o) the distance of a training row o to its own
/// k-th nearest, the density of p is 1 / (mean over o in N(p) of max(d_k(o), d(p, o)) + 1e-10), and
/// the score the mean density of N(p) over that of p: about 1 inside of a cluster however dense it is,
/// more outside. A training row is not its own neighbour; a row to score is compared with the training
/// rows alone. Distances are Euclidean, exact, and taken after each column was brought to mean 0 and
/// deviation 1 (unless `standardize` is off). Neighbours are always k: of equally near rows the earlier
/// ones. A feature's contribution is its share of the squared distances to the k nearest, times the
/// score.
///
/// Every worker holds all training rows and compares its part of them with all: n² d / workers
/// multiply-adds, said once their speed is known. The model holds the rows, and scoring one compares
/// it with each. Refuses what does not fit into memory, and missing numbers.
public struct LocalOutlierFactor: AnomalyDetector {
  @Setting("how many nearest rows make a neighbourhood", in: 1..., sklearn: "n_neighbors")
  public var neighbors = 20
  @Setting("bring each column to mean 0 and deviation 1 first")
  public var standardize = true
  @Setting(
    "share of the training rows to be called anomalies; 0 for no threshold", in: 0...0.5,
    sklearn: "contamination")
  public var contamination = 0.1

  public init() {}

  public static let name = "lof"
  public static let summary = "scores rows by how thin they lie beside their neighbours"
  public static let takesWeights = false

  public func learn<Element: Scalar>(
    from rows: BlockMatrix<Element>, in session: Session
  ) throws -> Findings<Knowledge> {
    let training = try NeighbourTraining(
      rows, neighbors: neighbors, standardize: standardize, in: session)
    let (own, neighbours) = (0..<training.rows.count, training.neighbours)
    var factors = LocalDensities()
    factors.reaches = try training.gathered(
      own.map { neighbours.distances(of: $0).last ?? 0 }, in: session)
    let densities = own.map { factors.density(of: $0, neighbours) }
    factors.densities = try training.gathered(densities, in: session)
    let scores = own.map { factors.score(of: $0, neighbours, density: densities[$0]) }
    var report = training.report()
    let repeated = factors.reaches.count { $0 == 0 }
    if repeated > 0 {
      report.counts.insert(
        FitReport.Count("rows equal to all their neighbors", repeated), at: 0)
    }
    return Findings(Knowledge(space: training.space, factors: factors), scores: scores, report)
  }
}

/// What the local outlier factor knows of each training row.
struct LocalDensities: Sendable {
  /// The distance to the last of its neighbours.
  var reaches: [Double] = []
  var densities: [Double] = []

  /// The density around a query, from its neighbours.
  func density(of query: Int, _ neighbours: Neighbours) -> Double {
    var sum = 0.0
    for place in query * neighbours.count..<(query + 1) * neighbours.count {
      sum += max(reaches[Int(neighbours.places[place])], neighbours.distances[place])
    }
    return 1 / (sum / Double(neighbours.count) + 1e-10)
  }

  /// The density around its neighbours over its own.
  func score(of query: Int, _ neighbours: Neighbours, density: Double) -> Double {
    var sum = 0.0
    for place in query * neighbours.count..<(query + 1) * neighbours.count {
      sum += densities[Int(neighbours.places[place])] / density
    }
    return sum / Double(neighbours.count)
  }
}
