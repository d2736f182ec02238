import Foundation
import Glibc
import Platform
import Testing

@Suite struct OutputFileTests {
  @Test func `a committed file holds all that was written, and nothing else is left`() throws {
    let folder = try TemporaryFolder()
    let file = try OutputFile(folder.place("out.txt"), replacing: false)
    try file.write("one ")
    try file.write(Array("two ".utf8))
    try [UInt8](Array("three".utf8)).span.withBytes { try file.write($0) }
    #expect(file.byteCount == 13)
    #expect(!pathExists(folder.place("out.txt")))
    try file.commit()
    #expect(try folder.text("out.txt") == "one two three")
    #expect(folder.names == ["out.txt"])
  }

  @Test func `a file that is dropped leaves nothing, and the old one stays`() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "kept.txt")
    for name in ["new.txt", "kept.txt"] {
      let file = try OutputFile(folder.place(name), replacing: true)
      try file.write("half")
    }
    #expect(folder.names == ["kept.txt"])
    #expect(try folder.text("kept.txt") == "old")
  }

  @Test func `a file that is there is replaced only where that was asked for`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("old", to: "out.txt")
    let refused = failure { _ = try OutputFile(path, replacing: false) }
    #expect(refused.kind == .cannotWrite)
    #expect(refused.message == "\(path) is there already")
    #expect(refused.hint?.contains("--overwrite") == true)
    #expect(folder.names == ["out.txt"])
    let file = try OutputFile(path, replacing: true)
    try file.write("new")
    try file.commit()
    #expect(try folder.text("out.txt") == "new")
    #expect(folder.names == ["out.txt"])
  }

  @Test func `a file that appeared meanwhile is not replaced`() throws {
    let folder = try TemporaryFolder()
    let file = try OutputFile(folder.place("out.txt"), replacing: false)
    try file.write("mine")
    try folder.write("theirs", to: "out.txt")
    #expect(failure { try file.commit() }.message == "\(file.path) is there already")
    #expect(try folder.text("out.txt") == "theirs")
    #expect(folder.names == ["out.txt"])
  }

  @Test func `a folder or a device is never replaced by a file`() throws {
    let folder = try TemporaryFolder()
    let inner = folder.place("results")
    try makeFolder(inner)
    try folder.write("precious", to: "results/notes.txt")
    for path in [inner, "/dev/null"] {
      let refused = failure { _ = try OutputFile(path, replacing: true) }
      #expect(refused.kind == .cannotWrite)
      #expect(refused.message == "cannot write \(path)")
      #expect(refused.causes == ["it is there and is no regular file"])
    }
    #expect(try folder.text("results/notes.txt") == "precious")
    #expect(folder.names == ["results"])
  }

  @Test func `an error names the path that the user gave`() throws {
    let folder = try TemporaryFolder()
    let path = folder.place("absent/out.txt")
    let refused = failure { _ = try OutputFile(path, replacing: false) }
    #expect(refused.kind == .cannotWrite)
    #expect(refused.message == "cannot write \(path)")
    #expect(refused.causes == ["open: No such file or directory"])
  }

  @Test(.enabled(if: SmallDisk.isPossible, "only root may mount a small disk"))
  func `a full disk is an error that names the path, and the disk is left as it was`() throws {
    let folder = try TemporaryFolder()
    try SmallDisk.with(at: folder.place("disk")) { disk in
      let path = "\(disk)/out.bin"
      let refused = failure {
        let file = try OutputFile(path, replacing: false)
        for _ in 0..<64 { try file.write([UInt8](repeating: 7, count: 4096)) }
        try file.commit()
      }
      #expect(refused.kind == .cannotWrite)
      #expect(refused.message == "cannot write \(path)")
      #expect(refused.causes == ["write: No space left on device"])
      #expect(refused.hint == "free some space, or write to another disk")
      #expect(try namesInFolder(disk).isEmpty)
      // And what fits is written.
      let small = try OutputFile(path, replacing: false)
      try small.write("fits")
      try small.commit()
      #expect(try InputFile(path).contents() == Array("fits".utf8))
    }
  }
}

/// 64 KiB of memory as a disk, which fills up quickly.
private enum SmallDisk {
  /// Whether this process may mount one: root may, outside of most containers.
  static let isPossible: Bool = {
    guard let folder = try? TemporaryFolder() else { return false }
    return (try? with(at: folder.place("disk")) { _ in }) != nil
  }()

  static func with(at path: String, _ body: (String) throws -> Void) throws {
    try makeFolder(path)
    guard unsafe mount("tmpfs", path, "tmpfs", 0, "size=64k") == 0 else {
      throw Failure(.failed, "cannot mount a small disk", causes: [systemMessage(errno)])
    }
    defer { _ = unsafe umount(path) }
    try body(path)
  }
}

@Suite struct OutputFolderTests {
  @Test func `a folder appears with all its files or not at all`() throws {
    let folder = try TemporaryFolder()
    let path = folder.place("model")
    do {
      let dropped = try OutputFolder(path, replacing: false)
      try dropped.write("a.txt") { try $0.write("half") }
    }
    #expect(folder.names.isEmpty)
    let kept = try OutputFolder(path, replacing: false)
    try kept.write("a.txt") { try $0.write("A") }
    try kept.write("b.txt") { try $0.write("B") }
    #expect(!pathExists(path))
    try kept.commit()
    #expect(folder.names == ["model"])
    #expect(try folder.text("model/a.txt") == "A")
    #expect(try folder.text("model/b.txt") == "B")
  }

  @Test func `a replaced folder is swapped as a whole`() throws {
    let folder = try TemporaryFolder()
    let path = folder.place("model")
    for (name, text) in [("old.txt", "old"), ("new.txt", "new")] {
      let output = try OutputFolder(path, replacing: true)
      try output.write(name) { try $0.write(text) }
      try output.commit()
    }
    #expect(try namesInFolder(path) == ["new.txt"])
    #expect(folder.names == ["model"])
    #expect(failure { _ = try OutputFolder(path, replacing: false) }.kind == .cannotWrite)
  }

  @Test func `an error inside a file names its final place and leaves nothing`() throws {
    let folder = try TemporaryFolder()
    let path = folder.place("model")
    let refused = failure {
      let output = try OutputFolder(path, replacing: false)
      try output.write("a.txt") { try $0.write("A") }
      try output.write("a.txt") { try $0.write("again") }
    }
    #expect(refused.message == "cannot write \(path)/a.txt")
    #expect(refused.causes == ["open: File exists"])
    #expect(folder.names.isEmpty)
  }
}
