internal import Blocks
internal import Cluster
internal import Learning
internal import LinearAlgebra
internal import Platform

/// The first centres of one start, drawn from the rows of all workers.
///
/// Draws are exponential races keyed by row number: a row's key is the same on whatever worker it
/// lies, and the smallest keys win. May return fewer centres than asked for when there are no more
/// distinct rows.
struct KMeansSeeding<Element: Scalar> {
  let rows: BlockMatrix<Element>
  let shift: [Double]
  let session: Session
  /// Which of several starts this is; each draws other numbers.
  let start: Int
  /// Which of several tries to cluster the candidates of k-means|| this is.
  var attempt = 0

  private static var attemptCount: Int { 4 }

  /// Draws `k` centres.
  func centers(_ k: Int, by way: KMeans.Initialization, rounds: Int) throws -> Matrix<Double> {
    switch way {
    case .random: try matrix(rows.draw(k, from: source, round: 0, in: session))
    case .plusPlus: try plusPlus(k)
    case .parallel: try parallel(k, rounds: rounds)
    }
  }

  /// Greedy k-means++: each next centre is the best of 2 + ln k rows drawn by their squared
  /// distance to the centres so far.
  private func plusPlus(_ k: Int) throws -> Matrix<Double> {
    var centers = matrix(try rows.draw(1, from: source, round: 0, in: session))
    let distances = try rows.distances(toNearest: centers, shift: shift, in: session)
    let trials = 2 + naturalLogarithmFloor(k)
    for step in 1..<max(1, k) {
      let drawn = try distances.draw(trials, from: source, round: step, in: session)
      if drawn.isEmpty { break }
      let candidates = matrix(drawn)
      let potentials = try distances.potentials(adding: candidates, in: session)
      let best = try session.communicator.decide("choosing a first centre") {
        potentials.indices.min { (potentials[$0], $0) < (potentials[$1], $1) } ?? 0
      }
      let chosen = Matrix(
        rowCount: 1, columnCount: candidates.columnCount, elements: candidates.row(best))
      try distances.add(chosen, in: session)
      centers = centers.appending(rowsOf: chosen)
    }
    return centers
  }

  /// How many rows k-means|| draws in a round: 2 k, and up to 8 k where there are few rows.
  ///
  /// More candidates find better centres (on digits they halve the spread of the results), and on
  /// few rows they cost next to nothing.
  static func drawCount(_ k: Int, rowCount: Int) -> Int {
    let centers = min(k, rowCount)
    return max(2 * centers, min(8 * centers, (1 << 24) / max(1, rowCount)))
  }

  /// k-means||: a few rounds of drawing many rows at once by their squared distance; the rows
  /// drawn, weighted by how many rows they are nearest to, are then clustered on rank 0.
  private func parallel(_ k: Int, rounds: Int) throws -> Matrix<Double> {
    var candidates = matrix(try rows.draw(1, from: source, round: 0, in: session))
    let distances = try rows.distances(toNearest: candidates, shift: shift, in: session)
    for round in 1...rounds {
      let drawn = try distances.draw(
        Self.drawCount(k, rowCount: rows.rowCount), from: source, round: round, in: session)
      if drawn.isEmpty { break }
      let fresh = matrix(drawn)
      try distances.add(fresh, in: session)
      candidates = candidates.appending(rowsOf: fresh)
    }
    if candidates.rowCount <= k { return candidates }
    let weights = try rows.tally(nearest: candidates, shift: shift, in: session).weights
    let chosen = try session.communicator.decide("choosing the first centres") {
      try clustered(candidates, weights: weights, k).elements
    }
    return Matrix(
      rowCount: chosen.count / candidates.columnCount, columnCount: candidates.columnCount,
      elements: chosen)
  }

  /// The best of a few tries of k-means++ and 30 rounds of Lloyd, on one worker alone.
  ///
  /// The weighted rows are few, so trying again costs little and saves bad starts.
  private func clustered(_ candidates: Matrix<Double>, weights: [Double], _ k: Int) throws
    -> Matrix<Double>
  {
    let alone = Session(threads: 1, seed: session.seed, leaves: session.leaves)
    let few = try BlockMatrix(candidates, weights: weights, in: alone)
    let settings = KMeans {
      $0.k = k
      $0.maxIterations = 30
      $0.tolerance = 0
    }
    var best: KMeans.Run?
    for attempt in 0..<Self.attemptCount {
      var seeding = KMeansSeeding<Double>(rows: few, shift: shift, session: alone, start: start)
      seeding.attempt = attempt
      let run = try settings.lloyd(few, from: seeding.plusPlus(k), shift: shift, in: alone)
      if run.quality.inertia < best?.quality.inertia ?? .infinity { best = run }
    }
    guard let best else { bug("the candidates of k-means|| were not clustered") }
    return best.centers
  }

  /// Random numbers that no other start draws.
  private var source: RandomSource {
    RandomSource(seed: session.seed, purpose: "kmeans.start.\(start).\(attempt)")
  }

  private func matrix(_ drawn: [DrawnRow]) -> Matrix<Double> {
    Matrix(
      rowCount: drawn.count, columnCount: rows.columnCount, elements: drawn.flatMap(\.values))
  }

  private func naturalLogarithmFloor(_ k: Int) -> Int {
    // The number of candidates must be the same on every machine: whole-number steps of e.
    var power = 2.718281828459045
    var count = 0
    while power <= Double(k) {
      count += 1
      power *= 2.718281828459045
    }
    return count
  }
}
