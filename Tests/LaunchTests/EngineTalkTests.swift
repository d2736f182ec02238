import Platform
import Testing

@testable import Cluster

/// Texts recorded from Open MPI 4.1.4 and MPICH 4.0.2 on Debian 12.
private enum Recorded {
  static let rule = String(repeating: "-", count: 74)
  static let killed = """
    \(rule)
    Primary job  terminated normally, but 1 process returned
    a non-zero exit code. Per user-direction, the job has been aborted.
    \(rule)
    \(rule)
    mpirun noticed that process rank 1 with PID 0 on node vm exited on signal 9 (Killed).
    \(rule)

    """
  static let exited = """
    \(rule)
    mpirun detected that one or more processes exited with non-zero status, thus causing
    the job to be terminated. The first process to do so was:

      Process name: [[18142,1],1]
      Exit code:    75
    \(rule)

    """
  static let aborted = """
    \(rule)
    MPI_ABORT was invoked on rank 2 in communicator MPI_COMM_WORLD
    with errorcode 70.

    NOTE: invoking MPI_ABORT causes Open MPI to kill all MPI processes.
    \(rule)

    """
  static let equals = String(repeating: "=", count: 83)
  static let hydra = """

    \(equals)
    =   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES
    =   PID 11463 RUNNING AT vm
    =   EXIT CODE: 9
    =   CLEANING UP REMAINING PROCESSES
    =   YOU CAN IGNORE THE BELOW CLEANUP MESSAGES
    \(equals)
    YOUR APPLICATION TERMINATED WITH THE EXIT STRING: Killed (signal 9)
    This typically refers to a problem with your application.
    Please see the FAQ page for debugging suggestions

    """
}

/// Runs a text through the filter in pieces of a size.
private func filtered(_ text: String, pieces: Int = 7) -> (passed: String, talk: EngineTalk) {
  var talk = EngineTalk(token: "martlet-0-abc")
  var splitter = LineSplitter()
  var passed: [UInt8] = []
  let bytes = [UInt8](text.utf8)
  for start in stride(from: 0, to: bytes.count, by: pieces) {
    for line in splitter.take(bytes[start..<min(start + pieces, bytes.count)]) {
      passed += talk.take(line)
    }
  }
  if let rest = splitter.end() { passed += talk.take(rest) }
  passed += talk.end()
  return (String(decoding: passed, as: UTF8.self), talk)
}

@Suite struct EngineTalkTests {
  @Test func `a killed worker's banner is swallowed and names rank, host and signal`() {
    let (passed, talk) = filtered("before\n" + Recorded.killed + "after\n")
    #expect(passed == "before\nafter\n")
    let diagnosis = EngineDiagnosis(talk.kept)
    #expect(diagnosis.rank == 1)
    #expect(diagnosis.host == "vm")
    #expect(diagnosis.end == .signalled(9))
  }

  @Test func `an exit code and an abort are read`() {
    let exited = EngineDiagnosis(filtered(Recorded.exited).talk.kept)
    #expect(exited.rank == 1)
    #expect(exited.end == .exited(75))
    let aborted = EngineDiagnosis(filtered(Recorded.aborted).talk.kept)
    #expect(aborted.rank == 2)
    #expect(aborted.end == .exited(70))
  }

  @Test func `hydra's banner and the three lines below it are swallowed`() {
    let (passed, talk) = filtered("a\n" + Recorded.hydra + "b\n")
    #expect(passed == "a\nb\n")
    let diagnosis = EngineDiagnosis(talk.kept)
    #expect(diagnosis.process == 11463)
    #expect(diagnosis.host == "vm")
    #expect(diagnosis.end == .signalled(9))
  }

  @Test func `words of workers pass byte by byte`() {
    let text = "\n\na\r\nprogress 1\rprogress 2\r\n--- short rule\n-----\n[info] x\n\n no end"
    for pieces in [1, 2, 3, 100] { #expect(filtered(text, pieces: pieces).passed == text) }
  }

  @Test func `a rule that nothing closes soon is no banner`() {
    let text = Recorded.rule + "\n" + String(repeating: "row\n", count: 100)
    #expect(filtered(text).passed == text)
  }

  @Test func `the transport's own warnings are kept apart, brackets of workers pass`() {
    let ucx = "[1700000000.123456] [vm:1234 :0] parser.c:1911 UCX  WARN  unused variable"
    let (passed, talk) = filtered("\(ucx)\n[1.5] [2.5] x\n[1.5, 2] [x] UCX y\n")
    #expect(passed == "[1.5] [2.5] x\n[1.5, 2] [x] UCX y\n")
    #expect(talk.traces == [ucx])
  }

  @Test func `back traces and the engine's own lines are kept apart`() {
    let (passed, talk) = filtered(
      "[vm:10834] *** Process received signal ***\nmpirun: Forwarding signal 10 to job\nx\n")
    #expect(passed == "x\n")
    #expect(talk.traces == ["[vm:10834] *** Process received signal ***"])
    #expect(talk.kept == ["mpirun: Forwarding signal 10 to job"])
  }

  @Test func `messages of workers are taken out, those with another token are not`() throws {
    let status = WorkerMessage.status(
      WorkerStatus(failure: Failure(.data, "line 18: 'abc' is no number", hint: "look")))
    let line = try #require(status.line(token: "martlet-0-abc"))
    let foreign = try #require(status.line(token: "martlet-0-xyz"))
    let (passed, talk) = filtered(line + foreign, pieces: 11)
    #expect(passed == foreign)
    #expect(talk.messages == [status])
  }

  @Test func `a loss names worker, process, host, signal and what it was doing`() throws {
    let page = CrumbPage(path: nil)
    let crumb = Breadcrumb(page: page)
    crumb.begin("fitting kmeans")
    crumb.at(stage: "assigning", step: 17)
    let sight = BreadcrumbSight(page, rank: 1)
    let loss = WorkerLoss(
      diagnosis: EngineDiagnosis(filtered(Recorded.killed).talk.kept), silence: nil,
      sights: [sight], engineEnd: .exited(137))
    let host = Machine.hostName
    #expect(
      loss.description
        == "worker 1 (process \(sight.process) on \(host)) was killed by SIGKILL "
        + "while fitting kmeans, assigning (step 17)")
    #expect(loss.failure.kind == .workerLost)
    #expect(loss.repeats(loss))
    crumb.at(stage: "assigning", step: 18)
    var later = loss
    later.doing = BreadcrumbSight(page, rank: 1).doing
    #expect(!later.repeats(loss))
  }

  @Test func `under hydra the worker that others waited for is the lost one`() throws {
    let pages = (0..<3).map { _ in CrumbPage(path: nil) }
    for (rank, page) in pages.enumerated() {
      let crumb = Breadcrumb(page: page)
      crumb.begin("fitting")
      crumb.entered("allReduce", sequence: 1)
      crumb.left()
      if rank != 2 { crumb.entered("allReduce", sequence: 2) }
    }
    let diagnosis = EngineDiagnosis(filtered(Recorded.hydra).talk.kept)
    func loss(_ ranks: [Int]) -> WorkerLoss {
      WorkerLoss(
        diagnosis: diagnosis, silence: nil,
        sights: ranks.map { BreadcrumbSight(pages[$0], rank: $0) }, engineEnd: .exited(9))
    }
    #expect(loss([0, 1, 2]).rank == 2)
    #expect(loss([0, 1]).description == "a worker on vm was killed by SIGKILL")
  }
}
