public import Cluster
internal import Frames
internal import Platform

/// The numbers of a data set's rows: where the rows of each split stand among all rows.
///
/// A row's number is its identity, the same for any number of workers, threads and splits.
public struct RowNumbers: Sendable, Equatable {
  /// The number of each split's first row, and behind the last split how many rows there are.
  private let starts: [Int]

  /// How many rows there are.
  public var count: Int { starts.last ?? 0 }

  /// The numbers of the rows of a split.
  public func range(ofSplit split: Int) -> Range<Int> { starts[split]..<starts[split + 1] }

  /// From the numbers of rows of this worker's splits; a collective call.
  init(counting own: [Int], in session: Session) throws {
    var starts = [0]
    // Each worker has a contiguous share of the splits, so the shares are in order.
    for count in try session.communicator.allGather(own.map { Int64($0) }).flatMap({ $0 }) {
      starts.append((starts.last ?? 0) + Int(count))
    }
    self.starts = starts
  }
}

extension Dataset {
  /// Counts the rows of every split; a collective call that reads the data once.
  public func rowNumbers(in session: Session) throws -> RowNumbers {
    let counts = try mapSplits(in: session, "counting \(source.name)", columns: []) {
      $0.frame.rowCount
    }.parts
    return try RowNumbers(counting: counts, in: session)
  }

  /// The rows that are chosen by their numbers, a split at a time.
  /// - Parameters:
  ///   - numbers: what `rowNumbers` found for this data set.
  ///   - choose: of a run of row numbers those to keep, rising.
  public func keepingRows(
    _ numbers: RowNumbers, _ choose: @escaping @Sendable (Range<Int>) -> [Int]
  ) -> Dataset {
    let name = source.name
    return adding(
      Step(
        name: "keep rows by number", schema: { $0 }, columns: { $0 },
        apply: { rows in
          let range = numbers.range(ofSplit: rows.split)
          guard range.count == rows.frame.rowCount else {
            throw Failure(.data, "\(name) changed while it was read")
          }
          let kept = choose(range).map { $0 - range.lowerBound }
          if kept.count == range.count { return rows }
          var rows = rows
          rows.origins = kept.map { rows.origins?[$0] ?? $0 }
          rows.frame = rows.frame.selecting(rows: kept)
          return rows
        }))
  }
}
