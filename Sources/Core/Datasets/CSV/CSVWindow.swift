internal import CParse
internal import LinearAlgebra
internal import Platform

/// The part of a file that is in memory, sliding forward; one thread's.
///
/// Reading into memory of our own is faster than a mapped file, whose pages come in one by one,
/// and it can report a file that shrinks.
final class CSVWindow {
  /// Records longer than this are refused, so that a quote that is never closed cannot fill the
  /// memory.
  static let recordLimit = 256 << 20

  private let pieceByteCount: Int
  private var memory: Buffer<UInt8>
  private var file: InputFile?
  private var fileByteCount = 0
  /// Where in the file the first byte of the memory lies.
  private(set) var origin = 0
  /// How many bytes are there.
  private(set) var count = 0
  /// How far the bytes are done with.
  var place = 0

  init(pieceByteCount: Int) {
    self.pieceByteCount = pieceByteCount
    memory = Buffer(count: pieceByteCount + Int(MARTLET_CSV_PADDING))
  }

  var pointer: UnsafePointer<UInt8> { unsafe UnsafePointer(memory.pointer) }
  /// The place in the file up to which it is done with.
  var position: Int { origin + place }
  /// The place in the file up to which bytes are there.
  var end: Int { origin + count }
  /// Whether the file ends where the window ends.
  var isFinal: Bool { end == fileByteCount }

  /// Puts the window, empty, at a place of a file.
  func open(_ file: CSVFile, at offset: Int) throws {
    if self.file?.path != file.path { self.file = try file.open() }
    fileByteCount = file.byteCount
    origin = offset
    count = 0
    place = 0
  }

  /// Reads on, a piece at a time: up to `target`, and behind it in steps that double.
  func fill(toward target: Int) throws {
    let rest = count - place
    if place > 0 {
      unsafe memory.pointer.update(from: memory.pointer + place, count: rest)
      origin += place
      count = rest
      place = 0
    }
    var wanted = min(fileByteCount, target) - end
    if wanted <= 0 { wanted = min(max(64 << 10, rest), fileByteCount - end) }
    let padding = Int(MARTLET_CSV_PADDING)
    // A record that fills more than half of the memory gets twice as much, so that looking at it
    // anew after each reading stays cheap.
    if rest > (memory.count - padding) / 2 { try enlarge() }
    wanted = min(wanted, memory.count - padding - rest)
    guard wanted > 0, let file else { return }
    try unsafe file.read(
      into: UnsafeMutableRawBufferPointer(start: memory.pointer + rest, count: wanted), at: end)
    count += wanted
    // What lies behind the bytes is looked at but never decides; it is cleared so that it is
    // always the same.
    unsafe (memory.pointer + count).update(repeating: 0, count: padding)
  }

  private func enlarge() throws {
    let size = (memory.count - Int(MARTLET_CSV_PADDING)) * 2
    guard count < Self.recordLimit else {
      throw Failure(
        .data, "\(file?.path ?? ""): a record is longer than \(Self.recordLimit >> 20) MiB",
        causes: ["it begins at byte \(origin)"],
        hint: "is there a quote at the start of a field that is never closed?")
    }
    let larger = Buffer<UInt8>(count: size + Int(MARTLET_CSV_PADDING))
    unsafe larger.pointer.update(from: memory.pointer, count: count)
    memory = larger
  }

  /// Gives back the memory that a very long record took.
  func shrink() {
    guard memory.count > pieceByteCount + Int(MARTLET_CSV_PADDING) else { return }
    memory = Buffer(count: pieceByteCount + Int(MARTLET_CSV_PADDING))
    count = 0
    place = 0
  }

  /// The place (in the file) behind the next line feed at or behind `offset`, if it is there.
  func placeBehindLineFeed(from offset: Int) -> Int? {
    let first = offset - origin
    guard first >= 0, first < count else { return nil }
    let bytes = unsafe UnsafeBufferPointer(start: memory.pointer + first, count: count - first)
    return unsafe bytes.firstIndex(of: UInt8(ascii: "\n")).map { offset + $0 + 1 }
  }

  /// Whether a byte is among those there.
  func contains(_ byte: UInt8) -> Bool {
    unsafe UnsafeBufferPointer(start: memory.pointer + place, count: count - place).contains(byte)
  }
}

/// A file of a source and where its rows begin.
struct CSVFile: Sendable {
  let path: String
  /// How it looked when the source was opened.
  let stamp: FileStamp
  /// The place behind the header.
  var dataStart = 0

  var byteCount: Int { stamp.byteCount }

  init(_ file: InputFile, dataStart: Int = 0) {
    path = file.path
    stamp = file.stamp
    self.dataStart = dataStart
  }

  /// Opens it anew: a source of many files would else run out of descriptors.
  func open() throws -> InputFile {
    let file = try InputFile(path)
    try file.stamp.require(sameAs: stamp, name: path)
    return file
  }
}
