internal import Cluster
internal import Frames

/// A source of which something should be said before its rows are trusted.
struct WarnedSource: Source {
  private let inner: any Source
  let warnings: [String]

  init(_ inner: any Source, _ warnings: [String]) {
    self.inner = inner
    self.warnings = inner.warnings + warnings
  }

  var name: String { inner.name }
  var columnNames: [String] { inner.columnNames }
  var splitCount: Int { inner.splitCount }
  var notes: [String] { inner.notes }

  func identity() throws -> String? { try inner.identity() }

  func expectedSchema(_ columns: [String]) throws -> Schema { try inner.expectedSchema(columns) }

  func reading(
    _ columns: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    try inner.reading(columns, splits: splits, keepsFrames: keepsFrames, in: session)
  }
}
