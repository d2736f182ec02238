internal import CParse
public import Frames

/// Frames as JSON lines: one object a row, in UTF-8.
///
/// Dates and times are ISO 8601 texts, lists of texts are arrays, dense vectors arrays of numbers,
/// sparse ones `{"size":5,"indices":[0,3],"values":[1,2.5]}` with indices from 0. What is missing
/// is `null`; so are NaN and infinity, which JSON does not know, and those are counted. A column of
/// doubles writes whole numbers as `1.0`, so that they come back as doubles.
public struct JSONLinesWriter: FrameEncoder {
  public init() {}

  public func check(_ schema: Schema) throws {}

  public func opening(_ schema: Schema) -> [UInt8] { [] }

  public func encoded(_ frame: Frame) throws -> EncodedRows {
    let keys = frame.schema.names.map { Array("\(quotedText($0)):".utf8) }
    return unsafe try FieldViews(frame, keys: keys).encoded {
      fields, fieldCount, rowCount, rowEnds, text in
      unsafe martlet_write_json_lines(fields, fieldCount, rowCount, rowEnds, text)
    }
  }

  public func lossWords(_ count: Int) -> String {
    "\(count) values are NaN or infinite, which JSON cannot hold: they are written as null"
  }
}
