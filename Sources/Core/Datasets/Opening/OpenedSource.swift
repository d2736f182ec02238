internal import Cluster
internal import Frames
internal import Platform

/// A source as it was opened by the names of its files: it knows what they are on the disk, and what
/// should be said before its rows are trusted.
struct OpenedSource: Source {
  private let inner: any Source
  private let paths: [String]
  private let manner: String
  let warnings: [String]

  /// - Parameters:
  ///   - paths: the files as the user knows them.
  ///   - manner: how they are read, in words.
  init(_ inner: any Source, paths: [String], manner: String, warnings: [String]) {
    self.inner = inner
    self.paths = paths
    self.manner = manner
    self.warnings = inner.warnings + warnings
  }

  var name: String { inner.name }
  var columnNames: [String] { inner.columnNames }
  var splitCount: Int { inner.splitCount }
  var keptByteCount: Int { inner.keptByteCount }
  var notes: [String] { inner.notes }

  func identity() throws -> String? {
    (try paths.map { try fileIdentity($0) } + [manner]).joined(separator: "\n")
  }

  func expectedSchema(_ columns: [String]) throws -> Schema { try inner.expectedSchema(columns) }

  func reading(
    _ columns: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    try inner.reading(columns, splits: splits, keepsFrames: keepsFrames, in: session)
  }
}
