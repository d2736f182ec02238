import Foundation
import Glibc
import Platform
import Testing

@Suite struct InputFileTests {
  @Test func `a file is read at any place and as a whole`() throws {
    let folder = try TemporaryFolder()
    let file = try InputFile(folder.write("0123456789", to: "a"))
    #expect(file.byteCount == 10)
    #expect(try file.contents() == Array("0123456789".utf8))
    var bytes = [UInt8](repeating: 0, count: 6)
    var span = bytes.mutableSpan
    try file.read(into: &span, 1..<4, at: 7)
    try file.read(into: &span, 5..<5, at: 999)
    #expect(bytes == [0] + Array("789".utf8) + [0, 0])
    #expect(try InputFile(folder.write("", to: "empty")).contents().isEmpty)
  }

  @Test func `bytes behind the end are an error that names the file`() throws {
    let folder = try TemporaryFolder()
    let file = try InputFile(folder.write("0123456789", to: "a"))
    var bytes = [UInt8](repeating: 0, count: 4)
    let refused = failure {
      var span = bytes.mutableSpan
      try file.read(into: &span, 0..<4, at: 7)
    }
    #expect(refused.kind == .data)
    #expect(refused.message == "cannot read \(file.path)")
    #expect(refused.causes == ["it has no byte 10"])
  }

  @Test func `a file that is written after it was opened is an error`() throws {
    let folder = try TemporaryFolder()
    for (text, cause) in [
      ("012", "it became shorter while it was read"),
      ("0123456789+", "it became longer while it was read"),
      ("9876543210", "it changed while it was read"),
    ] {
      let file = try InputFile(folder.write("0123456789", to: "a"))
      #expect(try file.contents().count == 10)
      let handle = try #require(FileHandle(forWritingAtPath: file.path))
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: Data(text.utf8))
      try handle.close()
      // The clock of a disk may stand for some milliseconds.
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_900_000_000)], ofItemAtPath: file.path)
      let refused = failure { _ = try file.contents() }
      #expect(refused.message == "cannot read \(file.path)")
      #expect(refused.causes == [cause])
    }
  }

  @Test func `a missing file is a missing input`() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "file")
    for name in ["absent", "absent/deeper", "file/inside"] {
      let refused = failure { _ = try InputFile(folder.place(name)) }
      #expect(refused.kind == .missingInput)
      #expect(refused.kind.exitCode == 66)
      #expect(refused.message == "there is no \(folder.place(name))")
    }
  }

  @Test func `a folder, a device and a pipe without a writer are refused at once`() throws {
    let folder = try TemporaryFolder()
    let pipe = folder.place("pipe")
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    for path in [folder.path, pipe, "/dev/null"] {
      let refused = failure { _ = try InputFile(path) }
      #expect(refused.kind == .data)
      #expect(refused.message == "cannot read \(path)")
      #expect(refused.causes == ["it is no regular file"])
    }
  }

  @Test(.enabled(if: geteuid() != 0, "root may read every file"))
  func `a file that may not be read is an error with the system's words`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("secret", to: "a")
    #expect(unsafe chmod(path, 0) == 0)
    let refused = failure { _ = try InputFile(path) }
    #expect(refused.kind == .data)
    #expect(refused.message == "cannot read \(path)")
    #expect(refused.causes == ["Permission denied"])
  }

  @Test func `numbers go to a file and come back as memory holds them`() throws {
    let folder = try TemporaryFolder()
    let numbers: [Double] = [0.1, -0.0, .infinity, .leastNonzeroMagnitude]
    let output = try OutputFile(folder.place("a"), replacing: false)
    try output.write(numbers.span)
    try output.commit()
    var back = [Double](repeating: 1, count: 5)
    var span = back.mutableSpan
    try InputFile(folder.place("a")).read(into: &span, 1..<5, at: 0)
    #expect(back.map(\.bitPattern) == [1.0].map(\.bitPattern) + numbers.map(\.bitPattern))
  }
}
