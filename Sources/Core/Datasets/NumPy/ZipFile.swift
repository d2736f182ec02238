internal import CParse
internal import LinearAlgebra
internal import Platform

/// What a zip file says that it holds; every size is checked against the file before it is used.
struct ZipFile {
  /// One file within.
  struct Member {
    let name: String
    let isDeflated: Bool
    /// Where its bytes lie.
    let range: Range<Int>
    /// How many bytes it has unpacked.
    let byteCount: Int
    let checksum: UInt32
  }

  private static let memberLimit = 1 << 16
  let file: InputFile
  private(set) var members: [Member] = []

  init(_ path: String) throws {
    file = try InputFile(path)
    let (start, count, byteCount) = try directory()
    var bytes = Reader(try file.bytes(at: start, count: byteCount)[...])
    for _ in 0..<count {
      guard let member = try member(&bytes) else { throw wrong("its directory is damaged") }
      members.append(member)
    }
    try checkApart()
  }

  /// Members that share bytes would unpack to far more than any file of that size holds.
  private func checkApart() throws {
    let sorted = members.filter { !$0.range.isEmpty }
      .sorted { $0.range.lowerBound < $1.range.lowerBound }
    for (one, next) in zip(sorted, sorted.dropFirst())
    where next.range.lowerBound < one.range.upperBound {
      throw wrong("\(one.name) and \(next.name) are said to lie in one place")
    }
  }

  /// The place, the number of entries and the size of the directory at the end.
  private func directory() throws -> (start: Int, count: Int, byteCount: Int) {
    let tailCount = min(file.byteCount, 22 + 65_535 + 20)
    let tail = try file.bytes(at: file.byteCount - tailCount, count: tailCount)
    let mark: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
    guard tailCount >= 22,
      let end = (0...tailCount - 22).last(where: { tail[$0..<$0 + 4].elementsEqual(mark) })
    else { throw wrong("it does not end as one; is it whole?") }
    var reader = Reader(tail[(end + 10)...])
    var count = reader.number(2) ?? 0
    var byteCount = reader.number(4) ?? 0
    var start = reader.number(4) ?? 0
    if count == 0xFFFF || byteCount == 0xFFFF_FFFF || start == 0xFFFF_FFFF, end >= 20 {
      // Larger numbers stand in a second record, whose place the bytes before tell.
      var locator = Reader(tail[(end - 20)...])
      guard locator.number(4) == 0x0706_4B50, locator.skip(4), let place = locator.number(8),
        place <= file.byteCount - 56
      else { throw wrong("its directory is damaged") }
      var large = Reader(try file.bytes(at: place, count: 56)[...])
      guard large.number(4) == 0x0606_4B50, large.skip(28), let entries = large.number(8),
        let size = large.number(8), let offset = large.number(8)
      else { throw wrong("its directory is damaged") }
      (count, byteCount, start) = (entries, size, offset)
    }
    guard start <= file.byteCount, byteCount <= file.byteCount - start,
      count <= min(Self.memberLimit, byteCount / 46)
    else { throw wrong("its directory says more than the file holds") }
    return (start, count, byteCount)
  }

  /// The next entry of the directory.
  private func member(_ bytes: inout Reader) throws -> Member? {
    guard bytes.number(4) == 0x0201_4B50, bytes.skip(4), let flags = bytes.number(2),
      let method = bytes.number(2), bytes.skip(4), let checksum = bytes.number(4),
      var packed = bytes.number(4), var unpacked = bytes.number(4),
      let nameCount = bytes.number(2), let extraCount = bytes.number(2),
      let commentCount = bytes.number(2), bytes.skip(8), var offset = bytes.number(4),
      let name = bytes.take(nameCount), let extra = bytes.take(extraCount),
      bytes.skip(commentCount)
    else { return nil }
    var fields = Reader(extra)
    while let kind = fields.number(2), let count = fields.number(2), let field = fields.take(count)
    {
      guard kind == 1 else { continue }
      var large = Reader(field)
      if unpacked == 0xFFFF_FFFF { unpacked = large.number(8) ?? unpacked }
      if packed == 0xFFFF_FFFF { packed = large.number(8) ?? packed }
      if offset == 0xFFFF_FFFF { offset = large.number(8) ?? offset }
    }
    let shown = String(decoding: name, as: UTF8.self)
    guard flags & 1 == 0, method == 0 || method == 8 else {
      throw wrong("\(shown) is encrypted or packed in a way that is not known")
    }
    guard offset <= file.byteCount - 30 else { return nil }
    var head = Reader(try file.bytes(at: offset, count: 30)[...])
    guard head.number(4) == 0x0403_4B50, head.skip(22), let headName = head.number(2),
      let headExtra = head.number(2)
    else { return nil }
    let start = offset + 30 + headName + headExtra
    guard start <= file.byteCount, packed <= file.byteCount - start,
      method == 8 || packed == unpacked
    else { throw wrong("\(shown) is said to be longer than the file") }
    // Deflate makes at most 1032 bytes of one.
    guard unpacked <= packed.multipliedReportingOverflow(by: 1032).partialValue + 1024 else {
      throw wrong("\(shown) is said to have more bytes than it can have")
    }
    return Member(
      name: shown, isDeflated: method == 8, range: start..<start + packed, byteCount: unpacked,
      checksum: UInt32(truncatingIfNeeded: checksum))
  }

  /// Writes a deflated member to a file of its own, checked by length and checksum.
  func unpack(_ member: Member, to path: String) throws {
    let output = try ScratchFile(path)
    var checksum: UInt32 = 0
    let stream = UnpackedStream(
      kind: .deflate, file: file, range: member.range, hasMembers: false)
    unsafe try stream.forEachPiece { piece in
      let bytes = unsafe piece.bindMemory(to: UInt8.self)
      guard output.byteCount + bytes.count <= member.byteCount else {
        throw wrong("\(member.name) has more bytes than it says")
      }
      checksum = unsafe martlet_crc32(checksum, bytes.baseAddress, bytes.count)
      try unsafe output.write(piece)
    }
    guard output.byteCount == member.byteCount, checksum == member.checksum else {
      throw wrong("\(member.name) is damaged")
    }
  }

  /// Reads a member that is kept as it is, and checks it by its checksum.
  func check(_ member: Member) throws {
    let pieceByteCount = 1 << 20
    let piece = Buffer<UInt8>(count: min(pieceByteCount, member.byteCount))
    var checksum: UInt32 = 0
    for start in stride(from: 0, to: member.byteCount, by: pieceByteCount) {
      let count = min(pieceByteCount, member.byteCount - start)
      try Signals.throwIfStopRequested()
      try unsafe file.read(
        into: UnsafeMutableRawBufferPointer(start: piece.pointer, count: count),
        at: member.range.lowerBound + start)
      checksum = unsafe martlet_crc32(checksum, piece.pointer, count)
    }
    guard checksum == member.checksum else { throw wrong("\(member.name) is damaged") }
  }

  func wrong(_ problem: String) -> Failure {
    Failure(
      .data, "\(file.path) is no .npz file that can be read", causes: [problem],
      hint: "numpy.savez and numpy.savez_compressed write such files")
  }

  /// Little-endian numbers, one behind the other; nil at the end.
  private struct Reader {
    private var rest: ArraySlice<UInt8>
    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
      guard count <= rest.count else { return nil }
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count)
    }

    mutating func skip(_ count: Int) -> Bool { take(count) != nil }

    /// Nil too for what no size can be.
    mutating func number(_ count: Int) -> Int? {
      guard let bytes = take(count) else { return nil }
      let value = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return Int(exactly: value)
    }
  }
}
