import Cluster
import Datasets
import Foundation
import Frames
import Platform
import Testing

/// Runs a tool of the system on a file; false where it is not there.
private func pack(_ tool: String, _ path: String, to target: String) throws -> Bool {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/sh")
  process.arguments = [
    "-c", "command -v \(tool) >/dev/null && \(tool) -c \"$0\" > \"$1\"", path, target,
  ]
  process.standardError = FileHandle.nullDevice
  try process.run()
  process.waitUntilExit()
  return process.terminationStatus == 0
}

private func collect(_ paths: [String], scratch: String, ranks: Int = 1) throws -> Table {
  try Communicator.withThreads(ranks) { communicator in
    let session = Session(communicator: communicator, threads: 2, scratch: scratch)
    return Table(try Dataset.reading(paths, in: session).collect(in: session))
  }[0]
}

@Suite struct CompressionTests {
  /// `x,y` over 1, 2 and 3, of gzip(1) as it writes it with no name and no time (RFC 1952).
  private static let lines = (0..<5000).map { "\($0),\($0 % 7),text \($0 * 31)\n" }

  @Test(arguments: ["gzip", "zstd"], [1, 2, 3])
  func `a compressed file is the file, for any number of workers, and leaves nothing`(
    tool: String, ranks: Int
  ) throws {
    let (folder, scratch) = (try TemporaryFolder(), try TemporaryFolder())
    let plain = try folder.file("a,b,c\n" + Self.lines.joined(), "t.csv")
    let other = try folder.file("a,b,c\n1,2,x\n", "u.csv")
    let ending = tool == "gzip" ? "gz" : "zst"
    guard try pack(tool, plain, to: plain + ".\(ending)"),
      try pack(tool, other, to: other + ".\(ending)")
    else { return }
    let expected = try collect([plain, other], scratch: scratch.path)
    let found = try collect(
      [plain + ".\(ending)", other + ".\(ending)"], scratch: scratch.path, ranks: ranks)
    #expect(found == expected)
    // One of two may be plain.
    #expect(
      try collect([plain, other + ".\(ending)"], scratch: scratch.path, ranks: ranks) == expected)
    #expect(scratch.names.isEmpty)
  }

  @Test(arguments: ["gzip", "zstd"])
  func `members that follow each other are one file`(tool: String) throws {
    let (folder, scratch) = (try TemporaryFolder(), try TemporaryFolder())
    var packed: [UInt8] = []
    for (index, text) in ["{\"a\": 1}\n{\"a\"", ": 2}\n", "", "{\"a\": 3}\n"].enumerated() {
      let part = try folder.file(text, "part\(index)")
      guard try pack(tool, part, to: part + ".x") else { return }
      packed += [UInt8](try Data(contentsOf: URL(fileURLWithPath: part + ".x")))
    }
    let path = try folder.file(packed, tool == "gzip" ? "t.jsonl.gz" : "t.ndjson.ZST")
    #expect(
      try collect([path], scratch: scratch.path).rows
        == [[.integer(1)], [.integer(2)], [.integer(3)]])
  }

  @Test(arguments: ["gzip", "zstd"])
  func `a cut or damaged file is refused by name and place, and leaves nothing`(tool: String) throws
  {
    let (folder, scratch) = (try TemporaryFolder(), try TemporaryFolder())
    let plain = try folder.file("a,b,c\n" + Self.lines.joined(), "t.csv")
    let ending = tool == "gzip" ? "gz" : "zst"
    guard try pack(tool, plain, to: plain + ".whole") else { return }
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: plain + ".whole")))
    for length in [1, 5, 12, whole.count / 2, whole.count - 9, whole.count - 1] {
      let path = try folder.file(Array(whole[..<length]), "t.csv.\(ending)")
      let refused = failure { _ = try collect([path], scratch: scratch.path, ranks: 2) }
      #expect(refused.kind == .data)
      #expect(refused.message == "cannot decompress \(path)", "\(length)")
      #expect(refused.causes == ["it ends in the middle of its data, at byte \(length)"])
      #expect(scratch.names.isEmpty)
    }
    for (bytes, word) in [
      (Array("no archive at all".utf8), "damaged"), ([], "it is empty"),
      (whole + Array("garbage".utf8), "damaged"),
      (
        Array(whole[..<(whole.count / 2)]) + [0xFF, 0xFF, 0xFF, 0xFF]
          + Array(whole[(whole.count / 2 + 4)...]), "damaged"
      ),
    ] {
      let path = try folder.file(bytes, "t.csv.\(ending)")
      let refused = failure { _ = try collect([path], scratch: scratch.path) }
      #expect(refused.message == "cannot decompress \(path)")
      #expect(refused.causes.first?.contains(word) == true, "\(refused)")
    }
    #expect(scratch.names.isEmpty)
  }

  @Test func `errors, notes and names speak of the file that the user named`() throws {
    let (folder, scratch) = (try TemporaryFolder(), try TemporaryFolder())
    let plain = try folder.file("a,b\n1,2\n3\n", "t.csv")
    guard try pack("gzip", plain, to: plain + ".gz") else { return }
    let session = Session(threads: 1, scratch: scratch.path)
    do {
      let data = try Dataset.reading([plain + ".gz"], in: session)
      #expect(data.source.name == plain + ".gz")
      #expect(data.source.notes == ["\(plain).gz: decompressed to 10 B in \(scratch.path)"])
      let refused = failure { _ = try data.collect(in: session) }
      #expect(refused.message == "\(plain).gz:3: 1 fields, where the file has 2 columns")
      #expect(scratch.names.count == 1)
    }
    #expect(scratch.names.isEmpty)
    let bad = try folder.file("{\"a\": x}\n", "bad.jsonl")
    guard try pack("gzip", bad, to: bad + ".gz") else { return }
    let refused = failure { _ = try Dataset.reading([bad + ".gz"], in: session) }
    #expect(refused.message.hasPrefix("\(bad).gz:1, column 7"))
    #expect(scratch.names.isEmpty)
  }

  @Test func `what a killed process left in the scratch folder is removed by the next`() throws {
    let (folder, scratch) = (try TemporaryFolder(), try TemporaryFolder())
    let plain = try folder.file("a\n1\n", "t.csv")
    guard try pack("gzip", plain, to: plain + ".gz") else { return }
    let gone = Process()
    gone.executableURL = URL(fileURLWithPath: "/bin/true")
    try gone.run()
    gone.waitUntilExit()
    let host = ProcessInfo.processInfo.hostName
    let kernelName =
      (try? String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8))?
      .trimmingCharacters(in: .whitespacesAndNewlines) ?? host
    for process in [gone.processIdentifier, getpid()] {
      try FileManager.default.createDirectory(
        atPath: "\(scratch.path)/martlet-scratch.\(kernelName).\(process).abc",
        withIntermediateDirectories: false)
    }
    _ = try collect([plain + ".gz"], scratch: scratch.path)
    #expect(scratch.names == ["martlet-scratch.\(kernelName).\(getpid()).abc"])
  }

  @Test func `a scratch folder that cannot be written is an error`() throws {
    let folder = try TemporaryFolder()
    let plain = try folder.file("a\n1\n", "t.csv")
    guard try pack("gzip", plain, to: plain + ".gz") else { return }
    let refused = failure { _ = try collect([plain + ".gz"], scratch: folder.path + "/absent") }
    #expect(refused.kind == .cannotWrite)
  }
}
