import Cluster
import Datasets
import Foundation
import Frames
import Platform
import Synchronization

/// A source of which a job can be resumed, and that stops at a split: with an error, or by killing
/// the process.
struct StoppingSource: Source {
  enum End { case never, failure, kill }

  let frame: Frame
  var rowsPerSplit = 3
  var stop = End.never
  var split = Int.max
  var version = "1"
  var log = ReadingLog()

  var inner: FrameSource { FrameSource(frame, name: "stopping", rowsPerSplit: rowsPerSplit) }
  var name: String { inner.name }
  var columnNames: [String] { inner.columnNames }
  var splitCount: Int { inner.splitCount }
  var notes: [String] { [] }

  func identity() throws -> String? { "stopping \(version)" }

  func expectedSchema(_ columns: [String]) throws -> Schema { try inner.expectedSchema(columns) }

  func reading(
    _ columns: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    StoppingReading(
      source: self,
      inner: try inner.reading(columns, splits: splits, keepsFrames: keepsFrames, in: session))
  }
}

private struct StoppingReading: Reading {
  let source: StoppingSource
  let inner: any Reading

  var schema: Schema { inner.schema }
  func frame(ofSplit split: Int) throws -> Frame {
    source.log.read(split)
    if split == source.split {
      switch source.stop {
      case .never: break
      case .failure: throw Failure(.failed, "stopped at split \(split)")
      case .kill: kill(getpid(), SIGKILL)
      }
    }
    return try inner.frame(ofSplit: split)
  }
  func place(ofRow row: Int, inSplit split: Int) -> String {
    inner.place(ofRow: row, inSplit: split)
  }
}
