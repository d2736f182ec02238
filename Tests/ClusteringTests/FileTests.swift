import Blocks
import Cluster
import Clustering
import Datasets
import Foundation
import Frames
import Learning
import LinearAlgebra
import ModelStore
import Platform
import Testing

/// Law 1 over files: how the rows came does not show in the model.
final class FileTests {
  private let folder = temporaryName(beside: NSTemporaryDirectory() + "/martlet-files")
  private let data = Clumps(seed: 31, rowCount: 700, columnCount: 3, clumps: 5)
  private let names = ["a", "b", "c"]

  init() throws { try makeFolder(folder) }
  deinit { removePath(folder) }

  @Test(arguments: Precision.allCases)
  func `one csv, seven csvs and npy of the same rows are one model`(precision: Precision) throws {
    let one = try csv("one.csv", data.rows[...])
    try makeFolder("\(folder)/parts")
    let cuts = [0, 1, 90, 90, 333, 400, 699, 700]
    for (part, range) in zip(cuts, cuts.dropFirst()).enumerated() {
      _ = try csv("parts/\(part).csv", data.rows[range.0..<range.1])
    }
    let npy = try npy("all.npy", of: precision)
    var options = ReadOptions()
    options.columnNames = names
    let sources = [
      try Dataset.reading([one]), try Dataset.reading(["\(folder)/parts"]),
      try Dataset.reading(["\(folder)/parts/*.csv"]),
      try Dataset.reading([npy], options: options),
    ]
    let digests = try sources.flatMap { source in
      try [1, 3].map { try digest(of: source, precision, ranks: $0) }
    }
    #expect(Set(digests).count == 1, "\(digests)")
  }

  private func digest(of source: Dataset, _ precision: Precision, ranks: Int) throws -> String {
    switch precision {
    case .float: try digest(of: source, Float.self, ranks: ranks)
    case .double: try digest(of: source, Double.self, ranks: ranks)
    }
  }

  private func digest<Element: Scalar>(
    of source: Dataset, _ type: Element.Type, ranks: Int
  ) throws -> String {
    let (names, path) = (names, temporaryName(beside: "\(folder)/model"))
    return try Communicator.withThreads(ranks, patience: 60) { group in
      let session = Session(
        communicator: group, threads: 2, memoryByteCount: 1 << 30, leaves: smallLeaves)
      let rows = try source.blocks(of: type, features: names, in: session).0
      let model = try KMeans { $0.k = 5 }.fit(rows, inputs: [:], in: session).model
      return try group.decide("writing") {
        try StoredModel.write(model, report: nil, to: path, in: session).digest
      }
    }[0]
  }

  private func csv(_ name: String, _ rows: ArraySlice<[Double]>) throws -> String {
    let lines = rows.map { $0.map { numberText($0) }.joined(separator: ",") }
    let text = ([names.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
    let path = "\(folder)/\(name)"
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    return path
  }

  /// A .npy file, version 1.0, written by hand from the format's description in NumPy's manual.
  private func npy(_ name: String, of precision: Precision) throws -> String {
    let type = precision == .float ? "<f4" : "<f8"
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(data.rows.count), 3), }"
    header += String(repeating: " ", count: (64 - (10 + header.utf8.count + 1) % 64) % 64) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes += [UInt8(header.utf8.count & 0xFF), UInt8(header.utf8.count >> 8)]
    bytes += Array(header.utf8)
    for value in data.rows.flatMap({ $0 }) {
      let word = precision == .float ? UInt64(Float(value).bitPattern) : value.bitPattern
      for place in 0..<(precision == .float ? 4 : 8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> (8 * UInt64(place))))
      }
    }
    let path = "\(folder)/\(name)"
    try Data(bytes).write(to: URL(filePath: path))
    return path
  }
}
