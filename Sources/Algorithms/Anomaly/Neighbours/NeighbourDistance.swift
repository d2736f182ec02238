public import Blocks
public import Cluster
public import Learning
public import LinearAlgebra

/// How far a row is from its nearest training rows.
///
/// The score is the distance to the k-th nearest row (Ramaswamy, Rastogi and Shim, 2000), or the mean
/// (Angiulli and Pizzuti, 2002) or median of the distances to the k nearest. Distances are Euclidean,
/// exact, and taken after each column was brought to mean 0 and deviation 1 (unless `standardize` is
/// off). A training row is not its own neighbour; a row to score knows nothing of that, and one that
/// repeats a training row has it at distance 0. A feature's contribution is its share of the squared
/// distances to the k nearest, times the score.
///
/// Every worker holds all training rows and compares its part of them with all: n² d / workers
/// multiply-adds, said once their speed is known. The model holds the rows, and scoring one compares
/// it with each. Refuses what does not fit into memory, and missing numbers.
public struct NeighbourDistance: AnomalyDetector {
  @Setting("how many nearest rows a row is compared with", in: 1..., sklearn: "n_neighbors")
  public var neighbors = 5
  @Setting("what the score is of the distances to them")
  public var method = Method.largest
  @Setting("bring each column to mean 0 and deviation 1 first")
  public var standardize = true
  @Setting(
    "share of the training rows to be called anomalies; 0 for no threshold", in: 0...0.5,
    sklearn: "contamination")
  public var contamination = 0.1

  public init() {}

  public static let name = "knn-anomaly"
  public static let summary = "scores rows by their distance to the nearest training rows"
  public static let takesWeights = false

  /// What is made of the distances to the nearest rows.
  public enum Method: String, CaseIterable, SettingValue {
    /// The distance to the last of them.
    case largest
    case mean
    case median

    /// The score of some distances, smallest first.
    func score(_ distances: [Double]) -> Double {
      let middle = distances.count / 2
      return switch self {
      case .largest: distances[distances.count - 1]
      case .mean: distances.reduce(0, +) / Double(distances.count)
      case .median:
        distances.count % 2 == 1
          ? distances[middle] : (distances[middle - 1] + distances[middle]) / 2
      }
    }
  }

  public func learn<Element: Scalar>(
    from rows: BlockMatrix<Element>, in session: Session
  ) throws -> Findings<Knowledge> {
    let training = try NeighbourTraining(
      rows, neighbors: neighbors, standardize: standardize, in: session)
    let scores = (0..<training.rows.count).map {
      method.score(training.neighbours.distances(of: $0))
    }
    return Findings(
      Knowledge(space: training.space, method: method), scores: scores, training.report())
  }
}
