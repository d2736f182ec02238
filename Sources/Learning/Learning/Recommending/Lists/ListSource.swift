internal import Cluster
internal import Datasets
internal import Frames

/// Lists as rows of a table, worked out when they are read: a split is the lists of a few targets.
///
/// Nothing is kept, so there may be more lists than memory; a list depends on its target alone, so
/// whoever makes it makes the same.
struct ListSource: Source {
  let name: String
  let schema: Schema
  let targetCount: Int
  /// How many targets are served together.
  let together: Int
  /// The rows of some targets.
  let make: @Sendable (Range<Int>) throws -> Frame

  var columnNames: [String] { schema.names }
  var splitCount: Int { (targetCount + together - 1) / together }
  var notes: [String] { [] }

  func expectedSchema(_ columns: [String]) throws -> Schema { try schema.selecting(columns) }

  func reading(
    _ columns: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    ListReading(source: self, schema: try schema.selecting(columns))
  }
}

private struct ListReading: Reading {
  let source: ListSource
  let schema: Schema

  func frame(ofSplit split: Int) throws -> Frame {
    let first = split * source.together
    let targets = first..<min(source.targetCount, first + source.together)
    return try source.make(targets).selecting(schema.names)
  }

  func place(ofRow row: Int, inSplit split: Int) -> String {
    "\(source.name), list \(split * source.together + 1) or behind it"
  }
}
