import Foundation
import Learning
import LinearAlgebra
import ModelStore

/// A small model with a tensor of each type, and a folder of its own to write it to.
struct SampleModel {
  let folder: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/martlet-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
  }

  var path: String { folder + "/m" }

  static let document: JSONValue = [
    "kind": "kmeans", "settings": ["k": 2, "tolerance": 1e-4], "labels": ["a", "é"],
  ]
  static let tensors: [String: Tensor] = [
    "centers": Tensor(Matrix<Double>(rowCount: 2, columnCount: 2, elements: [1, 2, -0.5, 4])),
    "weights": Tensor([Float(0.5), .infinity, -0.0]),
    "counts": Tensor([Int64(3), .max]),
    "codes": Tensor([Int32(-1)]),
    "flags": Tensor([UInt8(7), 0, 255]),
  ]
  static let report: JSONValue = ["iterations": 3, "seconds": 0.25]

  @discardableResult
  func write(replacing: Bool = false) throws -> ModelFolder.Receipt {
    try ModelFolder.write(
      Self.document, Self.tensors, report: Self.report, to: path, replacing: replacing)
  }

  func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
  }

  func put(_ bytes: [UInt8], _ name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
  }

  /// A manifest that fits the files, whatever is in them: what a hostile writer would make.
  func sealManifest(version: Int = 1) throws {
    let names = ["model.json", "tensors.safetensors", "report.json"]
    var files: [JSONValue] = []
    var lines = ""
    for name in names {
      let bytes = try bytes(name)
      let checksum = SHA256.hexadecimal(of: bytes)
      files.append(
        ["name": .text(name), "size": .integer(bytes.count), "sha256": .text(checksum)])
      if name != "report.json" { lines += "\(checksum)  \(name)\n" }
    }
    let manifest: JSONValue = [
      "format": "martlet-model", "version": .integer(version), "files": .list(files),
      "digest": .text(SHA256.hexadecimal(of: Array(lines.utf8))),
    ]
    try put(Array(manifest.printed().utf8), "manifest.json")
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
