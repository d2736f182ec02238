internal import CParse
internal import LinearAlgebra
internal import Platform
internal import Synchronization

/// The whole lines that begin in a split, in memory; one thread's, used again and again.
///
/// For formats in which a line feed always ends a row: then the bytes alone say which rows a split
/// has, and every split can be read by itself.
@safe
final class LineBuffer {
  /// Lines longer than this are refused.
  private static let lineLimit = 256 << 20
  /// How much is read at once behind the split, to find the end of its last line.
  private static let step = 64 << 10

  private var memory = Buffer<UInt8>(count: 0)
  /// Where in the file the first line begins.
  private(set) var origin = 0
  private(set) var count = 0
  private var first = 0

  /// The bytes of the lines, with zeros behind them.
  var pointer: UnsafePointer<UInt8> { unsafe UnsafePointer(memory.pointer + first) }

  /// Reads the lines that begin in a split.
  func load(_ split: CSVSplit, of file: CSVFile) throws {
    let input = try file.open()
    let range = split.range
    // The byte before the split tells whether a line begins with it.
    let lower = max(file.dataStart, range.lowerBound - 1)
    var filled = 0
    var upper = range.upperBound
    (first, count, origin) = (0, 0, range.lowerBound)
    while true {
      try fill(input, from: lower, filled, to: upper)
      let known = filled
      filled = upper - lower
      if lower < range.lowerBound, first == 0 {
        guard let feed = place(of: UInt8(ascii: "\n"), from: known, to: filled) else {
          if range.upperBound <= lower + filled { return }
          continue
        }
        first = feed + 1
        if lower + first >= range.upperBound { return }
      }
      let last = max(range.upperBound - 1 - lower, known)
      if let feed = place(of: UInt8(ascii: "\n"), from: last, to: filled) {
        finish(feed + 1, lower)
        return
      }
      if upper == file.byteCount { return finish(filled, lower) }
      guard filled < Self.lineLimit else {
        throw Failure(
          .data, "\(file.path): a line is longer than \(Self.lineLimit >> 20) MiB",
          causes: ["it lies at byte \(range.upperBound)"])
      }
      upper = min(file.byteCount, upper + max(Self.step, filled / 2))
    }
  }

  private func finish(_ end: Int, _ lower: Int) {
    count = end - first
    origin = lower + first
    unsafe (memory.pointer + end).update(repeating: 0, count: Int(MARTLET_CSV_PADDING))
  }

  private func fill(_ input: InputFile, from lower: Int, _ filled: Int, to upper: Int) throws {
    let wanted = upper - lower
    if wanted + Int(MARTLET_CSV_PADDING) > memory.count {
      let larger = Buffer<UInt8>(count: wanted + wanted / 8 + 2 * Self.step)
      unsafe larger.pointer.update(from: memory.pointer, count: filled)
      memory = larger
    }
    try unsafe input.read(
      into: UnsafeMutableRawBufferPointer(start: memory.pointer + filled, count: wanted - filled),
      at: lower + filled)
  }

  private func place(of byte: UInt8, from: Int, to: Int) -> Int? {
    guard from < to else { return nil }
    let bytes = unsafe UnsafeBufferPointer(start: memory.pointer + from, count: to - from)
    return unsafe bytes.firstIndex(of: byte).map { from + $0 }
  }
}

/// Things that one thread at a time works with, kept for the next.
final class Pool<Item>: Sendable {
  private let make: @Sendable () -> Item
  private let idle = Mutex<[Item]>([])

  init(_ make: @escaping @Sendable () -> Item) { self.make = make }

  /// Lends an item for the time of `body`.
  func borrow<R>(_ body: (Item) throws -> R) rethrows -> R {
    let box = Loan(idle.withLock { idle in Loan(idle.popLast()) }.item ?? make())
    defer { idle.withLock { [box] in $0.append(box.item) } }
    return try body(box.item)
  }

  /// Proof of Sendable: an item is either in the pool or with the one thread that borrowed it.
  private struct Loan<Content>: @unchecked Sendable {
    let item: Content
    init(_ item: Content) { self.item = item }
  }
}
