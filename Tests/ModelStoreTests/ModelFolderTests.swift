import Foundation
import Learning
import LinearAlgebra
import ModelStore
import Platform
import Testing

@Suite struct ModelFolderTests {
  @Test func `a model read is the model written`() throws {
    let model = try SampleModel()
    defer { model.remove() }
    let receipt = try model.write()
    let read = try ModelFolder.read(model.path)
    #expect(read.document == SampleModel.document)
    #expect(read.tensors == SampleModel.tensors)
    #expect(read.report == SampleModel.report)
    #expect(read.digest == receipt.digest)
    #expect(read.warnings == [])
    #expect(try ModelManifest.read(model.path) == receipt.manifest)
    #expect(
      try namesInFolder(model.path)
        == ["manifest.json", "model.json", "report.json", "tensors.safetensors"])
    #expect(try namesInFolder(model.folder) == ["m"])
  }

  @Test func `the numbers are taken by name, type and shape`() throws {
    let model = try SampleModel()
    defer { model.remove() }
    try model.write()
    let read = try ModelFolder.read(model.path)
    let centers = try read.matrix("centers", of: Double.self, rowCount: 2, columnCount: 2)
    #expect(centers.elements == [1, 2, -0.5, 4])
    #expect(try read.floats("weights", count: 3) == [0.5, .infinity, -0.0])
    #expect(try read.int64s("counts") == [3, .max])
    #expect(try read.int32s("codes") == [-1])
    #expect(try read.uint8s("flags") == [7, 0, 255])
    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return "accepted"
    }
    #expect(
      message { _ = try read.matrix("centers", of: Double.self, columnCount: 3) }
        == "tensor 'centers' is 2 x 2, not any x 3")
    #expect(
      message { _ = try read.matrix("centers", of: Float.self) }
        == "tensor 'centers' is no matrix of float numbers")
    #expect(
      message { _ = try read.doubles("centers") } == "tensor 'centers' is no vector of doubles")
    #expect(
      message { _ = try read.int64s("counts", count: 3) }
        == "tensor 'counts' has 2 elements, not 3")
    #expect(message { _ = try read.floats("none") } == "the model has no tensor 'none'")
  }

  @Test func `the digest is what sha256sum makes of model and tensors, whatever the report`() throws
  {
    let (one, other) = (try SampleModel(), try SampleModel())
    defer {
      one.remove()
      other.remove()
    }
    let first = try one.write()
    let second = try ModelFolder.write(
      SampleModel.document, SampleModel.tensors, report: ["host": "elsewhere"], to: other.path)
    #expect(first.digest == second.digest)
    let lines = try ["model.json", "tensors.safetensors"].map { name in
      "\(SHA256.hexadecimal(of: try one.bytes(name)))  \(name)\n"
    }
    #expect(first.digest == SHA256.hexadecimal(of: Array(lines.joined().utf8)))
    // Golden: this model's digest in release 0.1; it must never change.
    #expect(first.digest == "91f30f7c97b5790bf190e4becfe9a108e5a68e8d4adb0d5ee048c984a8ca317a")
  }

  @Test func `a NaN of any bits is one NaN on disk`() throws {
    let (one, other) = (try SampleModel(), try SampleModel())
    defer {
      one.remove()
      other.remove()
    }
    func write(_ model: SampleModel, _ double: UInt64, _ float: UInt32) throws -> String {
      try ModelFolder.write(
        [:],
        [
          "d": Tensor([Double(bitPattern: double), 1]), "f": Tensor([Float(bitPattern: float)]),
        ], report: [:], to: model.path
      ).digest
    }
    let quiet = try write(one, 0x7FF8_0000_0000_0000, 0x7FC0_0000)
    let odd = try write(other, 0xFFF8_0000_0000_1234, 0xFFC0_0001)
    #expect(quiet == odd)
    #expect(try ModelFolder.read(other.path).doubles("d")[0].bitPattern == 0x7FF8_0000_0000_0000)
  }

  @Test func `a number that JSON cannot say is written as null and said`() throws {
    let model = try SampleModel()
    defer { model.remove() }
    let receipt = try ModelFolder.write(
      ["inertia": .number(.infinity)], [:], report: ["objective": [1.5, .number(.nan)]],
      to: model.path)
    #expect(
      receipt.warnings == [
        "inertia in model.json is no finite number and was written as null",
        "objective[1] in report.json is no finite number and was written as null",
      ])
    #expect(try ModelFolder.read(model.path).document == ["inertia": nil])
  }

  @Test func `empty tensors and odd shapes come back`() throws {
    let model = try SampleModel()
    defer { model.remove() }
    let tensors: [String: Tensor] = [
      "none": Tensor([Double]()),
      "wide": Tensor(Matrix<Float>(rowCount: 0, columnCount: 5)),
      "cube": Tensor(
        shape: [2, 1, 3],
        storage: .double(Matrix(rowCount: 2, columnCount: 3, elements: [1, 2, 3, 4, 5, 6]))),
      "one": Tensor(shape: [], storage: .int32(Buffer([5]))),
    ]
    try ModelFolder.write([:], tensors, report: [:], to: model.path)
    #expect(try ModelFolder.read(model.path).tensors == tensors)
  }

  @Test func `tensors larger than a piece of reading come back`() throws {
    let model = try SampleModel()
    defer { model.remove() }
    let values = (0..<100_003).map { Double($0) * 0.5 }
    try ModelFolder.write([:], ["v": Tensor(values)], report: [:], to: model.path)
    #expect(try ModelFolder.read(model.path).doubles("v") == values)
  }

  @Test func `a model that is there is replaced only on request, and in one piece`() throws {
    let model = try SampleModel()
    defer { model.remove() }
    try model.write()
    func kind(_ body: () throws -> Void) -> Failure.Kind? {
      do { try body() } catch { return (error as? Failure)?.kind }
      return nil
    }
    #expect(kind { try model.write() } == .cannotWrite)
    try ModelFolder.write(["new": 1], [:], report: [:], to: model.path, replacing: true)
    #expect(try ModelFolder.read(model.path).document == ["new": 1])
    #expect(try namesInFolder(model.folder) == ["m"])
    try model.put([1], "notes.txt")
    #expect(kind { try model.write(replacing: true) } == .cannotWrite)
    #expect(try ModelFolder.read(model.path).document == ["new": 1])
    #expect(try model.bytes("notes.txt") == [1])
  }

  @Test func `what is no model is never replaced`() throws {
    let model = try SampleModel()
    defer { model.remove() }
    try FileManager.default.createDirectory(
      atPath: model.path + "/home", withIntermediateDirectories: true)
    #expect(throws: Failure.self) { try model.write(replacing: true) }
    #expect(try namesInFolder(model.path) == ["home"])
    try Data([1]).write(to: URL(fileURLWithPath: model.folder + "/file"))
    #expect(throws: Failure.self) {
      try ModelFolder.write([:], [:], report: [:], to: model.folder + "/file", replacing: true)
    }
    #expect(try namesInFolder(model.folder) == ["file", "m"])
  }

  @Test func `a folder that cannot be made leaves nothing behind`() throws {
    let model = try SampleModel()
    defer { model.remove() }
    #expect {
      try ModelFolder.write([:], [:], report: [:], to: model.folder + "/no/m")
    } throws: { error in
      (error as? Failure)?.message == "cannot write \(model.folder)/no/m"
    }
    #expect(try namesInFolder(model.folder) == [])
  }

  @Test func `a wrong name of a tensor of ours leaves nothing behind`() throws {
    let model = try SampleModel()
    defer { model.remove() }
    for name in ["", "../x y", "__metadata__", "é", String(repeating: "a", count: 201)] {
      #expect(throws: Failure.self) {
        try ModelFolder.write([:], [name: Tensor([1.0])], report: [:], to: model.path)
      }
    }
    #expect(try namesInFolder(model.folder) == [])
  }

  @Test func `what dead processes left beside a model is not looked at`() throws {
    let model = try SampleModel()
    defer { model.remove() }
    try model.write()
    try FileManager.default.createDirectory(
      atPath: model.folder + "/.m.tmp.1.dead", withIntermediateDirectories: true)
    #expect(try ModelFolder.read(model.path).document == SampleModel.document)
    try model.write(replacing: true)
    #expect(try ModelFolder.read(model.path).document == SampleModel.document)
    try FileManager.default.removeItem(atPath: model.path)
    #expect {
      try ModelFolder.read(model.path)
    } throws: { error in
      (error as? Failure)?.kind == .missingInput
    }
  }

  @Test func `a replacement cut between its two renames is recovered, said, and cleared later`()
    throws
  {
    let model = try SampleModel()
    defer { model.remove() }
    try model.write()
    let aside = model.folder + "/.m.old.1.x"
    try FileManager.default.moveItem(atPath: model.path, toPath: aside)
    let read = try ModelFolder.read(model.path)
    #expect(read.document == SampleModel.document)
    #expect(read.warnings.count == 1)
    try ModelFolder.write(["new": 1], [:], report: [:], to: model.path)
    #expect(try ModelFolder.read(model.path).document == ["new": 1])
    #expect(try namesInFolder(model.folder) == ["m"])
  }

  @Test func `readers see the old model or the new one while it is replaced`() async throws {
    let model = try SampleModel()
    defer { model.remove() }
    func write(_ number: Int) throws {
      try ModelFolder.write(
        ["n": .integer(number)], ["n": Tensor([Int64(number)])], report: ["n": .integer(number)],
        to: model.path, replacing: true)
    }
    try write(0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { for number in 1...30 { try write(number) } }
      for _ in 0..<2 {
        group.addTask {
          for _ in 0..<60 {
            let read = try ModelFolder.read(model.path)
            let number = try read.document.integer("n", in: 0...30)
            #expect(try read.int64s("n") == [Int64(number)])
            #expect(read.report == ["n": .integer(number)])
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
