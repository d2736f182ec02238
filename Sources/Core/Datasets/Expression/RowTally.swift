public import Cluster
internal import Synchronization

/// Counts the rows that a filter read and kept, however often a split is read.
public final class RowTally: Sendable {
  /// What was counted.
  public struct Counts: Sendable, Equatable {
    public var read: Int
    public var kept: Int
  }

  private let splits = Mutex<[(split: Int, counts: Counts)]>([])

  public init() {}

  func note(split: Int, read: Int, kept: Int) {
    splits.withLock { $0.append((split, Counts(read: read, kept: kept))) }
  }

  /// The rows of all workers; a collective call.
  public func total(in session: Session) throws -> Counts {
    let own = splits.withLock { splits in
      splits.flatMap { [Int64($0.split), Int64($0.counts.read), Int64($0.counts.kept)] }
    }
    let words = try session.communicator.allGather(own).flatMap { $0 }
    // A split that was read again, by whichever worker, counts once.
    let entries = stride(from: 0, to: words.count, by: 3).map { Array(words[$0..<$0 + 3]) }
      .sorted { $0[0] < $1[0] }
    var total = Counts(read: 0, kept: 0)
    var last: Int64 = -1
    for entry in entries where entry[0] != last {
      last = entry[0]
      total.read += Int(entry[1])
      total.kept += Int(entry[2])
    }
    return total
  }
}
