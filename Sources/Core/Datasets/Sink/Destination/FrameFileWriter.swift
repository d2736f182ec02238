public import Frames

/// A file under way in a format that takes rows as frames, such as Parquet.
///
/// It appears complete when it is closed, or not at all: dropping it before leaves nothing behind.
/// Its bytes must follow from the rows and their order alone, not from how they are cut into frames.
public protocol FrameFileWriter: AnyObject {
  /// Takes the next rows; all frames have the schema that the file was made for.
  func append(_ frame: Frame) throws
  /// Makes the file durable and gives it its name.
  func close() throws
}

/// Makes a file that takes frames, for rows of a schema.
public typealias FrameFileMaker =
  @Sendable (_ path: String, _ schema: Schema, _ replacing: Bool) throws -> any FrameFileWriter
