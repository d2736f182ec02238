internal import CParse
internal import Platform

/// Line numbers and the text at a place; only for messages, since it reads from the file's start.
enum CSVLines {
  /// The number (from 1) of the line that a place lies in, and where that line begins.
  static func line(at place: Int, in file: CSVFile) throws -> (number: Int, start: Int) {
    let input = try file.open()
    var number = 1
    var start = 0
    var offset = 0
    var piece = [UInt8](repeating: 0, count: 1 << 20)
    while offset < place {
      let count = min(piece.count, place - offset)
      try unsafe piece.withUnsafeMutableBytes { bytes in
        try unsafe input.read(
          into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]), at: offset)
      }
      number += unsafe piece.withUnsafeBufferPointer { bytes in
        unsafe martlet_count_lines(bytes.baseAddress, count)
      }
      if let last = piece[..<count].lastIndex(of: UInt8(ascii: "\n")) { start = offset + last + 1 }
      offset += count
    }
    return (number, start)
  }

  /// The bytes from a place to the end of its line, one more than `limit` of them at most.
  static func text(at place: Int, in file: CSVFile, limit: Int = 80) throws -> [UInt8] {
    let count = max(0, min(limit == 80 ? limit + 1 : limit, file.byteCount - place))
    var bytes = [UInt8](repeating: 0, count: count)
    try unsafe bytes.withUnsafeMutableBytes { bytes in
      try unsafe file.open().read(into: bytes, at: place)
    }
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return bytes }
    let line = bytes[..<end]
    return Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
  }

  /// The field that begins at a place, as it stands in the file.
  static func field(at place: Int, in file: CSVFile, dialect: CSVDialect) throws -> [UInt8] {
    var bytes = try text(at: place, in: file)
    if bytes.first == UInt8(ascii: "\"") {
      let quote = bytes.dropFirst().firstIndex(of: UInt8(ascii: "\""))
      return quote.map { Array(bytes[1..<$0]) } ?? bytes
    }
    let width = dialect.delimiter.count
    for index in bytes.indices where bytes[index...].starts(with: dialect.delimiter) {
      bytes.removeSubrange(index...)
      break
    }
    return width == 0 ? [] : bytes
  }

  /// The column that a place lies in, found by splitting its line; nil in the header.
  static func column(
    at place: Int, in file: CSVFile, columns: [String], dialect: CSVDialect
  ) throws -> String? {
    guard place >= file.dataStart, !columns.isEmpty else { return nil }
    let start = try line(at: place, in: file).start
    var bytes = [UInt8](repeating: 0, count: min(place - start, 1 << 20))
    try unsafe bytes.withUnsafeMutableBytes { bytes in
      try unsafe file.open().read(into: bytes, at: start)
    }
    var field = 0
    var isQuoted = false
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
      if !isQuoted, bytes[index...].starts(with: dialect.delimiter) {
        field += 1
        index += dialect.delimiter.count
      } else {
        index += 1
      }
    }
    return field < columns.count ? columns[field] : nil
  }
}
