internal import Cluster
internal import Datasets
internal import Learning
internal import Platform

/// Learns the means of what is not missing, where a number may count as missing.
struct FillLearner: Learner {
  typealias Finish = @Sendable ([Double], FitReport) throws -> Learned

  let activity: String
  private let columns: [NumbersInput]
  private let missingValue: Double?
  private let finish: Finish

  init(
    _ name: String, _ columns: [NumbersInput], _ missingValue: Double?,
    _ finish: @escaping Finish
  ) {
    activity = "\(name) of \(columns.map(\.name).joined(separator: ", "))"
    self.columns = columns
    self.missingValue = missingValue
    self.finish = finish
  }

  struct Tally: Sendable {
    var moments: ExactMoments
    /// How often each column had the number that counts as missing.
    var missingCounts: [Int64]
    var scratch: [Double] = []
  }

  func start() throws -> Tally {
    Tally(
      moments: try ExactMoments(count: columns.count, wantsSquares: false),
      missingCounts: columns.map { _ in 0 })
  }

  func add(_ batch: RowBatch, to tally: inout Tally) throws {
    for (place, column) in columns.enumerated() {
      guard case .number(let slot) = column.slot else { bug("vectors to fill") }
      let cells = batch[slot]
      var isFinite = true
      if let missingValue {
        tally.scratch.removeAll(keepingCapacity: true)
        for row in 0..<batch.rowCount {
          if cells[row] == missingValue {
            tally.missingCounts[place] += 1
          } else {
            tally.scratch.append(cells[row])
          }
        }
        unsafe tally.scratch.withUnsafeBufferPointer { numbers in
          if let start = numbers.baseAddress {
            isFinite = unsafe tally.moments.add(start, count: numbers.count, to: place)
          }
        }
      } else {
        isFinite = unsafe tally.moments.add(cells.pointer, count: batch.rowCount, to: place)
      }
      if !isFinite { throw column.infinite(in: batch) }
    }
  }

  func merge(_ other: Tally, into tally: inout Tally) throws {
    tally.moments.add(other.moments)
    for place in columns.indices { tally.missingCounts[place] += other.missingCounts[place] }
  }

  func learn(from tally: Tally, in session: Session) throws -> Learned {
    let total = try tally.moments.total(in: session.communicator)
    let missing = try session.communicator.allReduce(tally.missingCounts, by: .sum)
    var report = FitReport()
    let means = try columns.enumerated().map { place, column in
      report.note(missing: total.missingCounts[place] + missing[place], in: column)
      guard let moment = total[place] else { throw column.withoutNumbers(0) }
      return moment.mean
    }
    return try finish(means, report)
  }
}
