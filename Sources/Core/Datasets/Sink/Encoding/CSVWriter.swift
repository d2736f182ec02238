internal import CParse
public import Frames
internal import Platform

/// Frames as lines of CSV: RFC 4180, numbers in the shortest form that reads back the same.
///
/// What is missing is written as nothing, an empty text as `""`, so that reading gives both back.
/// Lists and vectors are written as text in quotes. Cost: about 100 MB of text a second and core.
public struct CSVWriter: FrameEncoder {
  public var delimiter: UInt8

  public init(delimiter: UInt8 = UInt8(ascii: ",")) { self.delimiter = delimiter }

  /// Refuses delimiters that numbers and quotes are made of.
  public func check(_ schema: Schema) throws {
    let taken = Array("\"\r\n .+-:".utf8)
    let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(delimiter | 0x20)
    let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(delimiter)
    guard !taken.contains(delimiter), !isLetter, !isDigit, delimiter < 0x80 else {
      throw Failure(
        .usage, "'\(Character(UnicodeScalar(delimiter)))' cannot stand between fields",
        hint: "use , ; | or a tab")
    }
  }

  /// The first line, with the names.
  public func header(_ schema: Schema) -> [UInt8] {
    if schema.fields.isEmpty { return [UInt8(ascii: "\n")] }
    let names = Frame(schema.names.enumerated().map { ("\($0)", Column([$1] as [String?])) })
    return lines(names)
  }

  /// The rows of a frame.
  public func lines(_ frame: Frame) -> [UInt8] {
    guard let rows = try? encoded(frame) else { bug("there is no memory for lines of CSV") }
    return rows.bytes
  }

  public func opening(_ schema: Schema) -> [UInt8] { header(schema) }

  public func encoded(_ frame: Frame) throws -> EncodedRows {
    unsafe try FieldViews(frame).encoded { fields, fieldCount, rowCount, rowEnds, text in
      unsafe martlet_write_csv(fields, fieldCount, rowCount, delimiter, rowEnds, text)
    }
  }

  public func lossWords(_ count: Int) -> String {
    "\(count) missing values are written as NA, which reads back as a text: "
      + "a file of one column has no other way to keep their rows"
  }
}
