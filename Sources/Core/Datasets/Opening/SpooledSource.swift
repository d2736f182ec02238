internal import Cluster
internal import Frames
internal import Platform

/// Rows that came on standard input, written down so that they can be read as often as any others.
///
/// The file goes with the source, not before: a text source opens it anew for each thread.
struct SpooledSource: Source {
  private let inner: any Source
  private let file: SpooledFile

  init(_ inner: any Source, _ file: SpooledFile) {
    self.inner = inner
    self.file = file
  }

  var name: String { "standard input" }
  var columnNames: [String] { inner.columnNames }
  var splitCount: Int { inner.splitCount }
  var keptByteCount: Int { inner.keptByteCount }
  var notes: [String] { inner.notes }

  func expectedSchema(_ columns: [String]) throws -> Schema { try inner.expectedSchema(columns) }

  func reading(
    _ columns: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    try inner.reading(columns, splits: splits, keepsFrames: keepsFrames, in: session)
  }
}

/// A temporary file that is removed when it is dropped.
final class SpooledFile: Sendable {
  let path: String

  init(_ path: String) { self.path = path }

  deinit { removePath(path) }
}
