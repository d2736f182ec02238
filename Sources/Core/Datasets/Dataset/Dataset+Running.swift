public import Cluster
public import Frames
internal import Platform
internal import Synchronization

/// What a run over a data set left, split by split.
public struct SplitParts<Part: Sendable>: Sendable {
  /// The parts of this rank's splits, in the order of the rows.
  public let parts: [Part]
  /// The columns that came out, with their final types.
  public let schema: Schema
  /// Rows left out on all ranks because they could not be read.
  public let skippedRowCount: Int
  /// What turned up while reading.
  public let notes: [String]
  let reading: any Reading

  /// Why a column is text, where one value made it so.
  public func reasonForText(_ column: String) -> String? { reading.reasonForText(column) }
}

extension Dataset {
  /// The splits that a rank reads: an even, contiguous share.
  static func share(of splits: Range<Int>, rank: Int, of size: Int) -> Range<Int> {
    let count = splits.count
    return splits.lowerBound + rank * count / size..<splits.lowerBound + (rank + 1) * count / size
  }

  /// Takes every split of this rank through the steps and `body`, on the session's threads.
  ///
  /// `body` may run more than once for a split; the last run counts. The first error in the order
  /// of the rows, on whichever rank, is thrown on all.
  public func mapSplits<Part: Sendable>(
    in session: Session, _ activity: String, columns wanted: [String]? = nil,
    _ body: @escaping @Sendable (SplitRows) throws -> Part
  ) throws -> SplitParts<Part> {
    let communicator = session.communicator
    let reading = try communicator.agree(activity) {
      let names = sourceColumns(for: wanted)
      let reading = try source.reading(names)
      _ = try steps.reduce(reading.schema) { try $1.schema($0) }.selecting(wanted ?? [])
      return reading
    }
    let runner = SplitRunner(reading: reading, steps: steps, session: session, activity: activity)
    let mine = Self.share(
      of: 0..<source.splitCount, rank: communicator.rank, of: communicator.size)
    let parts = try runner.run(mine, body).parts
    let schema = try steps.reduce(reading.schema) { try $1.schema($0) }
    let skipped = try communicator.allReduce([Int64(reading.skippedRowCount)], by: .sum)
    return SplitParts(
      parts: parts, schema: schema, skippedRowCount: Int(skipped[0]), notes: reading.notes,
      reading: reading)
  }
}

/// Reads splits in rounds until all ranks agree that none must be read again.
struct SplitRunner {
  let reading: any Reading
  let steps: [Dataset.Step]
  let session: Session
  let activity: String

  /// - Returns: the parts of `splits` in order, and whether the schema had to be widened meanwhile.
  func run<Part: Sendable>(
    _ splits: Range<Int>, _ body: @escaping @Sendable (SplitRows) throws -> Part
  ) throws -> (parts: [Part], widened: Bool) {
    session.breadcrumb.begin(activity)
    let before = reading.schema
    var outcomes = [Result<Part, any Error>?](repeating: nil, count: splits.count)
    var pending = Array(splits)
    while true {
      for (split, outcome) in read(pending, body) { outcomes[split - splits.lowerBound] = outcome }
      let again = try reading.settle(session.communicator)
      if again.isEmpty { break }
      pending = again.filter(splits.contains)
    }
    let parts = try session.communicator.agree(activity) {
      try outcomes.compactMap { try $0?.get() }
    }
    return (parts, reading.schema != before)
  }

  private func read<Part: Sendable>(
    _ pending: [Int], _ body: @escaping @Sendable (SplitRows) throws -> Part
  ) -> [(Int, Result<Part, any Error>)] {
    let next = Atomic(0)
    let done = Mutex([(Int, Result<Part, any Error>)]())
    let reading = reading
    let steps = steps
    let breadcrumb = session.breadcrumb
    // The body never throws: what went wrong is kept with its split.
    try? concurrently(max(1, min(session.threads, pending.count))) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < pending.count else { return }
        breadcrumb.at(stage: "split", step: pending[index])
        let outcome = Result {
          try Signals.throwIfStopRequested()
          let rows = SplitRows(
            split: pending[index], frame: try reading.read(pending[index]), reading: reading)
          return try body(try steps.reduce(rows) { try $1.apply($0) })
        }
        done.withLock { $0.append((pending[index], outcome)) }
      }
    }
    return done.withLock { $0 }
  }
}
