import Cluster
import Datasets
import Frames
import Glibc
import Platform
import Testing

/// The bytes of a `.npy` file, written by the words of the format's description
/// (numpy.lib.format: magic, version, length of the head, head padded with spaces to a line end).
struct NumPyBytes {
  var version: UInt8 = 1
  var head: String
  var data: [UInt8] = []

  init(version: UInt8 = 1, head: String, data: [UInt8] = []) {
    self.version = version
    self.head = head
    self.data = data
  }

  init<T: BitwiseCopyable>(
    version: UInt8 = 1, type: String, shape: String, order: String = "False", _ values: [T]
  ) {
    self.init(
      version: version,
      head: "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }",
      data: unsafe values.withUnsafeBytes { unsafe Array($0) })
  }

  var bytes: [UInt8] {
    var text = Array(head.utf8)
    let start = version == 1 ? 10 : 12
    while (start + text.count + 1) % 64 != 0 { text.append(0x20) }
    text.append(0x0A)
    let lengths = (0..<(version == 1 ? 2 : 4)).map {
      UInt8(truncatingIfNeeded: text.count >> (8 * $0))
    }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + lengths + text + data
  }

  var headCount: Int { bytes.count - data.count }
}

@Suite struct NumPyTests {
  private func open(_ bytes: [UInt8], splitByteCount: Int = 4 << 20) throws -> NumPySource {
    let folder = try TemporaryFolder()
    // The source keeps the file open; its name may go.
    return try NumPySource(
      paths: [folder.write(bytes, to: "a.npy")], splitByteCount: splitByteCount)
  }

  private func read(_ file: NumPyBytes, splitByteCount: Int = 4 << 20) throws -> Frame {
    try Dataset(open(file.bytes, splitByteCount: splitByteCount)).collect(in: aloneSession())
  }

  @Test(arguments: [8, 16, 24, 1 << 20])
  func `a file whose columns come first gives the rows of one whose rows do`(split: Int) throws {
    let rowsFirst = NumPyBytes(type: "<f8", shape: "(3, 2)", [1.0, 2, 3, 4, 5, 6])
    let columnsFirst = NumPyBytes(
      type: "<f8", shape: "(3, 2)", order: "True", [1.0, 3, 5, 2, 4, 6])
    let expected = try read(rowsFirst)
    let found = try read(columnsFirst, splitByteCount: split)
    #expect(found.columns.map(\.doubles) == expected.columns.map(\.doubles))
  }

  private func check<T: BitwiseCopyable>(
    _ type: String, _ column: ColumnType, _ values: [T], _ expected: [Value],
    at location: SourceLocation = #_sourceLocation
  ) throws {
    for version: UInt8 in 1...3 {
      let one = try read(NumPyBytes(version: version, type: type, shape: "(6,)", values))
      #expect(one.schema == Schema([.init("x0", column)]), sourceLocation: location)
      #expect(rows(of: one) == expected.map { [$0] }, sourceLocation: location)
      for splitByteCount in [1, 20, 1 << 20] {
        let two = try read(
          NumPyBytes(version: version, type: type, shape: "(3, 2)", values),
          splitByteCount: splitByteCount)
        #expect(
          two.schema == Schema([.init("x0", column), .init("x1", column)]),
          sourceLocation: location)
        let pairs = (0..<3).map { [expected[2 * $0], expected[2 * $0 + 1]] }
        #expect(rows(of: two) == pairs, sourceLocation: location)
      }
    }
  }

  @Test func `every element type and every version is read exactly`() throws {
    let doubles: [Double] = [0.1, -0.0, 1e300, .leastNonzeroMagnitude, .infinity, -3]
    try check("<f8", .float64, doubles, doubles.map { .number($0) })
    let floats: [Float] = [0.1, -2, 1e38, .leastNonzeroMagnitude, -.infinity, 16_777_215]
    try check("<f4", .float32, floats, floats.map { .number(Double($0)) })
    let bytes: [Int8] = [.min, -1, 0, 1, 2, .max]
    try check("|i1", .int64, bytes, bytes.map { .integer(Int64($0)) })
    let octets: [UInt8] = [0, 1, 2, 127, 128, .max]
    try check("|u1", .int64, octets, octets.map { .integer(Int64($0)) })
    let shorts: [Int16] = [.min, -1, 0, 1, 256, .max]
    try check("<i2", .int64, shorts, shorts.map { .integer(Int64($0)) })
    let halves: [UInt16] = [0, 1, 255, 256, 32_768, .max]
    try check("<u2", .int64, halves, halves.map { .integer(Int64($0)) })
    let words: [Int32] = [.min, -1, 0, 1, 65_536, .max]
    try check("<i4", .int64, words, words.map { .integer(Int64($0)) })
    let unsigned: [UInt32] = [0, 1, 65_536, 1 << 31, .max - 1, .max]
    try check("<u4", .int64, unsigned, unsigned.map { .integer(Int64($0)) })
    let longs: [Int64] = [.min, -1, 0, 1, 1 << 53 + 1, .max]
    try check("<i8", .int64, longs, longs.map { .integer($0) })
    let bits: [UInt8] = [0, 1, 1, 0, 0, 1]
    try check("|b1", .bool, bits, bits.map { .bool($0 == 1) })
  }

  @Test func `some columns of many are read, in the order asked for`() throws {
    let file = NumPyBytes(type: "<i4", shape: "(4, 3)", (0..<12).map { Int32($0) })
    let data = Dataset(try open(file.bytes, splitByteCount: 13)).select(["x2", "x0"])
    let frame = try data.collect(in: aloneSession())
    let expected = (0..<4).map { (row: Int64) -> [Value] in
      [.integer(row * 3 + 2), .integer(row * 3)]
    }
    #expect(rows(of: frame) == expected)
    #expect(try data.count(in: aloneSession()) == 4)
  }

  @Test func `several files follow each other, and rows are named by file`() throws {
    let folder = try TemporaryFolder()
    let paths = try [3, 0, 2].enumerated().map { place, count in
      try folder.write(
        NumPyBytes(
          type: "<f8", shape: "(\(count), 1)",
          (0..<count).map { Double(place * 10 + $0) }
        ).bytes, to: "\(place).npy")
    }
    let source = try NumPySource(paths: paths, columnNames: ["a"], splitByteCount: 16)
    #expect(source.splitCount == 3)
    #expect(source.name == "3 files")
    let data = Dataset(source)
    #expect(try data.collect(in: aloneSession()).columns[0].doubles == [0, 1, 2, 20, 21])
    let places = try data.mapSplits(in: aloneSession(), "test") { split in
      (0..<split.frame.rowCount).map { split.place(ofRow: $0) }
    }.parts.flatMap { $0 }
    #expect(places[2] == "\(paths[0]), row 3")
    #expect(places[4] == "\(paths[2]), row 2")
    #expect(failure { _ = try NumPySource(paths: paths, columnNames: ["a", "b"]) }.kind == .usage)
    #expect(failure { _ = try NumPySource(paths: []) }.kind == .usage)
    let other = try folder.write(
      NumPyBytes(type: "<f4", shape: "(1, 1)", [Float(1)]).bytes, to: "b.npy")
    let refused = failure { _ = try NumPySource(paths: [paths[0], other]) }
    #expect(refused.kind == .data)
    #expect(refused.causes == ["\(paths[0]) has 1 columns of f8", "\(other) has 1 of f4"])
  }

  @Test func `a file cut at any length is refused, naming it`() throws {
    let folder = try TemporaryFolder()
    for version: UInt8 in 1...3 {
      let file = NumPyBytes(version: version, type: "<f8", shape: "(2, 2)", [1.0, 2, 3, 4])
      let bytes = file.bytes
      for length in bytes.indices {
        let path = try folder.write(Array(bytes[..<length]), to: "a.npy")
        let refused = failure { _ = try NumPySource(paths: [path]) }
        #expect(refused.kind == .data, "\(length) bytes")
        #expect(refused.message == "\(path) is no .npy file that can be read", "\(length) bytes")
        #expect(!refused.causes.isEmpty)
      }
      #expect(try NumPySource(paths: [folder.write(bytes, to: "a.npy")]).splitCount == 1)
    }
  }

  @Test func `a file that shrinks after it was opened is an error when it is read`() throws {
    let folder = try TemporaryFolder()
    let file = NumPyBytes(type: "<f8", shape: "(2, 2)", [1.0, 2, 3, 4])
    let path = try folder.write(file.bytes, to: "a.npy")
    let source = try NumPySource(paths: [path])
    #expect(unsafe truncate(path, file.bytes.count - 1) == 0)
    let refused = failure { _ = try Dataset(source).collect(in: aloneSession()) }
    #expect(refused.kind == .data)
    #expect(refused.causes == ["it became shorter while it was read"])
  }

  @Test(arguments: [
    ("<f8", "(2, 2)", "Maybe", "its head does not say whether rows or columns come first"),
    (">f8", "(2, 2)", "False", "elements of type '>f8'"),
    (">i4", "(2, 2)", "False", "elements of type '>i4'"),
    ("|O", "(2, 2)", "False", "elements of type '|O'"),
    ("<U8", "(2, 2)", "False", "elements of type '<U8'"),
    ("<f2", "(2, 2)", "False", "elements of type '<f2'"),
    ("<u8", "(2, 2)", "False", "elements of type '<u8'"),
    ("<c16", "(2, 2)", "False", "elements of type '<c16'"),
    ("", "(2, 2)", "False", "elements of type ''"),
    ("<f8", "()", "False", "it has 0 dimensions"),
    ("<f8", "(1, 2, 2)", "False", "it has 3 dimensions"),
    ("<f8", "(-1, 2)", "False", "its head names no shape"),
    ("<f8", "(2, -2)", "False", "its head names no shape"),
    ("<f8", "(99999999999999999999, 2)", "False", "its head names no shape"),
    ("<f8", "(two, 2)", "False", "its head names no shape"),
    (
      "<f8", "(9223372036854775807, 2)", "False",
      "it says 9223372036854775807 x 2 numbers and is too short for them"
    ),
    (
      "<f8", "(2305843009213693952, 1)", "False",
      "it says 2305843009213693952 x 1 numbers and is too short for them"
    ),
    ("<f8", "(3, 2)", "False", "it says 3 x 2 numbers and is too short for them"),
    // Nothing to read and far too much to name or to count.
    ("<f8", "(0, 1000000000000000)", "False", "it has 1000000000000000 columns"),
    ("<f8", "(1000000000000000000, 0)", "False", "it has 0 columns"),
  ])
  func `what cannot be read is refused with its reason`(
    type: String, shape: String, order: String, cause: String
  ) throws {
    let file = NumPyBytes(type: type, shape: shape, order: order, [1.0, 2, 3, 4])
    let refused = failure { _ = try open(file.bytes) }
    #expect(refused.kind == .data)
    #expect(refused.causes == [cause])
  }

  @Test(arguments: [
    "", "{}", "{'descr': '<f8'}", "{'descr': '<f8', 'fortran_order': False}",
    "{'fortran_order': False, 'shape': (2, 2)}", "{'descr': '<f8', 'shape': (2, 2)}",
    "{'descr': [('a', '<f8'), ('b', '<i4')], 'fortran_order': False, 'shape': (2,)}",
    "{'descr':", "{'shape': (", "\u{93}\u{0}\u{ff}",
  ])
  func `a damaged head is refused`(head: String) throws {
    let refused = failure {
      _ = try open(NumPyBytes(head: head, data: [UInt8](repeating: 0, count: 64)).bytes)
    }
    #expect(refused.kind == .data)
    #expect(!refused.causes.isEmpty)
  }

  @Test func `every single changed byte of a head is refused or read as some numbers`() throws {
    let folder = try TemporaryFolder()
    let file = NumPyBytes(type: "<f8", shape: "(2, 2)", [1.0, 2, 3, 4])
    var refusedCount = 0
    for place in 0..<file.headCount {
      for mask: UInt8 in [0x01, 0x10, 0xFF] {
        var bytes = file.bytes
        bytes[place] ^= mask
        let path = try folder.write(bytes, to: "a.npy")
        do {
          let source = try NumPySource(paths: [path])
          #expect(try Dataset(source).collect(in: aloneSession()).rowCount <= 2)
        } catch {
          #expect(Failure(error).kind == .data)
          refusedCount += 1
        }
      }
    }
    // Spaces of the padding may be anything; what stands before them may not.
    #expect(refusedCount > 2 * 60)
  }

  @Test(arguments: [0, 4, 200] as [UInt8])
  func `an unknown version or another magic is refused`(version: UInt8) throws {
    var bytes = NumPyBytes(type: "<f8", shape: "(1,)", [1.0]).bytes
    bytes[6] = version
    #expect(failure { _ = try open(bytes) }.causes == ["its version is \(version)"])
    bytes[0] = 0x92
    #expect(failure { _ = try open(bytes) }.causes == ["it does not begin as one"])
  }

  @Test func `a head of many bytes is read by its whole length`() throws {
    for (version, count) in [(1, 300), (1, 60_000), (2, 300), (2, 70_000), (3, 70_000)] {
      let head = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"
      let file = NumPyBytes(
        version: UInt8(version), head: head + String(repeating: " ", count: count - head.count),
        data: NumPyBytes(type: "<f8", shape: "(2,)", [1.5, -2.5]).data)
      #expect(try read(file).columns[0].doubles == [1.5, -2.5], "\(version), \(count) bytes")
    }
  }

  @Test func `no rows are fine`() throws {
    let frame = try read(NumPyBytes(type: "<f8", shape: "(0, 3)", [Double]()))
    #expect(frame.rowCount == 0)
    #expect(frame.schema.names == ["x0", "x1", "x2"])
    #expect(try read(NumPyBytes(type: "|b1", shape: "(0,)", [UInt8]())).rowCount == 0)
  }
}
