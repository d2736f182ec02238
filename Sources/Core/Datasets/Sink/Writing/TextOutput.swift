internal import CParse
internal import Platform
internal import Synchronization

/// A file that text is written to, compressed by gzip on the way where asked for.
///
/// Compressed blocks are cut at every MiB of the text and know nothing of each other, so that they
/// are made at the same time and the file does not depend on how the text came. It is one stream of
/// gzip, without a time or a name in it.
final class TextOutput {
  private let file: OutputFile
  private let packs: Bool
  private let threads: Int
  private var pending: [UInt8] = []
  private var check: UInt32 = 0
  private var plainByteCount = 0

  private static let blockByteCount = 1 << 20

  /// - Parameters:
  ///   - packs: whether it is compressed.
  ///   - threads: how many blocks are compressed at the same time.
  init(
    _ place: String, replacing: Bool, shownAs name: String? = nil, packs: Bool, threads: Int
  ) throws {
    file = try OutputFile(place, replacing: replacing, shownAs: name)
    self.packs = packs
    self.threads = max(1, threads)
    // The head of RFC 1952: deflate, no flags, no time, no system.
    if packs { try file.write([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]) }
  }

  /// Bytes of the file, compressed or not.
  var byteCount: Int { file.byteCount }

  func write(_ bytes: ArraySlice<UInt8>) throws {
    guard packs else {
      return try unsafe bytes.withUnsafeBytes { bytes in try unsafe file.write(bytes) }
    }
    pending += bytes
    // One block stays, since the last one of a file ends differently.
    let ready = (pending.count - 1) / Self.blockByteCount
    if ready >= 2 * threads { try pack(ready, isLast: false) }
  }

  func write(_ bytes: [UInt8]) throws { try write(bytes[...]) }

  /// Makes the file durable and gives it its name.
  func commit() throws {
    if packs {
      try pack(
        max(1, (pending.count + Self.blockByteCount - 1) / Self.blockByteCount), isLast: true)
      let tail = [check, UInt32(truncatingIfNeeded: plainByteCount)]
      try file.write(tail.flatMap { word in (0..<4).map { UInt8(word >> (8 * $0) & 0xff) } })
    }
    try file.commit()
  }

  private struct Packed {
    var bytes: [UInt8] = []
    var check: UInt32 = 0
    var plainByteCount = 0
  }

  /// Compresses the first blocks of what is pending and writes them down.
  private func pack(_ blockCount: Int, isLast: Bool) throws {
    let text = pending
    let next = Atomic(0)
    let packed = Mutex([Packed](repeating: Packed(), count: blockCount))
    try concurrently(min(threads, blockCount)) { _ in
      while true {
        let block = next.add(1, ordering: .relaxed).oldValue
        guard block < blockCount else { return }
        let start = block * Self.blockByteCount
        let end = min(text.count, start + Self.blockByteCount)
        let made = try Self.packed(text[start..<end], isLast: isLast && block == blockCount - 1)
        packed.withLock { $0[block] = made }
      }
    }
    for block in packed.withLock({ $0 }) {
      try file.write(block.bytes)
      check = martlet_pack_joined_check(check, block.check, Int64(block.plainByteCount))
      plainByteCount += block.plainByteCount
    }
    pending.removeFirst(min(pending.count, blockCount * Self.blockByteCount))
  }

  private static func packed(_ text: ArraySlice<UInt8>, isLast: Bool) throws -> Packed {
    try unsafe text.withUnsafeBufferPointer { text in
      let room = Int(martlet_pack_room(Int64(text.count)))
      // zlib takes no null pointer, even for no bytes.
      let nothing: [UInt8] = [0]
      return try unsafe nothing.withUnsafeBufferPointer { nothing in
        let start = unsafe text.baseAddress ?? nothing.baseAddress
        let bytes = try unsafe [UInt8](unsafeUninitializedCapacity: room) { target, count in
          count = unsafe Int(
            martlet_pack_block(
              start, Int64(text.count), isLast ? 1 : 0, target.baseAddress, Int64(room)))
          if count < 0 {
            count = 0
            throw Failure(.memory, "there is no memory to compress a block of text")
          }
        }
        return unsafe Packed(
          bytes: bytes, check: martlet_pack_check(start, Int64(text.count)),
          plainByteCount: text.count)
      }
    }
  }
}
