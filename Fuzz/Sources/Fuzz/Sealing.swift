/// Bytes as the files that hold them, with the sizes and checksums that belong to them.
enum Sealing {
  /// Little-endian bytes of a number.
  static func little(_ value: some FixedWidthInteger, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static let remainders: [UInt32] = (0..<256).map { byte in
    var value = UInt32(byte)
    for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    return value
  }

  /// The checksum of gzip and zip (CRC-32, polynomial EDB88320).
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      value = remainders[Int(UInt8(truncatingIfNeeded: value) ^ byte)] ^ value >> 8
    }
    return ~value
  }

  /// One stored block of deflate (RFC 1951); libFuzzer's inputs fit in one.
  static func deflate(_ bytes: [UInt8]) -> [UInt8] {
    [1] + little(bytes.count, 2) + little(~bytes.count, 2) + bytes
  }

  /// A member of gzip (RFC 1952).
  static func gzip(_ bytes: [UInt8], checksum: UInt32? = nil) -> [UInt8] {
    let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    return head + deflate(bytes) + little(checksum ?? Self.checksum(bytes), 4)
      + little(bytes.count, 4)
  }

  /// A frame of zstd (RFC 8878): one segment, its size said, one raw block.
  static func zstd(_ bytes: [UInt8]) -> [UInt8] {
    let head: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xA0]
    return head + little(bytes.count, 4) + little(bytes.count << 3 | 1, 3) + bytes
  }

  /// A zip file (PKWARE's APPNOTE) of members `a.npy`, `b.npy`, ..., deflated or as they are.
  static func zip(_ members: [[UInt8]], deflated: Bool) -> [UInt8] {
    var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
    for (index, member) in members.enumerated() {
      let name = [UInt8(truncatingIfNeeded: 97 + index)] + Array(".npy".utf8)
      let packed = deflated ? deflate(member) : member
      var shared: [UInt8] = [20, 0, 0, 0, deflated ? 8 : 0, 0, 0, 0, 0, 0]
      shared += little(checksum(member), 4)
      shared += little(packed.count, 4) + little(member.count, 4) + little(name.count, 2)
      shared += [0, 0]
      directory += [0x50, 0x4B, 1, 2, 20, 0] as [UInt8]
      directory += shared + [UInt8](repeating: 0, count: 10)
      directory += little(bytes.count, 4) + name
      bytes += [0x50, 0x4B, 3, 4] as [UInt8]
      bytes += shared + name + packed
    }
    var end: [UInt8] = [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
    end += little(members.count, 2) + little(members.count, 2)
    end += little(directory.count, 4) + little(bytes.count, 4) + [0, 0]
    return bytes + directory + end
  }

  /// A Parquet file of its pages and its footer.
  static func parquet(_ pages: [UInt8], _ footer: [UInt8]) -> [UInt8] {
    let magic = Array("PAR1".utf8)
    return magic + pages + footer + little(footer.count, 4) + magic
  }
}
