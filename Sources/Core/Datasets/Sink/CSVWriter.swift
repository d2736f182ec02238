public import Frames
internal import Platform

/// Frames as lines of CSV: RFC 4180, numbers in the shortest form that reads back the same.
///
/// What is missing is written as nothing, an empty text as `""`, so that reading gives both back.
public struct CSVWriter: Sendable {
  public var delimiter: UInt8

  public init(delimiter: UInt8 = UInt8(ascii: ",")) { self.delimiter = delimiter }

  /// The first line, with the names.
  public func header(_ schema: Schema) -> [UInt8] {
    var line: [UInt8] = []
    for (index, name) in schema.names.enumerated() {
      if index > 0 { line.append(delimiter) }
      append(text: Array(name.utf8), to: &line)
    }
    line.append(UInt8(ascii: "\n"))
    return line
  }

  /// The rows of a frame.
  public func lines(_ frame: Frame) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(frame.rowCount * frame.columns.count * 8)
    for row in 0..<frame.rowCount {
      for (index, column) in frame.columns.enumerated() {
        if index > 0 { bytes.append(delimiter) }
        append(column, row, to: &bytes)
      }
      // A lone empty field would be a blank line, which readers skip.
      if frame.columns.count == 1, frame.columns[0].isMissing(row) {
        bytes.append(contentsOf: Array("NA".utf8))
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  private func append(_ column: Column, _ row: Int, to bytes: inout [UInt8]) {
    if column.isMissing(row) { return }
    if column.type == .text {
      unsafe column.withTextBytes(at: row) { text in
        unsafe append(text: Array(text), to: &bytes)
      }
    } else if column.type == .texts || column.type == .vector {
      append(text: Array(column.fieldText(at: row).utf8), to: &bytes)
    } else {
      bytes.append(contentsOf: column.fieldText(at: row).utf8)
    }
  }

  private func append(text: [UInt8], to bytes: inout [UInt8]) {
    let quote = UInt8(ascii: "\"")
    let needsQuotes =
      text.isEmpty || text.first == UInt8(ascii: " ") || text.last == UInt8(ascii: " ")
      || text.contains {
        $0 == delimiter || $0 == quote || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
      }
    guard needsQuotes else { return bytes.append(contentsOf: text) }
    bytes.append(quote)
    for byte in text {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }
}
