internal import Blocks
internal import Cluster
internal import Learning
internal import LinearAlgebra
internal import Platform

/// The training rows on every worker, and the neighbours of those that this worker looks after.
struct NeighbourTraining {
  let space: NeighbourSpace
  /// The rows whose neighbours are known here.
  let rows: Range<Int>
  let neighbours: Neighbours
  private let wanted: Int
  private let doubtfulCount: Int
  private let reservation: MemoryReservation

  /// Refuses, gathers, brings to one measure and searches; a collective call.
  init<Element: Scalar>(
    _ matrix: BlockMatrix<Element>, neighbors: Int, standardize: Bool, in session: Session
  ) throws {
    guard matrix.rowCount > 1 else {
      throw Failure(.data, "there is one row to learn from, which has no neighbour")
    }
    wanted = neighbors
    let count = min(neighbors, matrix.rowCount - 1)
    let level: KernelLevel
    (reservation, level) = try session.communicator.agree("planning the search for neighbours") {
      (try Self.reserve(matrix, count, in: session), try KernelLevel.current())
    }
    space = try Self.space(matrix, count, standardize, level, in: session)
    rows = space.search.share(of: session.communicator)
    let (search, share) = (space.search, rows)
    let found = Result { try search.nearest(count, toPoints: share, in: session) }
    neighbours = try session.communicator.agree("looking for neighbours") { try found.get() }
    doubtfulCount = Int(
      try session.communicator.allReduce([Int64(neighbours.doubtfulCount)], by: .sum)[0])
  }

  /// All that the fit holds at once, for as long as it lasts.
  private static func reserve<Element: Scalar>(
    _ matrix: BlockMatrix<Element>, _ count: Int, in session: Session
  ) throws -> MemoryReservation {
    let (rows, width) = (matrix.rowCount, matrix.columnCount)
    guard rows < Int(Int32.max), !rows.multipliedReportingOverflow(by: 64 * width).overflow else {
      throw Failure(
        .memory, "\(rows) rows are more than can be compared with each other",
        hint: "learn from a part of them")
    }
    let share = rows / session.communicator.size + 1
    // The rows, the search, its answers; three numbers of each row, sent and received.
    let needed =
      matrix.gatheredByteCount
      + NeighbourSearch.byteCount(points: rows, dimension: width)
      + Neighbours.byteCount(queries: share, count: count) + 48 * rows
    let sums = matrix.sumByteCount(of: 2 * (width + 7) + 2, in: session)
    let purpose = "\(rows) rows on each worker, to compare them with each other"
    _ = try session.memory.reserve(needed + sums, for: purpose)
    return try session.memory.reserve(needed, for: purpose)
  }

  /// Gathers the rows and brings them to one measure.
  private static func space<Element: Scalar>(
    _ matrix: BlockMatrix<Element>, _ count: Int, _ standardize: Bool, _ level: KernelLevel,
    in session: Session
  ) throws -> NeighbourSpace {
    var means = [Double](repeating: 0, count: matrix.columnCount)
    var scales = means.map { _ in 1.0 }
    if standardize {
      let moments = try matrix.classMoments(classCount: 0, in: session)
      means = moments.means
      // A column of one value tells nothing, in any measure.
      scales = moments.spreads.map { $0 > 0 ? ($0 / moments.weight).squareRoot() : 1 }
    }
    let points = try matrix.gathered(in: session).withRows {
      $0.standardized(means: means, scales: scales)
    }
    let isUsable = points.withSpan { span in
      span.indices.allSatisfy { span[$0].magnitude <= NeighbourSearch.greatest }
    }
    guard isUsable, (means + scales).allSatisfy(\.isFinite) else {
      throw Failure(
        .data, "the squares of distances are beyond the range of numbers",
        hint: "look for extreme values, or scale the columns first")
    }
    return NeighbourSpace(
      means: means, scales: scales, search: NeighbourSearch(points, level: level),
      neighborCount: count)
  }

  /// A number of each row of all workers, in order, from those of this worker's rows.
  func gathered(_ own: [Double], in session: Session) throws -> [Double] {
    try session.communicator.allGather(own).flatMap { $0 }
  }

  /// How the search went.
  func report() -> FitReport {
    var report = FitReport()
    report.iterations = 1
    report.stopReason = "each row was compared with all others"
    report.counts = [
      FitReport.Count("neighbors", space.neighborCount),
      FitReport.Count("rows compared in double", doubtfulCount),
    ]
    report.facts = [
      "the model holds the training rows: \(byteText(space.points.elementCount * 8))",
      "a training row is not its own neighbour here; scored again it is, and seems less strange",
    ]
    if space.neighborCount < wanted {
      report.warnings = [
        "\(wanted) neighbors were asked for; \(space.points.rowCount) rows have "
          + "\(space.neighborCount) each"
      ]
    }
    return report
  }
}
