import Cluster
import Datasets
import Foundation
import Frames
import Platform
import Testing

/// Little-endian bytes of a number.
private func little(_ value: Int, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// The bytes of a `.npy` file of version 1 (numpy.lib.format).
private func array(_ type: String, _ shape: String, _ data: [UInt8]) -> [UInt8] {
  var head = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }".utf8)
  while (10 + head.count + 1) % 64 != 0 { head.append(0x20) }
  head.append(0x0A)
  return [0x93] + Array("NUMPY".utf8) + [1, 0] + little(head.count, 2) + head + data
}

private func data<T: BitwiseCopyable>(_ values: [T]) -> [UInt8] {
  unsafe values.withUnsafeBytes { unsafe Array($0) }
}

/// The checksum of zip files, by its definition (CRC-32, polynomial EDB88320).
private func checksum(_ bytes: [UInt8]) -> Int {
  var value: UInt32 = 0xFFFF_FFFF
  for byte in bytes {
    value ^= UInt32(byte)
    for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
  }
  return Int(value ^ 0xFFFF_FFFF)
}

/// A zip file by the words of its description (PKWARE's APPNOTE): a head and the bytes of each
/// member, the directory, its end.
private struct Zip {
  var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  /// - Parameter deflated: as stored blocks of deflate (RFC 1951), which any inflater reads.
  mutating func add(_ name: String, _ content: [UInt8], deflated: Bool = false, said: Int? = nil) {
    let packed =
      deflated
      ? [1] + little(content.count, 2) + little(~content.count, 2) + content : content
    let sizes =
      little(checksum(content), 4) + little(packed.count, 4)
      + little(said ?? content.count, 4) + little(name.utf8.count, 2)
    let method = little(deflated ? 8 : 0, 2)
    let offset = bytes.count
    bytes += [0x50, 0x4B, 3, 4, 20, 0, 0, 0] + method + [0, 0, 0, 0] + sizes + [0, 0]
    bytes += Array(name.utf8) + packed
    directory += [0x50, 0x4B, 1, 2, 20, 0, 20, 0, 0, 0] + method + [0, 0, 0, 0] + sizes
    directory += [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] + little(offset, 4) + Array(name.utf8)
    count += 1
  }

  var whole: [UInt8] {
    bytes + directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + little(count, 2) + little(count, 2)
      + little(directory.count, 4) + little(bytes.count, 4) + [0, 0]
  }
}

@Suite struct NPZTests {
  private static func sample(deflated: Bool) -> Zip {
    var zip = Zip()
    zip.add("y.npy", array("<i8", "(3,)", data([1, -2, 3] as [Int64])), deflated: deflated)
    zip.add("names.npy", array("<U3", "(3,)", [UInt8](repeating: 0, count: 36)))
    zip.add("X.npy", array("<f8", "(3, 2)", data([1.5, 2, 3, 4, 5, 6])), deflated: deflated)
    return zip
  }

  private func read(_ bytes: [UInt8], ranks: Int = 1, splitByteCount: Int = 4 << 20) throws -> (
    table: Table, notes: [String]
  ) {
    let (folder, scratch) = (try TemporaryFolder(), try TemporaryFolder())
    let path = try folder.file(bytes, "t.npz")
    defer { #expect(scratch.names.isEmpty) }
    return try Communicator.withThreads(ranks) { communicator in
      let session = Session(communicator: communicator, threads: 2, scratch: scratch.path)
      let source = try NPZSource(paths: [path], splitByteCount: splitByteCount, in: session)
      return (Table(try Dataset(source).collect(in: session)), source.notes)
    }[0]
  }

  @Test(arguments: [false, true], [1, 2, 3])
  func `arrays are columns, stored or deflated, for any number of workers`(
    deflated: Bool, ranks: Int
  ) throws {
    for size in [1, 30, 1 << 20] {
      let (table, notes) = try read(
        Self.sample(deflated: deflated).whole, ranks: ranks, splitByteCount: size)
      #expect(
        table
          == Table(
            ["y", "X0", "X1"], [.int64, .float64, .float64],
            [
              [.integer(1), .number(1.5), .number(2)], [.integer(-2), .number(3), .number(4)],
              [.integer(3), .number(5), .number(6)],
            ]))
      #expect(notes.count == 1)
      #expect(notes[0].hasSuffix("elements of type '<U3', left out"))
    }
  }

  @Test func `a file cut at any length, or with any changed byte, is refused or read as numbers`()
    throws
  {
    for deflated in [false, true] {
      let bytes = Self.sample(deflated: deflated).whole
      for length in bytes.indices {
        let refused = failure { _ = try read(Array(bytes[..<length])) }
        #expect(refused.kind == .data, "\(length): \(refused)")
      }
      for place in stride(from: 0, to: bytes.count, by: 3) {
        var changed = bytes
        changed[place] ^= 0xFF
        do { _ = try read(changed) } catch { #expect(Failure(error).kind == .data, "\(error)") }
      }
    }
  }

  @Test func `sizes that cannot be are refused before anything is written`() throws {
    let content = array("<f8", "(1,)", data([1.0]))
    for said in [0xFFFF_FFF0, content.count + 1, 0] {
      var zip = Zip()
      zip.add("a.npy", content, deflated: true, said: said)
      #expect(failure { _ = try read(zip.whole) }.kind == .data, "\(said)")
    }
  }

  @Test(arguments: [false, true], [1, 2])
  func `a changed number is noticed, stored or deflated`(deflated: Bool, ranks: Int) throws {
    var damaged = Self.sample(deflated: deflated).whole
    if let place = damaged.firstRange(of: data([1.5]))?.lowerBound { damaged[place] ^= 1 }
    #expect(failure { _ = try read(damaged, ranks: ranks) }.causes == ["X.npy is damaged"])
  }

  @Test(arguments: [false, true])
  func `members that share their bytes are refused`(deflated: Bool) throws {
    var zip = Zip()
    for name in ["a", "b"] {
      zip.add("\(name).npy", array("<f8", "(1,)", data([1.0])), deflated: deflated)
    }
    var bytes = zip.whole
    // The second entry of the directory is made to speak of the first member.
    let entries = bytes.indices.filter { bytes[$0...].starts(with: [0x50, 0x4B, 1, 2]) }
    bytes.replaceSubrange(entries[1] + 42..<entries[1] + 46, with: [0, 0, 0, 0])
    #expect(
      failure { _ = try read(bytes) }.causes
        == ["a.npy and b.npy are said to lie in one place"])
  }

  @Test func `arrays of several lengths or two tables do not belong together`() throws {
    var lengths = Zip()
    lengths.add("a.npy", array("<f8", "(1,)", data([1.0])))
    lengths.add("b.npy", array("<f8", "(2,)", data([1.0, 2])))
    #expect(failure { _ = try read(lengths.whole) }.causes == ["a has 1 rows, b has 2"])
    var tables = Zip()
    for name in ["a", "b"] { tables.add("\(name).npy", array("<f8", "(1, 1)", data([1.0]))) }
    #expect(failure { _ = try read(tables.whole) }.causes == ["a and b both have two dimensions"])
    var none = Zip()
    none.add("readme.txt", Array("x".utf8))
    #expect(failure { _ = try read(none.whole) }.kind == .data)
  }
}
