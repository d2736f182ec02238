public import Cluster
public import Frames
internal import Platform

/// Rows that are in memory already, cut into splits of a given number of rows.
public struct FrameSource: Source {
  private let frame: Frame
  private let rowsPerSplit: Int
  public let name: String

  public init(_ frame: Frame, name: String = "memory", rowsPerSplit: Int = 65_536) {
    self.frame = frame
    self.name = name
    self.rowsPerSplit = max(1, rowsPerSplit)
  }

  public var columnNames: [String] { frame.schema.names }
  public var splitCount: Int { (frame.rowCount + rowsPerSplit - 1) / rowsPerSplit }
  public var notes: [String] { [] }

  public func expectedSchema(_ columns: [String]) throws -> Schema {
    try frame.schema.selecting(columns)
  }

  public func reading(
    _ columns: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    FrameReading(frame: try frame.selecting(columns), rowsPerSplit: rowsPerSplit, name: name)
  }
}

private struct FrameReading: Reading {
  let frame: Frame
  let rowsPerSplit: Int
  let name: String

  var schema: Schema { frame.schema }

  func frame(ofSplit split: Int) throws -> Frame {
    let first = split * rowsPerSplit
    return frame.slice(first..<min(frame.rowCount, first + rowsPerSplit))
  }

  func place(ofRow row: Int, inSplit split: Int) -> String {
    "\(name), row \(split * rowsPerSplit + row + 1)"
  }
}
