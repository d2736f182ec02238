import Foundation
import Learning
import LinearAlgebra
import ModelStore
import Platform
import Testing

@Suite struct SafetensorsTests {
  private func bytes(hexadecimal text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
  }

  /// A file with this header and so many bytes of numbers.
  private func file(_ header: String, bodyByteCount: Int, padding: Int = 0) -> [UInt8] {
    let text = Array(header.utf8) + [UInt8](repeating: 0x20, count: padding)
    let size = (0..<8).map { UInt8(truncatingIfNeeded: UInt64(text.count) >> UInt64(8 * $0)) }
    return size + text + (0..<bodyByteCount).map { UInt8(truncatingIfNeeded: $0) }
  }

  private func read(_ bytes: [UInt8], _ model: SampleModel) throws -> [String: Tensor] {
    try model.put(bytes, "tensors.safetensors")
    try model.sealManifest()
    return try ModelFolder.read(model.path).tensors
  }

  @Test func `the bytes of a file are these for ever`() throws {
    let model = try SampleModel()
    defer { model.remove() }
    try ModelFolder.write(
      [:],
      [
        "w": Tensor([Float(0.5)]), "counts": Tensor([Int64(3), 1]),
        "centers": Tensor(Matrix<Double>(rowCount: 1, columnCount: 2, elements: [1, -2])),
      ], report: [:], to: model.path)
    let header = #"""
      {"centers": {"dtype": "F64", "shape": [1, 2], "data_offsets": [0, 16]}, \#
      "counts": {"dtype": "I64", "shape": [2], "data_offsets": [16, 32]}, \#
      "w": {"dtype": "F32", "shape": [1], "data_offsets": [32, 36]}}
      """#
    var golden = file(header, bodyByteCount: 0, padding: (8 - header.utf8.count % 8) % 8)
    golden += bytes(hexadecimal: "000000000000f03f" + "00000000000000c0")
    golden += bytes(hexadecimal: "0300000000000000" + "0100000000000000" + "0000003f")
    #expect(try model.bytes("tensors.safetensors") == golden)
  }

  @Test func `a file of Python's library is read`() throws {
    // safetensors 0.x from PyPI: save({"centers": [[1, 2], [-0.5, 4]], "counts": int64 [3, 1],
    // "w": float32 [0.5]}, metadata={"format": "np"})
    let python = bytes(
      hexadecimal: """
        d8000000000000007b225f5f6d657461646174615f5f223a7b22666f726d6174223a226e70227d2c22636f75\
        6e7473223a7b226474797065223a22493634222c227368617065223a5b325d2c22646174615f6f6666736574\
        73223a5b302c31365d7d2c2263656e74657273223a7b226474797065223a22463634222c227368617065223a\
        5b322c325d2c22646174615f6f666673657473223a5b31362c34385d7d2c2277223a7b226474797065223a22\
        463332222c227368617065223a5b315d2c22646174615f6f666673657473223a5b34382c35325d7d7d202020\
        2020202003000000000000000100000000000000000000000000f03f0000000000000040000000000000e0bf\
        00000000000010400000003f
        """)
    let model = try SampleModel()
    defer { model.remove() }
    try model.write()
    #expect(
      try read(python, model) == [
        "centers": Tensor(Matrix<Double>(rowCount: 2, columnCount: 2, elements: [1, 2, -0.5, 4])),
        "counts": Tensor([Int64(3), 1]), "w": Tensor([Float(0.5)]),
      ])
  }

  @Test(arguments: [
    ("[]", 0, "its header is no JSON object"),
    (" {}", 0, "its header is no JSON object"),
    ("{ ", 0, "its header is no JSON: line 1, column 3: no name of a member"),
    ("{}", 4, "its tensors have 0 bytes, the file holds 4"),
    (#"{"a":1}"#, 0, "tensor 'a' is not described by dtype, shape, data_offsets"),
    (#"{"a b":{}}"#, 0, "a tensor has the impossible name \"a b\""),
    (
      #"{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}"#, 2,
      "tensor 'a' is of the unknown type F16"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,3]}}"#, 3,
      "tensor 'a' of 2 bytes has other data_offsets"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[3,0]}}"#, 3,
      "tensor 'a' of 3 bytes has other data_offsets"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}}"#, 0,
      "tensor 'a' of 1 bytes has other data_offsets"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}"#, 1,
      "tensor 'a' has an impossible shape"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}"#, 1,
      "tensor 'a' has an impossible shape"
    ),
    (
      #"{"a":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, 0,
      "tensor 'a' has an impossible shape"
    ),
    (
      #"{"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}}"#, 0,
      "tensor 'a' has an impossible shape"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[0,4611686018427387904],"data_offsets":[0,0]}}"#, 0,
      "tensor 'a' is empty and has an impossible shape"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}}"#, 1,
      "tensor 'a' has too many dimensions"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, 3,
      "tensor 'a' ends beyond the file"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[9000000000000000000],"data_offsets":[0,9000000000000000000]}}"#,
      3, "tensor 'a' ends beyond the file"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#, 3,
      "tensor 'a' starts at 1 instead of 0"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"#
        + #""b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#, 3,
      "tensor 'b' starts at 1 instead of 2"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[9000000000000000000],"data_offsets":[0,9000000000000000000]},"#
        + #""b":{"dtype":"U8","shape":[1],"data_offsets":[9000000000000000000,9000000000000000001]}}"#,
      3, "tensor 'a' ends beyond the file"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
        + #""a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 1,
      #"its header is no JSON: line 1, column 1: the name "a" comes twice in an object"#
    ),
  ])
  func `a hostile header with a fitting checksum is refused, saying what is wrong`(
    header: String, bodyByteCount: Int, fault: String
  ) throws {
    let model = try SampleModel()
    defer { model.remove() }
    try model.write()
    #expect {
      try read(file(header, bodyByteCount: bodyByteCount), model)
    } throws: { error in
      error as? Failure
        == Failure(
          .data, "cannot read \(model.path)/tensors.safetensors", causes: [fault])
    }
  }

  @Test(arguments: [UInt64(0), 1, 3, 1 << 32, 1 << 63, .max])
  func `a header size that the file has not is refused`(size: UInt64) throws {
    let model = try SampleModel()
    defer { model.remove() }
    try model.write()
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: size >> UInt64(8 * $0)) } + [0x7B, 0x7D]
    #expect(throws: Failure.self) { try read(bytes, model) }
    #expect(throws: Failure.self) { try read(Array(bytes.prefix(7)), model) }
  }

  @Test func `any byte of the header changed, with a fitting checksum, is refused or a model`()
    throws
  {
    let model = try SampleModel()
    defer { model.remove() }
    try model.write()
    let bytes = try model.bytes("tensors.safetensors")
    let headerEnd = 8 + Int(bytes[0]) + Int(bytes[1]) << 8
    for place in 0..<headerEnd {
      for pattern: UInt8 in [0x01, 0x02, 0x10, 0x80] {
        var damaged = bytes
        damaged[place] ^= pattern
        do {
          let tensors = try read(damaged, model)
          #expect(tensors.values.reduce(0) { $0 + $1.byteCount } == bytes.count - headerEnd)
        } catch {
          #expect((error as? Failure)?.kind == .data)
        }
      }
    }
  }
}
