internal import Blocks
internal import Cluster
internal import Datasets
internal import Learning
internal import LinearAlgebra
internal import Platform

/// One fit: the two sides, and the rounds between them.
struct ALSFitting {
  private let settings: ALS
  private let session: Session
  private let shape: FactorShape
  private let users: FactorSide
  private let items: FactorSide
  private let userExchange: RowExchange
  private let itemExchange: RowExchange
  /// The mean of all ratings, where users and items have levels beside it; else 0.
  private let mean: Float
  private let level: KernelLevel
  private let held: MemoryReservation
  /// The ratings of each side beside the factors of the other.
  private let userRatings: FactorObservations
  private let itemRatings: FactorObservations

  /// Makes room and draws the first factors of users; a collective call.
  init(_ settings: ALS, _ ratings: Ratings, in session: Session) throws {
    self.settings = settings
    self.session = session
    let shape = FactorShape(rank: settings.rank, hasBias: settings.biases)
    self.shape = shape
    (level, held) = try session.communicator.agree("planning ALS") {
      (
        try KernelLevel.current(),
        try session.memory.reserve(
          Self.byteCount(ratings, shape, threads: session.threads),
          for: "\(settings.rank) factors of \(ratings.users.count) users and "
            + "\(ratings.items.count) items")
      )
    }
    users = FactorSide(ratings.byUser, shape)
    items = FactorSide(ratings.byItem, shape)
    userExchange = try shape.exchange(
      of: ratings.byUser.leaves, needing: ratings.byItem.indices, in: session)
    itemExchange = try shape.exchange(
      of: ratings.byItem.leaves, needing: ratings.byUser.indices, in: session)
    let level = try RatingLevel(ratings, in: session)
    mean = settings.biases ? Float(level.mean) : 0
    if session.communicator.size > 1 {
      // Beside the report, which is the same for any number of workers.
      session.reporter.note(
        "workers send each other \(userExchange.totalByteCount) bytes of users' factors a round and "
          + "\(itemExchange.totalByteCount) of items'")
    }
    let target: FactorTarget =
      settings.implicit
      ? .preference(alpha: Float(settings.alpha))
      : .value(shift: mean, bias: shape.hasBias ? shape.bias : nil)
    userRatings = FactorObservations(users, beside: items, target)
    itemRatings = FactorObservations(items, beside: users, target)
    // What is received has the 1 already, which does not travel.
    if shape.hasBias {
      for row in itemExchange.foreignRows { items.table[shape.place(Int(row)) + shape.one] = 1 }
    }
    try drawUsers(
      isPositive: settings.nonnegative
        || !settings.biases && (settings.implicit || level.dominates))
  }

  /// The tables, and what a thread works with: 16 systems, or the factors of 4096 ratings.
  private static func byteCount(_ ratings: Ratings, _ shape: FactorShape, threads: Int) -> Int {
    let width = FactorObservations.width(of: shape.dimension)
    let ofThread = FactorSystems.capacity * width * width * 4 + FactorSystems.pieceLimit * width * 4
    return FactorSide.byteCount(ratings.byUser, shape)
      + FactorSide.byteCount(ratings.byItem, shape) + threads * ofThread
  }

  /// Rows of unit length in random directions, each a function of the seed and its place.
  ///
  /// Where the greater part of ratings is their level, directions with no negative element find it
  /// in the first round, and signed ones take several (the test error of ten rounds falls by 2 %).
  private func drawUsers(isPositive: Bool) throws {
    let source = RandomSource(seed: session.seed, purpose: "als.users")
    let own = users.rows.rows
    let foreign = userExchange.foreignRows
    let (table, shape) = (users.table, shape)
    @Sendable func draw(_ row: Int, _ direction: inout [Double]) {
      var stream = source.stream(row: row)
      var square = 0.0
      for place in 0..<shape.rank {
        let element = stream.normal()
        direction[place] = isPositive ? abs(element) : element
        square += element * element
      }
      let length = square.squareRoot()
      let start = shape.place(row)
      for place in 0..<shape.rank {
        table[start + place] = length > 0 ? Float(direction[place] / length) : 0
      }
      if shape.hasBias { table[start + shape.one] = 1 }
    }
    let threads = session.threads
    try concurrently(threads) { thread in
      var direction = [Double](repeating: 0, count: shape.rank)
      for row in stride(from: own.lowerBound + thread, to: own.upperBound, by: threads) {
        draw(row, &direction)
      }
      for place in stride(from: thread, to: foreign.count, by: threads) {
        draw(Int(foreign[place]), &direction)
      }
    }
  }

  /// All rounds; a collective call.
  func run() throws -> FitReport {
    var report = FitReport()
    report.facts = facts
    var isDone = false
    var priceOfItems = 0.0
    while report.iterations < settings.maxIterations, !isDone {
      let ofItems = try solve(items, itemRatings, "solving for items", beside: users)
      try itemExchange.run(items.table, in: session)
      // Reasons and folding in take users' factors for solutions, not for a few steps towards them.
      let isLast = report.iterations + 1 == settings.maxIterations
      let ofUsers = try solve(
        users, userRatings, "solving for users", beside: items,
        steps: isLast && settings.descends ? settings.lastSteps : nil)
      report.iterations += 1
      priceOfItems = ofItems.price
      let loss = try checked(ofUsers.loss + priceOfItems, round: report.iterations)
      isDone = try isSettled(loss, after: report.objectives.last)
      report.objectives.append(loss)
      if !isDone, report.iterations < settings.maxIterations {
        try userExchange.run(users.table, in: session)
      }
      note(ofItems.unsettledCount + ofUsers.unsettledCount, in: &report)
      session.reporter.progress("als", done: report.iterations, of: settings.maxIterations)
    }
    if settings.descends, report.iterations < settings.maxIterations {
      // Which round was the last one was not known before.
      let ofUsers = try solve(
        users, userRatings, "settling users", beside: items, steps: settings.lastSteps)
      report.objectives[report.objectives.count - 1] = try checked(
        ofUsers.loss + priceOfItems, round: report.iterations)
    }
    report.objective = report.objectives.last
    report.converged = settings.tolerance.map { _ in isDone }
    report.stopReason = isDone ? "the loss hardly fell any more" : "all rounds were done"
    return report
  }

  /// A loss that is a finite number.
  private func checked(_ loss: Double, round: Int) throws -> Double {
    guard loss.isFinite else {
      throw Failure(
        .data, "the loss of round \(round) is no finite number",
        hint: "the ratings are too large for single precision; scale them down")
    }
    return loss
  }

  /// One side's factors from the other's.
  private func solve(
    _ side: FactorSide, _ observations: FactorObservations, _ activity: String,
    beside other: FactorSide, steps: Int? = nil
  ) throws -> FactorSide.Total {
    let problem = RowProblem(
      settings: settings, shape: shape,
      observations: observations,
      common: settings.implicit ? try other.commonPart(level: level, in: session) : nil,
      level: level, steps: steps ?? (settings.descends ? settings.steps : 0))
    return try side.solve(problem, activity, in: session)
  }

  /// Whether a round lowered the loss by so little that the next one is not worth it.
  private func isSettled(_ loss: Double, after last: Double?) throws -> Bool {
    guard let tolerance = settings.tolerance, let last else { return false }
    return try session.communicator.decide("whether to go on") {
      last - loss <= tolerance * abs(last)
    }
  }

  /// What was met in the last round counts.
  private func note(_ unsettledCount: Int, in report: inout FitReport) {
    report.counts = []
    if unsettledCount > 0 {
      report.counts.append(.init("rows not solved to the end", unsettledCount))
    }
  }

  private var facts: [String] {
    var facts = [settings.solverFact]
    facts.append(
      settings.regularizationScaling == .count
        ? "the price of factors is multiplied by the number of ratings"
        : "the price of factors is the same for all")
    if settings.implicit {
      facts.append("ratings are confidences; a pair without one counts as not taken")
    }
    return facts
  }

  /// The factors of all users and items; a collective call.
  func factors() throws -> FactorTable {
    FactorTable(
      offset: Double(mean), users: try users.allFactors(in: session),
      items: try items.allFactors(in: session), userBias: try users.allBiases(in: session),
      itemBias: try items.allBiases(in: session))
  }
}

/// What all ratings have in common.
private struct RatingLevel {
  let mean: Double
  /// Whether it is the greater part of them: more than half of the mean square.
  let dominates: Bool

  /// A collective call.
  init(_ ratings: Ratings, in session: Session) throws {
    let rows = ratings.byUser
    let sums = try rows.leaves.totals(
      "adding up ratings", count: 2, in: session, scratch: {}
    ) { leaf, _, total in
      let first = rows.offsets[leaf.lowerBound - rows.rows.lowerBound]
      let last = rows.offsets[leaf.upperBound - rows.rows.lowerBound]
      for place in first..<last {
        let value = Double(rows.values[place])
        total[0] += value
        total[1] += value * value
      }
    }
    let count = Double(max(1, ratings.count))
    mean = sums[0] / count
    dominates = 2 * mean * mean > sums[1] / count
  }
}

extension FactorObservations {
  /// The ratings of one side beside the factors of the other.
  fileprivate init(_ side: FactorSide, beside other: FactorSide, _ target: FactorTarget) {
    self.init(
      factors: other.table, stride: side.shape.stride, dimension: side.shape.dimension,
      indices: side.rows.indices, values: side.rows.values, target: target)
  }
}
