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
    case .random: try rows.draw(k, from: source, round: 0, in: session).points.matrix
    case .plusPlus: try plusPlus(k).matrix
    case .parallel: try parallel(k, rounds: rounds)
    }
  }

  /// Greedy k-means++: each next centre is the best of 2 + ln k rows drawn by their squared
  /// distance to the centres so far.
  private func plusPlus(_ k: Int) throws -> Points {
    var centers = try rows.draw(1, from: source, round: 0, in: session).points
    let distances = try rows.distances(toNearest: centers, shift: shift, in: session)
    let trials = 2 + naturalLogarithmFloor(k)
    for step in 1..<max(1, k) {
      let drawn = try distances.draw(trials, from: source, round: step, in: session)
      if drawn.isEmpty { break }
      let potentials = try distances.potentials(adding: drawn.points, in: session)
      let best = try session.communicator.decide("choosing a first centre") {
        potentials.indices.min { (potentials[$0], $0) < (potentials[$1], $1) } ?? 0
      }
      let chosen = drawn.points[best]
      try distances.add(chosen, in: session)
      centers = centers.appending(chosen)
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
    var candidates = try rows.draw(1, from: source, round: 0, in: session).points
    let distances = try rows.distances(toNearest: candidates, shift: shift, in: session)
    for round in 1...rounds {
      let drawn = try distances.draw(
        Self.drawCount(k, rowCount: rows.rowCount), from: source, round: round, in: session)
      if drawn.isEmpty { break }
      try distances.add(drawn.points, in: session)
      candidates = candidates.appending(drawn.points)
    }
    if candidates.count <= k { return candidates.matrix }
    let weights = try rows.weights(nearest: candidates, shift: shift, in: session)
    switch candidates {
    case .dense(let matrix):
      return try chosen(matrix.columnCount) { alone in
        try clustered(
          BlockMatrix(matrix, weights: weights, in: alone), shift: shift, k, in: alone)
      }
    case .sparse(let all):
      // A hundred rows have few of a million columns; the others are zero in their means too.
      let (rows, columns) = all.withoutEmptyColumns
      let shift = [Double](repeating: 0, count: columns.count)
      let narrow = try chosen(columns.count) { alone in
        try clustered(BlockMatrix(rows, weights: weights, in: alone), shift: shift, k, in: alone)
      }
      var centers = Matrix<Double>(rowCount: narrow.rowCount, columnCount: all.columnCount)
      for center in 0..<narrow.rowCount {
        for (place, column) in columns.enumerated() {
          centers[center, column] = narrow[center, place]
        }
      }
      return centers
    }
  }

  /// What rank 0 chose, on all workers.
  private func chosen(
    _ columnCount: Int, _ body: (Session) throws -> Matrix<Double>
  ) throws -> Matrix<Double> {
    let elements = try session.communicator.decide("choosing the first centres") {
      try body(Session(threads: 1, seed: session.seed, leaves: session.leaves)).elements
    }
    return Matrix(
      rowCount: elements.count / max(1, columnCount), columnCount: columnCount,
      elements: elements)
  }

  /// The best of a few tries of k-means++ and 30 rounds of Lloyd, on one worker alone.
  ///
  /// The weighted rows are few, so trying again costs little and saves bad starts.
  private func clustered(
    _ few: BlockMatrix<Double>, shift: [Double], _ k: Int, in alone: Session
  ) throws -> Matrix<Double> {
    let settings = KMeans {
      $0.k = k
      $0.maxIterations = 30
      $0.tolerance = 0
    }
    var best: KMeans.Run?
    for attempt in 0..<Self.attemptCount {
      var seeding = KMeansSeeding<Double>(rows: few, shift: shift, session: alone, start: start)
      seeding.attempt = attempt
      let run = try settings.lloyd(few, from: seeding.plusPlus(k).matrix, shift: shift, in: alone)
      if run.quality.inertia < best?.quality.inertia ?? .infinity { best = run }
    }
    guard let best else { bug("the candidates of k-means|| were not clustered") }
    return best.centers
  }

  /// Random numbers that no other start draws.
  private var source: RandomSource {
    RandomSource(seed: session.seed, purpose: "kmeans.start.\(start).\(attempt)")
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
