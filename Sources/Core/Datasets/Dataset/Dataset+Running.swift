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
  /// The first error in the order of the rows, on whichever rank, is thrown on all.
  public func mapSplits<Part: Sendable>(
    in session: Session, _ activity: String, columns wanted: [String]? = nil,
    _ body: @escaping @Sendable (SplitRows) throws -> Part
  ) throws -> SplitParts<Part> {
    let communicator = session.communicator
    let mine = Self.share(
      of: 0..<source.splitCount, rank: communicator.rank, of: communicator.size)
    let run = try SplitRun(
      self, columns: wanted, splits: mine, keepsFrames: true, activity: activity, in: session)
    return SplitParts(
      parts: try run.parts(of: mine, body), schema: run.schema,
      skippedRowCount: run.reading.skippedRowCount, reading: run.reading)
  }
}

/// A data set on its way through one session: the types are settled, splits can be asked for.
struct SplitRun {
  let reading: any Reading
  /// The columns that come out of the steps.
  let schema: Schema
  private let steps: [Dataset.Step]
  private let session: Session
  private let activity: String

  /// Checks names and types against the plan before any row is read, and settles the final types.
  init(
    _ dataset: Dataset, columns wanted: [String]?, splits: Range<Int>, keepsFrames: Bool,
    activity: String, in session: Session
  ) throws {
    let (source, steps) = (dataset.source, dataset.steps)
    session.breadcrumb.begin(activity)
    let names = try session.communicator.agree(activity) {
      _ = try dataset.expectedSchema(for: wanted)
      return dataset.sourceColumns(for: wanted)
    }
    let reading = try source.reading(names, splits: splits, keepsFrames: keepsFrames, in: session)
    schema = try steps.reduce(reading.schema) { try $1.schema($0) }
    self.reading = reading
    self.steps = steps
    self.session = session
    self.activity = activity
  }

  /// The parts that `body` makes of some splits, in order.
  func parts<Part: Sendable>(
    of splits: Range<Int>, _ body: @escaping @Sendable (SplitRows) throws -> Part
  ) throws -> [Part] {
    let next = Atomic(splits.lowerBound)
    let done = Mutex([(split: Int, outcome: Result<Part, any Error>)]())
    let (reading, steps, breadcrumb) = (reading, steps, session.breadcrumb)
    // The closure never throws: what went wrong is kept with its split.
    try? concurrently(max(1, min(session.threads, splits.count))) { _ in
      while true {
        let split = next.add(1, ordering: .relaxed).oldValue
        guard split < splits.upperBound else { return }
        breadcrumb.at(stage: "split", step: split)
        let outcome = Result {
          try Signals.throwIfStopRequested()
          let rows = SplitRows(
            split: split, frame: try reading.frame(ofSplit: split), reading: reading)
          return try body(try steps.reduce(rows) { try $1.apply($0) })
        }
        done.withLock { $0.append((split, outcome)) }
      }
    }
    let outcomes = done.withLock { $0.sorted { $0.split < $1.split } }
    return try session.communicator.agree(activity) { try outcomes.map { try $0.outcome.get() } }
  }
}
