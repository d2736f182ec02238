internal import Cluster
internal import Datasets
internal import Learning
internal import Platform

/// Learns from order statistics of numbers.
///
/// Cost: 8 bytes for each number until the quantiles are found.
struct OrderLearner: Learner {
  /// The numbers of each input's variables, which of them were missing, and how they are reported.
  typealias Finish =
    @Sendable ([[OrderStatistics.Values]], FitReport, Session) throws -> Learned

  let activity: String
  private let inputs: [NumbersInput]
  /// A value that counts as missing beside NaN.
  private let missingValue: Double?
  private let finish: Finish

  init(
    _ name: String, _ inputs: [NumbersInput], missingValue: Double? = nil,
    _ finish: @escaping Finish
  ) {
    activity = "\(name) of \(inputs.map(\.name).joined(separator: ", "))"
    self.inputs = inputs
    self.missingValue = missingValue
    self.finish = finish
  }

  struct Tally: Sendable {
    var inputs: [[OrderStatistics.Values]]
    var missingCounts: [[Int64]]
    var rowCount: Int64 = 0
  }

  func start() throws -> Tally {
    Tally(
      inputs: inputs.map { Array(repeating: OrderStatistics.Values(), count: $0.width) },
      missingCounts: inputs.map { Array(repeating: 0, count: $0.width) })
  }

  func add(_ batch: RowBatch, to tally: inout Tally) throws {
    tally.rowCount += Int64(batch.rowCount)
    if batch.rowCount == 0 { return }
    for (place, input) in inputs.enumerated() { add(input, place, batch, &tally) }
  }

  private func add(
    _ input: NumbersInput, _ place: Int, _ batch: RowBatch, _ tally: inout Tally
  ) {
    let count = batch.rowCount
    switch input.slot {
    case .number(let slot):
      guard let missingValue else {
        tally.missingCounts[place][0] += Int64(
          unsafe tally.inputs[place][0].add(batch[slot].pointer, count: count))
        return
      }
      for row in 0..<count {
        let number = batch[slot][row]
        if number.isNaN || number == missingValue {
          tally.missingCounts[place][0] += 1
        } else {
          tally.inputs[place][0].add(number)
        }
      }
    case .vector(let slot) where slot.isSparse:
      for row in 0..<count {
        batch[slot].forEachEntry(row) { index, value in
          if value.isNaN {
            tally.missingCounts[place][index] += 1
          } else {
            tally.inputs[place][index].add(value)
          }
        }
      }
    case .vector(let slot):
      if slot.width == 0 { return }
      let numbers = unsafe batch[slot].row(0)
      for index in 0..<slot.width {
        tally.missingCounts[place][index] += Int64(
          unsafe tally.inputs[place][index].add(
            numbers + index, count: count, stride: slot.width))
      }
    }
  }

  func merge(_ other: Tally, into tally: inout Tally) throws {
    tally.rowCount += other.rowCount
    for (place, input) in inputs.enumerated() {
      for variable in 0..<input.width {
        tally.inputs[place][variable].add(other.inputs[place][variable])
        tally.missingCounts[place][variable] += other.missingCounts[place][variable]
      }
    }
  }

  func learn(from tally: Tally, in session: Session) throws -> Learned {
    var tally = tally
    for (place, input) in inputs.enumerated() where input.isSparse {
      // Of this worker's rows; zeros of others are theirs to add.
      for variable in 0..<input.width {
        let heldCount =
          tally.inputs[place][variable].count + tally.missingCounts[place][variable]
        tally.inputs[place][variable].addZeros(tally.rowCount - heldCount)
      }
    }
    let totals = try session.communicator.allReduce(
      tally.missingCounts.map { $0.reduce(0, +) } + [tally.rowCount], by: .sum)
    let missing = totals.dropLast()
    guard inputs.isEmpty || (totals.last ?? 0) > 0 else { throw NumbersInput.withoutRows }
    var report = FitReport()
    for (input, count) in zip(inputs, missing) { report.note(missing: count, in: input) }
    return try finish(tally.inputs, report, session)
  }
}
