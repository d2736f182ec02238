import Foundation
import Platform
import Testing

@testable import Cluster

@Suite(.serialized)
struct CommunicatorTests {
  @Test(arguments: [1, 2, 3, 4, 5, 7, 8])
  func `every law of the workers holds over threads`(count: Int) throws {
    for law in CommunicatorLaw.all {
      do {
        _ = try Communicator.withThreads(count, patience: 60) { group in try law.check(group) }
      } catch {
        Issue.record("\(law.name), on \(count): \(error)")
      }
    }
  }

  @Test func `every law holds for a lone rank, which never fails for good`() throws {
    let solo = Communicator.solo()
    for law in CommunicatorLaw.all { try law.check(solo) }
    #expect(throws: Failure(.data, "empty")) {
      try solo.agree("reading") { throw Failure(.data, "empty") }
    }
    try solo.barrier("still here")
  }

  @Test func `results of threads come by rank`() throws {
    #expect(try Communicator.withThreads(5) { $0.rank * 10 + $0.size } == [5, 15, 25, 35, 45])
  }

  @Test func `the lowest rank's error is thrown, with its number`() throws {
    var expected = Failure(.data, "line 1")
    expected.rank = 1
    #expect(throws: expected) {
      _ = try Communicator.withThreads(4) { group in
        if group.rank % 2 == 1 { throw Failure(.data, "line \(group.rank)") }
        try group.barrier("with nobody")
      }
    }
  }

  @Test func `a rank that never comes is lost, not waited for`() throws {
    let failures = Recorder()
    try? Communicator.withThreads(2, patience: 1) { group in
      if group.rank == 1 {
        group.isFinished = true
        return
      }
      do { try group.barrier("alone") } catch { failures.add(Failure(error)) }
    }.forEach { _ in }
    #expect(failures.all.map(\.kind) == [.workerLost])
    #expect(failures.all.first?.message == "worker 1 was silent for 1 seconds")
  }

  @Test func `a collective after the last one is an error`() throws {
    let failures = Recorder()
    _ = try Communicator.withThreads(2) { group in
      try group.finish(nil)
      do { try group.barrier("late") } catch { failures.add(Failure(error)) }
    }
    #expect(failures.all.map(\.kind) == [.bug, .bug])
  }

  @Test func `the watch hears of every wait and of its end, also when it throws`() throws {
    let calls = try Communicator.withThreads(2) { group -> [String] in
      let watch = RecordingWatch()
      group.watch = watch
      try group.barrier("first")
      _ = try group.allReduce([1])
      let child = try group.split(color: 0)
      try? child.agree("failing") { throw Failure(.data, "no") }
      return watch.calls
    }
    let expected = [
      "first 1", "left", "allReduce 2", "left", "split 3", "left", "failing 1", "left",
    ]
    #expect(calls == [expected, expected])
  }

  @Test func `the timeline counts messages, bytes and seconds`() throws {
    let lines = try Communicator.withThreads(3) { group -> Timeline in
      _ = try group.allGather([UInt8](repeating: 1, count: 1000))
      _ = try group.allGather([UInt8](repeating: 1, count: 100_000))
      return group.timeline
    }
    for line in lines {
      #expect(line.collectives == 2)
      #expect(line.messagesSent == 2 + 2 + 2)
      #expect(line.bytesSent == 2 * (128 + 1000) + 2 * (128 + 100_000))
      #expect(line.wait > 0 && line.transfer > 0 && line.compute > 0)
    }
  }

  @Test func `a header is 128 bytes and keeps what it is told`() {
    #expect(MemoryLayout<TalkHeader>.size == TalkHeader.byteCount)
    let name = "the name of a barrier that is longer than sixty-four bytes allow, cut"
    let header = TalkHeader(
      operation: .barrier, name: name, sequence: 9, detail: -3, furtherDetail: 4, fingerprint: 5)
    #expect(header.name == String(name.prefix(64)))
    #expect(header.title == "barrier '\(name.prefix(64))'")
  }

  @Test func `a failure too long for a message loses causes first and words last`() throws {
    let long = Failure(
      .data, "no", causes: ["short", String(repeating: "x", count: 500)], hint: "help")
    let bytes = long.encoded(limit: 300)
    let short = unsafe bytes.withUnsafeBytes { unsafe Failure.decoded($0) }
    #expect(short == Failure(.data, "no", causes: ["short"], hint: "help"))
    let endless = Failure(.data, String(repeating: "y", count: 5000))
    #expect(endless.encoded(limit: 300).count <= 300)
    #expect(
      unsafe [UInt8]().withUnsafeBytes { unsafe Failure.decoded($0) }.kind == .bug)
  }
}

/// Hears what a rank's watchdog would hear.
private final class RecordingWatch: CollectiveWatch {
  var calls: [String] = []
  func entered(_ operation: String, sequence: Int) { calls.append("\(operation) \(sequence)") }
  func left() { calls.append("left") }
}

/// Failures that several threads saw.
private final class Recorder: @unchecked Sendable {
  private let lock = NSLock()
  private var seen: [Failure] = []
  func add(_ failure: Failure) { lock.withLock { seen.append(failure) } }
  var all: [Failure] { lock.withLock { seen } }
}
