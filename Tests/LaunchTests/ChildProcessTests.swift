import Foundation
import Platform
import Synchronization
import Testing

@Suite struct ChildProcessTests {
  private func shell(_ script: String, _ change: (inout ChildProcess.Options) -> Void = { _ in })
    throws -> ChildProcess
  {
    var options = ChildProcess.Options()
    change(&options)
    return try ChildProcess("/bin/sh", ["-c", script], options: options)
  }

  @Test func `an exit code and a signal are told apart`() throws {
    #expect(try shell("exit 0").wait() == .exited(0))
    #expect(try shell("exit 75").wait() == .exited(75))
    #expect(try shell("kill -9 $$").wait() == .signalled(9))
    #expect("\(ExitStatus.signalled(11))" == "was killed by SIGSEGV")
    #expect("\(ExitStatus.exited(70))" == "ended with exit code 70")
  }

  @Test func `lines of both pipes arrive whole, the last without an end too`() throws {
    let child = try shell("printf 'a\\nb\\r\\n\\nlast'; echo wrong >&2") {
      $0.output = .pipe
      $0.error = .pipe
    }
    let output = Mutex<[String]>([])
    let error = Mutex<[String]>([])
    let outputDescriptor = try #require(child.outputDescriptor)
    let errorDescriptor = try #require(child.errorDescriptor)
    withExtendedLifetime(child) {
      child.readLines(of: outputDescriptor) { line in output.withLock { $0.append(line) } }
      child.readLines(of: errorDescriptor) { line in error.withLock { $0.append(line) } }
      #expect(child.wait() == .exited(0))
    }
    #expect(output.withLock { $0 } == ["a", "b", "", "last"])
    #expect(error.withLock { $0 } == ["wrong"])
  }

  @Test func `arguments reach the program as they are, never through a shell`() throws {
    let words = ["$(id)", "; echo x", "", "a\nb", "ü", "--", ":"]
    let (status, text) = try ChildProcess.output(of: "/usr/bin/printf", ["[%s]"] + words)
    #expect(status.isSuccess)
    #expect(text == words.map { "[\($0)]" }.joined())
  }

  @Test func `the environment is the one that was chosen`() throws {
    let child = try shell("test \"$ONE\" = 1 && test -z \"$HOME\"") {
      $0.environment = ["ONE": "1"]
    }
    #expect(child.wait() == .exited(0))
  }

  @Test func `a group of its own is led by the child`() throws {
    // Field 5 of stat is the process group.
    let child = try shell("test $(cut -d' ' -f5 /proc/$$/stat) = $$") { $0.hasOwnGroup = true }
    #expect(child.wait() == .exited(0))
  }

  @Test func `a signal ends it and its end is seen without waiting`() throws {
    let child = try shell("exec sleep 100")
    #expect(child.status() == nil)
    child.send(15)
    #expect(child.wait() == .signalled(15))
    #expect(child.status() == .signalled(15))
    child.send(9)
  }

  @Test func `a program that is not there is an error that names it`() throws {
    let failure = try #require(throws: Failure.self) { try ChildProcess("/no/such/program", []) }
    #expect(failure.kind == .missingService)
    #expect(failure.message.contains("/no/such/program"))
  }

  @Test func `a zero byte in an argument is refused`() {
    #expect(throws: Failure.self) { try ChildProcess("/bin/true", ["a\u{0}b"]) }
  }

  @Test func `this process is alive and an ended one is not`() throws {
    #expect(ProcessIdentity.current.isAlive == true)
    #expect(ownExecutablePath?.hasPrefix("/") == true)
    #expect(executablePath(named: "sh") != nil)
    #expect(executablePath(named: "no-such-program-here") == nil)
  }

  @Test func `lines are cut at newlines and returns, whatever the pieces`() {
    let text = "a\nb\r\nc\rd\r\re\n\nf"
    let lines = ["a\n", "b\r\n", "c\r", "d\r", "\r", "e\n", "\n", "f"]
    for size in 1...text.utf8.count {
      var splitter = LineSplitter()
      var found: [[UInt8]] = []
      let bytes = [UInt8](text.utf8)
      for start in stride(from: 0, to: bytes.count, by: size) {
        found += splitter.take(bytes[start..<min(start + size, bytes.count)])
      }
      if let rest = splitter.end() { found.append(rest) }
      #expect(found.map { String(decoding: $0, as: UTF8.self) } == lines)
    }
  }
}
