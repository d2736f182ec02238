internal import CParse
internal import Platform

/// Decompresses a part of a file, a piece at a time.
struct UnpackedStream {
  enum Kind { case gzip, zstd, deflate }

  private static let pieceByteCount = 1 << 20
  let kind: Kind
  let file: InputFile
  /// The bytes of the file that are the stream.
  let range: Range<Int>
  /// Whether more than one member may stand there, one behind the other.
  var hasMembers = true

  /// Hands out all pieces; an error names the file and the place in it.
  func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    guard let stream = unsafe martlet_unpack_make(code) else { bug("no memory to decompress") }
    defer { unsafe martlet_unpack_free(stream) }
    let (input, output) = (Scratch(Self.pieceByteCount), Scratch(Self.pieceByteCount))
    var (offset, begin, count) = (range.lowerBound, 0, 0)
    var isWithin = true
    while true {
      if begin == count {
        if offset == range.upperBound, !isWithin { return }
        (begin, count) = (0, min(Self.pieceByteCount, range.upperBound - offset))
        try unsafe file.read(
          into: UnsafeMutableRawBufferPointer(start: input.pointer, count: count), at: offset)
        offset += count
        try Signals.throwIfStopRequested()
      }
      let step = unsafe martlet_unpack_step(
        stream, input.pointer + begin, count - begin, output.pointer, output.count)
      begin += step.used
      let place = offset - count + begin
      if step.made > 0 {
        try unsafe body(UnsafeRawBufferPointer(start: output.pointer, count: step.made))
      }
      switch Int(step.status) {
      case MARTLET_UNPACK_CORRUPT:
        throw wrong("what stands at byte \(place) is damaged, or no \(kind) at all")
      case MARTLET_UNPACK_ENDED:
        isWithin = false
        guard hasMembers else {
          if place == range.upperBound { return }
          throw wrong("its data ends at byte \(place), before it should")
        }
      default:
        isWithin = isWithin || step.used > 0 || step.made > 0
        if step.used == 0, step.made == 0, offset == range.upperBound, begin == count {
          throw wrong("it ends in the middle of its data, at byte \(place)")
        }
      }
    }
  }

  private func wrong(_ problem: String) -> Failure {
    Failure(
      .data, "cannot decompress \(file.path)", causes: [problem],
      hint: "was it copied or fetched as a whole?")
  }

  private var code: Int32 {
    switch kind {
    case .gzip: Int32(MARTLET_UNPACK_GZIP)
    case .zstd: Int32(MARTLET_UNPACK_ZSTD)
    case .deflate: Int32(MARTLET_UNPACK_DEFLATE)
    }
  }

  /// Memory for one piece.
  @safe
  private final class Scratch {
    let pointer: UnsafeMutablePointer<UInt8>
    let count: Int

    init(_ count: Int) {
      self.count = count
      unsafe pointer = .allocate(capacity: count)
    }

    deinit { unsafe pointer.deallocate() }
  }
}
