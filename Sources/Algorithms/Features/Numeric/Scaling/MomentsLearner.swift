internal import Cluster
internal import Datasets
internal import Learning
internal import Platform

/// Learns from counts, ends, means and variances of numbers.
struct MomentsLearner: Learner {
  /// What follows from the figures of each input's variables.
  typealias Finish = @Sendable ([[Moment]], FitReport) throws -> Learned

  let activity: String
  private let inputs: [NumbersInput]
  private let wantsSquares: Bool
  private let finish: Finish

  init(
    _ name: String, _ inputs: [NumbersInput], wantsSquares: Bool, _ finish: @escaping Finish
  ) {
    activity = "\(name) of \(inputs.map(\.name).joined(separator: ", "))"
    self.inputs = inputs
    self.wantsSquares = wantsSquares
    self.finish = finish
  }

  struct Tally: Sendable {
    var inputs: [ExactMoments]
    var rowCount: Int64 = 0
  }

  func start() throws -> Tally {
    Tally(
      inputs: try inputs.map { try ExactMoments(count: $0.width, wantsSquares: wantsSquares) })
  }

  func add(_ batch: RowBatch, to tally: inout Tally) throws {
    tally.rowCount += Int64(batch.rowCount)
    for (place, input) in inputs.enumerated() {
      guard Self.add(input, batch, to: &tally.inputs[place]) else {
        throw input.infinite(in: batch)
      }
    }
  }

  /// False where a number is infinite.
  private static func add(
    _ input: NumbersInput, _ batch: RowBatch, to moments: inout ExactMoments
  ) -> Bool {
    let count = batch.rowCount
    if count == 0 { return true }
    switch input.slot {
    case .number(let slot):
      return unsafe moments.add(batch[slot].pointer, count: count, to: 0)
    case .vector(let slot) where slot.isSparse:
      let cells = batch[slot]
      var isFinite = true
      for row in 0..<count {
        cells.forEachEntry(row) { isFinite = moments.add($1, to: $0) && isFinite }
      }
      return isFinite
    case .vector(let slot):
      if slot.width == 0 { return true }
      let numbers = unsafe batch[slot].row(0)
      for index in 0..<slot.width {
        let isFinite = unsafe moments.add(
          numbers + index, count: count, stride: slot.width, to: index)
        if !isFinite { return false }
      }
      return true
    }
  }

  func merge(_ other: Tally, into tally: inout Tally) throws {
    tally.rowCount += other.rowCount
    for place in inputs.indices { tally.inputs[place].add(other.inputs[place]) }
  }

  func learn(from tally: Tally, in session: Session) throws -> Learned {
    let rowCount = try session.communicator.allReduce([tally.rowCount], by: .sum)[0]
    guard rowCount > 0 else { throw NumbersInput.withoutRows }
    var report = FitReport()
    var results: [[Moment]] = []
    for (input, own) in zip(inputs, tally.inputs) {
      var total = try own.total(in: session.communicator)
      if input.isSparse {
        for variable in 0..<input.width {
          let heldCount = total.counts[variable] + total.missingCounts[variable]
          total.addZeros(rowCount - heldCount, to: variable)
        }
      }
      report.note(missing: total.missingCounts.reduce(0, +), in: input)
      results.append(
        try (0..<input.width).map { variable in
          guard let moment = total[variable] else { throw input.withoutNumbers(variable) }
          return moment
        })
    }
    return try finish(results, report)
  }
}

extension FitReport {
  /// Counts values that were left out of a column's figures.
  mutating func note(missing count: Int64, in input: NumbersInput) {
    if count > 0 { counts.append(Count("missing or NaN in \(input.name)", Int(count))) }
  }
}
