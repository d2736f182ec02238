internal import Cluster
internal import Datasets
internal import Frames
internal import Platform

/// A source that cannot read one of its splits on one worker.
struct FailingSource: Source {
  static let words = "this split cannot be read, as planned"

  private let base: FrameSource
  private let victim: Int

  init(_ base: FrameSource, failsOn victim: Int) {
    self.base = base
    self.victim = victim
  }

  var name: String { base.name }
  var columnNames: [String] { base.columnNames }
  var splitCount: Int { base.splitCount }
  var notes: [String] { base.notes }

  func expectedSchema(_ columns: [String]) throws -> Schema { try base.expectedSchema(columns) }

  func reading(
    _ columns: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    let fails = session.communicator.rank == victim ? splits.dropFirst().first : nil
    return FailingReading(
      base: try base.reading(columns, splits: splits, keepsFrames: keepsFrames, in: session),
      failingSplit: fails)
  }
}

private struct FailingReading: Reading {
  let base: any Reading
  let failingSplit: Int?

  var schema: Schema { base.schema }

  func frame(ofSplit split: Int) throws -> Frame {
    if split == failingSplit { throw Failure(.data, FailingSource.words) }
    return try base.frame(ofSplit: split)
  }

  func place(ofRow row: Int, inSplit split: Int) -> String {
    base.place(ofRow: row, inSplit: split)
  }
}
