/// Cuts a stream of bytes into lines that keep their ends, so that nothing of it is lost.
///
/// A carriage return ends a line as well: a progress line that is drawn over itself is passed on
/// at once.
public struct LineSplitter: Sendable {
  /// The beginning of a line whose end has not come yet.
  public private(set) var pending: [UInt8] = []
  /// Longer lines are handed over in pieces: what has no line ends must not fill the memory.
  private static let byteLimit = 1 << 16

  public init() {}

  /// Takes bytes and returns the lines that they complete.
  public mutating func take(_ bytes: ArraySlice<UInt8>) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    for byte in bytes {
      // A return directly before a newline belongs to that newline: it waits for the next byte.
      if pending.last == 13, byte != 10 { lines.append(flush()) }
      pending.append(byte)
      if byte == 10 || pending.count >= LineSplitter.byteLimit { lines.append(flush()) }
    }
    return lines
  }

  /// What stands without an end when the stream is over, or pauses.
  public mutating func end() -> [UInt8]? {
    pending.isEmpty ? nil : flush()
  }

  /// A line as text, without its end.
  public static func text(of line: [UInt8]) -> String {
    var line = line[...]
    while let last = line.last, last == 10 || last == 13 { line = line.dropLast() }
    return String(decoding: line, as: UTF8.self)
  }

  private mutating func flush() -> [UInt8] {
    let line = pending
    pending = []
    return line
  }
}
