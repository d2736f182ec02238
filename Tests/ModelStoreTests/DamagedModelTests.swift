import Foundation
import Glibc
import Learning
import ModelStore
import Platform
import Testing

/// RELIABILITY 17: whatever happened to the bytes, loading gives the same model or a clear refusal.
@Suite struct DamagedModelTests {
  private let fileNames = ["manifest.json", "model.json", "report.json", "tensors.safetensors"]

  private enum Outcome: Equatable {
    case same, different
    case refused(Failure)
  }

  private func outcome(_ model: SampleModel) -> Outcome {
    do {
      let read = try ModelFolder.read(model.path)
      let isSame =
        read.document == SampleModel.document && read.tensors == SampleModel.tensors
        && read.report == SampleModel.report
      return isSame ? .same : .different
    } catch { return .refused(Failure(error)) }
  }

  @Test func `every file cut at every length is refused, naming a file`() throws {
    let model = try SampleModel()
    defer { model.remove() }
    try model.write()
    for name in fileNames {
      let bytes = try model.bytes(name)
      for length in 0..<bytes.count {
        try model.put(Array(bytes[..<length]), name)
        // Without its last line end a manifest still says all.
        if name == "manifest.json", length == bytes.count - 1 { continue }
        guard case .refused(let failure) = outcome(model) else {
          Issue.record("\(name) cut to \(length) is accepted")
          continue
        }
        #expect(failure.kind == .data)
        #expect(failure.message == "cannot read \(model.path)/\(name)")
        #expect(!failure.causes.isEmpty)
      }
      try model.put(bytes + [0x20], name)
      #expect(outcome(model) != .different)
      try model.put(bytes, name)
    }
    #expect(outcome(model) == .same)
  }

  @Test func `every file with any byte changed is refused or the same model`() throws {
    let model = try SampleModel()
    defer { model.remove() }
    try model.write()
    for name in fileNames {
      let bytes = try model.bytes(name)
      var refusedCount = 0
      for place in bytes.indices {
        for pattern: UInt8 in [0xFF, 0x01] {
          var damaged = bytes
          damaged[place] ^= pattern
          try model.put(damaged, name)
          switch outcome(model) {
          case .same: break
          case .different:
            Issue.record("\(name) changed at \(place) by \(pattern) is another model")
          case .refused(let failure):
            refusedCount += 1
            #expect(failure.kind == .data)
          }
        }
      }
      // What a checksum covers is always refused; in the manifest a space may change.
      if name != "manifest.json" { #expect(refusedCount == 2 * bytes.count) }
      #expect(refusedCount > bytes.count)
      try model.put(bytes, name)
    }
    #expect(outcome(model) == .same)
  }

  @Test func `a missing file is named, a missing folder is a missing input`() throws {
    let model = try SampleModel()
    defer { model.remove() }
    #expect(outcome(model) == .refused(Failure(.missingInput, "there is no \(model.path)")))
    for name in fileNames {
      try model.write(replacing: true)
      try FileManager.default.removeItem(atPath: "\(model.path)/\(name)")
      #expect(
        outcome(model)
          == .refused(
            Failure(.data, "cannot read \(model.path)/\(name)", causes: ["the file is missing"])))
    }
    try FileManager.default.removeItem(atPath: model.path)
    try Data().write(to: URL(fileURLWithPath: model.path))
    #expect(
      outcome(model)
        == .refused(
          Failure(
            .data, "cannot read \(model.path)", causes: ["a model is a folder, this is none"])))
  }

  @Test func `links, folders and pipes in place of files are refused without being opened`() throws
  {
    let model = try SampleModel()
    defer { model.remove() }
    for name in fileNames {
      let path = "\(model.path)/\(name)"
      for make: () throws -> Void in [
        {
          try FileManager.default.createSymbolicLink(
            atPath: path, withDestinationPath: "/etc/hosts")
        },
        {
          try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        },
        { #expect(unsafe mkfifo(path, 0o600) == 0) },
      ] {
        try? FileManager.default.removeItem(atPath: model.path)
        try model.write()
        try FileManager.default.removeItem(atPath: path)
        try make()
        #expect(
          outcome(model)
            == .refused(
              Failure(.data, "cannot read \(path)", causes: ["it is no regular file"])))
      }
    }
  }

  @Test func `a format of a later release is refused with what to do`() throws {
    let model = try SampleModel()
    defer { model.remove() }
    try model.write()
    try model.sealManifest(version: 2)
    #expect(
      outcome(model)
        == .refused(
          Failure(
            .data, "cannot read \(model.path)/manifest.json",
            causes: ["it has format 2, this release reads up to 1"],
            hint: "read it with a newer release of martlet")))
  }

  @Test func `a model larger than may be used is refused before its numbers are read`() throws {
    let model = try SampleModel()
    defer { model.remove() }
    try model.write()
    #expect {
      try ModelFolder.read(model.path, byteLimit: 100)
    } throws: { error in
      (error as? Failure)?.kind == .memory
    }
  }

  @Test func `unknown files beside the model's are not looked at`() throws {
    let model = try SampleModel()
    defer { model.remove() }
    try model.write()
    try model.put([0], "README.md")
    #expect(outcome(model) == .same)
  }

  @Test func `a deep document with a fitting checksum is refused`() throws {
    let model = try SampleModel()
    defer { model.remove() }
    try model.write()
    for name in ["model.json", "report.json"] {
      let bytes = try model.bytes(name)
      try model.put([UInt8](repeating: UInt8(ascii: "["), count: 100_000), name)
      try model.sealManifest()
      guard case .refused(let failure) = outcome(model) else {
        Issue.record("\(name) is accepted")
        continue
      }
      #expect(failure.message == "cannot read \(model.path)/\(name)")
      #expect(failure.causes == ["line 1, column 65: nested deeper than 64"])
      try model.put(bytes, name)
    }
  }
}
