internal import Blocks
internal import Cluster
internal import LinearAlgebra
internal import Platform
internal import Synchronization

/// The users or the items of a fit on this worker: their ratings, and the table of their factors.
///
/// The table has a place for every user or item of all workers, of which this one fills its own and
/// those that its ratings of the other side name.
struct FactorSide: Sendable {
  let rows: RatingRows
  let shape: FactorShape
  let table: Buffer<Float>
  /// What each row leaves, and whether it was solved as well as asked; by own row.
  private let losses: Buffer<Double>
  private let unsettled: Buffer<UInt8>

  init(_ rows: RatingRows, _ shape: FactorShape) {
    self.rows = rows
    self.shape = shape
    table = Buffer(count: rows.rowCount * shape.stride)
    losses = Buffer(count: rows.rows.count)
    unsettled = Buffer(count: rows.rows.count)
  }

  /// The memory that it takes.
  static func byteCount(_ rows: RatingRows, _ shape: FactorShape) -> Int {
    rows.rowCount * shape.stride * 4 + rows.rows.count * 9
  }

  /// What a round of one side comes to.
  struct Total {
    /// The sum of squares that is left and the price of this side's factors.
    let loss: Double
    /// The price of this side's factors alone.
    let price: Double
    let unsettledCount: Int
  }

  /// Gives every own row the factors that suit the other side's best; a collective call.
  func solve(_ problem: RowProblem, _ activity: String, in session: Session) throws -> Total {
    solveLongRows(problem, threads: session.threads)
    let total = try rows.leaves.totals(
      activity, count: 3, in: session, scratch: { RowSolver(problem) }
    ) { leaf, solver, total in
      solve(leaf, by: solver)
      for row in leaf {
        let own = row - rows.rows.lowerBound
        total[0] += losses[own]
        total[1] += problem.settings.ridge(of: ratings(ofOwn: own).count) * square(row)
        total[2] += Double(unsettled[own])
      }
    }
    return Total(loss: total[0], price: total[1], unsettledCount: Int(total[2]))
  }

  /// The ratings of an own row.
  private func ratings(ofOwn row: Int) -> Range<Int> { rows.offsets[row]..<rows.offsets[row + 1] }

  /// The squared length of a row's factors and bias.
  private func square(_ row: Int) -> Double {
    var sum = 0.0
    let start = shape.place(row)
    for place in start..<start + shape.rank { sum += Double(table[place]) * Double(table[place]) }
    if shape.hasBias {
      sum += Double(table[start + shape.bias]) * Double(table[start + shape.bias])
    }
    return sum
  }

  /// Solves the rows of a leaf that are not too long, 16 at a time.
  private func solve(_ leaf: Range<Int>, by solver: RowSolver) {
    var (batch, pieces, starts) = ([Int](), [Range<Int>](), [Int]())
    func finish() {
      for (row, outcome) in zip(batch, solver.solve(pieces, in: table, at: starts)) {
        note(outcome, row)
      }
      (batch, pieces, starts) = ([], [], [])
    }
    for row in leaf {
      let own = row - rows.rows.lowerBound
      let ratings = ratings(ofOwn: own)
      if ratings.count > FactorSystems.pieceLimit { continue }
      batch.append(own)
      pieces.append(ratings)
      starts.append(shape.place(row))
      if batch.count == RowSolver.capacity { finish() }
    }
    if !batch.isEmpty { finish() }
  }

  private func note(_ outcome: RowOutcome, _ row: Int) {
    losses[row] = outcome.loss
    unsettled[row] = outcome.isSettled ? 0 : 1
  }
}

// MARK: Rows of very many ratings

extension FactorSide {
  /// A stretch of a long row.
  private struct Piece {
    let row: Int
    let ratings: Range<Int>
    let isLast: Bool
  }

  /// Solves the rows of more than 4096 ratings: all threads sum pieces of them, some dozens at a
  /// time, which are then added in their order.
  private func solveLongRows(_ problem: RowProblem, threads: Int) {
    let pieces = longPieces()
    if pieces.isEmpty { return }
    let wave = max(32, 8 * threads)
    let sums = (0..<min(wave, pieces.count)).map { _ in
      FactorSums(dimension: shape.dimension)
    }
    // The sums of a row that began in an earlier wave.
    var begun = FactorSums(dimension: shape.dimension)
    for from in stride(from: 0, to: pieces.count, by: wave) {
      let part = Array(pieces[from..<min(from + wave, pieces.count)])
      eachConcurrently(part.count, problem, threads) { solver, place in
        sums[place].clear()
        solver.form(part[place].ratings, into: sums[place])
      }
      // Each stretch of pieces of one row, and what the row's earlier pieces came to.
      var rows: [(places: Range<Int>, total: FactorSums)] = []
      for place in part.indices {
        if place > 0, part[place].row == part[place - 1].row {
          rows[rows.count - 1].places = rows[rows.count - 1].places.lowerBound..<place + 1
        } else {
          rows.append((place..<place + 1, place == 0 ? begun : sums[place]))
        }
      }
      let stretches = rows
      let first = begun
      eachConcurrently(stretches.count, problem, threads) { solver, stretch in
        let (places, total) = stretches[stretch]
        for place in places where total === first || place > places.lowerBound {
          total.add(sums[place])
        }
        let last = part[places.upperBound - 1]
        guard last.isLast else { return }
        note(
          solver.solve(
            total, of: self.ratings(ofOwn: last.row), in: table,
            at: shape.place(self.rows.rows.lowerBound + last.row)), last.row)
      }
      let open = FactorSums(dimension: shape.dimension)
      if let last = part.last, !last.isLast, let total = rows.last?.total { open.add(total) }
      begun = open
    }
  }

  private func longPieces() -> [Piece] {
    (0..<rows.rows.count).flatMap { row -> [Piece] in
      let ratings = ratings(ofOwn: row)
      if ratings.count <= FactorSystems.pieceLimit { return [] }
      return RowSolver.pieces(of: ratings).map {
        Piece(row: row, ratings: $0, isLast: $0.upperBound == ratings.upperBound)
      }
    }
  }

  /// Runs `body` for each index below `count` on some threads, each with a solver of its own.
  private func eachConcurrently(
    _ count: Int, _ problem: RowProblem, _ threads: Int,
    _ body: @escaping @Sendable (RowSolver, Int) -> Void
  ) {
    let next = Atomic(0)
    // The closure never throws.
    try? concurrently(max(1, min(threads, count))) { _ in
      let solver = RowSolver(problem)
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        body(solver, index)
      }
    }
  }
}
