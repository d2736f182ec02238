internal import Blocks
internal import Cluster
internal import Learning
internal import LinearAlgebra
internal import Platform
internal import Synchronization

extension KMeans {
  /// One run of Lloyd's method from some first centres.
  struct Run: Sendable {
    var centers: Matrix<Double>
    var quality: ClusterQuality
    var iterations = 0
    var converged = false
    var objectives: [Double] = []
    /// Clusters that lost all their rows and got the row farthest from its centre instead.
    var reseeded = 0
    /// Clusters left out at the end because there are no more distinct rows.
    var dropped = 0
  }

  /// The best run of all starts; of equals the first.
  func best<Element: Scalar>(
    of rows: BlockMatrix<Element>, from given: Matrix<Double>?, shift: [Double],
    in session: Session
  ) throws -> Run {
    let count = given == nil ? starts : 1
    let runs = Mutex([Run?](repeating: nil, count: count))
    @Sendable func run(_ start: Int, in session: Session) throws {
      let seeding = KMeansSeeding(rows: rows, shift: shift, session: session, start: start)
      let first = try given ?? seeding.centers(k, by: self.`init`, rounds: initRounds)
      let run = try lloyd(rows, from: first, shift: shift, in: session)
      runs.withLock { $0[start] = run }
    }
    let lanes = min(session.threads, count)
    if lanes > 1, session.communicator.size == 1, rows.byteCount <= Self.byteCountOfSmall {
      // A pass over few rows is over before threads are awake: give each thread starts of its own.
      let (seed, leaves, limit) = (session.seed, session.leaves, session.memory.limit)
      try concurrently(lanes) { lane in
        let alone = Session(threads: 1, memoryByteCount: limit, seed: seed, leaves: leaves)
        for start in stride(from: lane, to: count, by: lanes) { try run(start, in: alone) }
      }
    } else {
      for start in 0..<count {
        try run(start, in: session)
        session.reporter.progress("k-means starts", done: start + 1, of: count)
      }
    }
    let all = runs.withLock { $0.compactMap { $0 } }
    guard let best = all.min(by: { $0.quality.inertia < $1.quality.inertia }) else {
      bug("k-means ended without a run")
    }
    return best
  }

  private static var byteCountOfSmall: Int { 4 << 20 }

  /// Summarise each leaf, merge in order, update from one place: until no centre moves.
  func lloyd<Element: Scalar>(
    _ rows: BlockMatrix<Element>, from first: Matrix<Double>, shift: [Double], in session: Session
  ) throws -> Run {
    let spread = try rows.spread(around: shift, in: session)
    var run = Run(centers: first, quality: ClusterQuality())
    while run.iterations < maxIterations, !run.converged {
      let tally = try rows.tally(nearest: run.centers, shift: shift, in: session)
      run.iterations += 1
      run.objectives.append(max(0, spread - tally.explained))
      let moved = try session.communicator.decideValues("moving the centres") {
        tally.means(orKeeping: run.centers, shift: shift).elements
      }
      var next = Matrix(
        rowCount: run.centers.rowCount, columnCount: run.centers.columnCount, elements: moved)
      let empty = tally.emptyClusters
      if !empty.isEmpty {
        run.reseeded += try reseed(empty, &next, rows, run.centers, shift, session)
      }
      let farthest = distanceMoved(from: run.centers, to: next)
      run.converged = farthest <= tolerance
      run.centers = next
      session.reporter.progress("k-means", done: run.iterations, of: maxIterations)
    }
    run.quality = try rows.quality(of: run.centers, shift: shift, in: session)
    try dropEmpty(&run, rows, shift, session)
    return run
  }

  /// Moves empty clusters to the rows that lie farthest from their centres.
  /// - Returns: how many found such a row.
  private func reseed<Element: Scalar>(
    _ empty: [Int], _ next: inout Matrix<Double>, _ rows: BlockMatrix<Element>,
    _ centers: Matrix<Double>, _ shift: [Double], _ session: Session
  ) throws -> Int {
    let distances = try rows.distances(toNearest: .dense(centers), shift: shift, in: session)
    let farthest = try distances.farthest(empty.count, in: session)
    for (place, cluster) in zip(0..<farthest.points.count, empty) {
      let row = farthest.points[place].matrix
      for column in 0..<next.columnCount { next[cluster, column] = row[0, column] }
    }
    return farthest.points.count
  }

  /// Leaves out clusters that ended without a row.
  private func dropEmpty<Element: Scalar>(
    _ run: inout Run, _ rows: BlockMatrix<Element>, _ shift: [Double], _ session: Session
  ) throws {
    let kept = run.quality.counts.indices.filter { run.quality.counts[$0] > 0 }
    guard kept.count < run.centers.rowCount else { return }
    run.dropped = run.centers.rowCount - kept.count
    run.centers = Matrix(
      rowCount: kept.count, columnCount: run.centers.columnCount,
      elements: kept.flatMap { run.centers.row($0) })
    run.quality = try rows.quality(of: run.centers, shift: shift, in: session)
  }

  /// The largest distance that any centre moved.
  private func distanceMoved(from old: Matrix<Double>, to new: Matrix<Double>) -> Double {
    var farthest = 0.0
    for cluster in 0..<old.rowCount {
      var sum = 0.0
      for column in 0..<old.columnCount {
        let difference = new[cluster, column] - old[cluster, column]
        sum += difference * difference
      }
      farthest = max(farthest, sum.squareRoot())
    }
    return farthest
  }

  /// The model and the report of the best run.
  func fit<Element: Scalar>(
    from run: Run, rows: BlockMatrix<Element>, shift: [Double], session: Session, given: Bool
  ) throws -> Fit<KMeansModel> {
    var report = FitReport()
    report.iterations = run.iterations
    report.converged = run.converged
    report.stopReason =
      run.converged
      ? "no centre moved farther than \(tolerance)" : "the limit of \(maxIterations) iterations"
    report.objective = run.quality.inertia
    report.objectives = run.objectives
    report.counts = [
      .init("clusters", run.centers.rowCount), .init("clustersReseeded", run.reseeded),
      .init("clustersDropped", run.dropped),
    ]
    report.facts = [
      given ? "first centres as given" : "first centres by \(self.`init`.rawValue)",
      "\(rows.placement.leafCount) leaves",
    ]
    if rows.isSparse { report.facts.append("sparse rows, walked by their entries") }
    if run.reseeded > 0 {
      report.warnings.append(
        "\(run.reseeded) times a cluster lost all its rows and was moved to the row farthest "
          + "from its centre")
    }
    if run.centers.rowCount < k {
      report.warnings.append(
        "there are only \(run.centers.rowCount) clusters instead of \(k): "
          + "the data has no more distinct rows")
    }
    let model = try KMeansModel(
      featureNames: rows.featureNames, precision: Element.precision, settings: json,
      centers: run.centers, shift: rows.isSparse ? nil : shift, clusterSizes: run.quality.counts,
      inertia: run.quality.inertia)
    return Fit(model, report)
  }
}
