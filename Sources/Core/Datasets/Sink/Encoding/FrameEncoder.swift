public import Frames
public import Platform

/// A text format that frames can be written in.
///
/// A file is the opening and then the rows; rows are encoded on several threads, and what a row
/// becomes depends on nothing but the row and the schema.
public protocol FrameEncoder: Sendable {
  /// Refuses columns that the format cannot keep, before any row is read.
  func check(_ schema: Schema) throws
  /// What a file begins with.
  func opening(_ schema: Schema) -> [UInt8]
  /// The rows of a frame; throws `UnfitValue` where the format has no way to write one.
  func encoded(_ frame: Frame) throws -> EncodedRows
  /// What became of so many values that the format could not keep, for a warning.
  func lossWords(_ count: Int) -> String
}

/// Rows as a format writes them.
public struct EncodedRows: Sendable {
  public var bytes: [UInt8]
  /// Where each row ends in the bytes.
  public var rowEnds: [Int64]
  /// Values that were written as something else, since the format has no way to say them.
  public var lostCount: Int

  public init(bytes: [UInt8], rowEnds: [Int64], lostCount: Int = 0) {
    self.bytes = bytes
    self.rowEnds = rowEnds
    self.lostCount = lostCount
  }
}

/// A value that a format has no way to write.
public struct UnfitValue: FailureConvertible, Equatable {
  public var row: Int
  public var column: String
  public var found: String
  public var problem: String
  public var hint: String

  public var failure: Failure { located("row \(row + 1)").failure }

  /// The same, where the row came from.
  func located(_ place: String) -> DataError {
    DataError(
      place: place, column: column, found: found.isEmpty ? nil : found, problem: problem,
      hint: hint)
  }
}
