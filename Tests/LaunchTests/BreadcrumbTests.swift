import Foundation
import Platform
import Testing

@testable import Cluster

@Suite struct BreadcrumbTests {
  @Test func `what was noted is seen from another mapping`() throws {
    let folder = try TestFolder()
    let attempt = try AttemptFolder(in: folder.path)
    let crumb = Breadcrumb(page: CrumbPage(path: attempt.crumbPath(rank: 0)), engineJob: 77)
    #expect(BreadcrumbSight(of: 0, in: attempt)?.doing == "starting")
    crumb.begin("fitting als")
    crumb.at(stage: "solving users", step: 4)
    crumb.entered("allToAll", sequence: 12)
    let sight = try #require(BreadcrumbSight(of: 0, in: attempt))
    #expect(sight.doing == "fitting als, solving users (step 4), in allToAll 12")
    #expect(sight.process == Int(ProcessInfo.processInfo.processIdentifier))
    #expect(sight.host == Machine.hostName)
    #expect(sight.engineJob == 77)
    crumb.left()
    #expect(BreadcrumbSight(of: 0, in: attempt)?.collective == nil)
    crumb.begin("writing")
    #expect(BreadcrumbSight(of: 0, in: attempt)?.doing == "writing")
    let far = Breadcrumb(page: CrumbPage(path: attempt.crumbPath(rank: 12)))
    withExtendedLifetime(far) {
      #expect(BreadcrumbSight.all(in: attempt).map(\.rank) == [0, 12])
    }
  }

  @Test func `long texts are cut and many threads may note at once`() throws {
    let crumb = Breadcrumb.inMemory()
    crumb.begin(String(repeating: "x", count: 500))
    #expect(crumb.description == String(repeating: "x", count: 63))
    crumb.begin("work")
    try concurrently(4) { thread in
      for step in 0..<1000 { crumb.at(stage: thread % 2 == 0 ? "even" : "odd", step: step) }
    }
    #expect(["work, even (step 999)", "work, odd (step 999)"].contains(crumb.description))
    #expect(crumb.page[.moves] == 4002)
  }

  @Test func `a file that is no breadcrumb is not looked at`() throws {
    let folder = try TestFolder()
    let path = folder.path + "/x"
    try Data(repeating: 7, count: 4096).write(to: URL(fileURLWithPath: path))
    #expect(CrumbPage(reading: path) == nil)
    try Data(repeating: 7, count: 10).write(to: URL(fileURLWithPath: path))
    #expect(CrumbPage(reading: path) == nil)
    #expect(CrumbPage(reading: folder.path + "/none") == nil)
  }
}

@Suite struct AttemptFolderTests {
  @Test func `a status comes back as it was recorded`() throws {
    let folder = try TestFolder()
    let attempt = try AttemptFolder(in: folder.path)
    let context = try #require(
      WorkerContext(environment: { name in
        ["MARTLET_ATTEMPT": attempt.path, "PMI_RANK": "0", "PMI_SIZE": "2"][name]
      }))
    #expect(WorkerStatus.read(in: attempt) == nil)
    let status = WorkerStatus(
      failure: Failure(.memory, "too much", causes: ["a", "b"], hint: "less"))
    try status.record(in: context)
    #expect(WorkerStatus.read(in: attempt) == status)
    #expect(status.exitCode == 71)
    #expect(context.exitCode(for: 71) == 0)
  }

  @Test func `only folders of dead launchers are removed`() throws {
    let folder = try TestFolder()
    let mine = try AttemptFolder(in: folder.path)
    let dead = try AttemptFolder(in: folder.path)
    let far = try AttemptFolder(in: folder.path)
    let child = try ChildProcess("/bin/true", [])
    child.wait()
    func own(_ attempt: AttemptFolder, _ host: String) throws {
      let text = #"{"host":"\#(host)","process":\#(child.identifier),"start":12345}"#
      try Data(text.utf8).write(to: URL(fileURLWithPath: attempt.path + "/owner"))
    }
    try own(dead, Machine.hostName)
    try own(far, "another-host")
    AttemptFolder.removeStale(in: folder.path)
    #expect(isFolder(mine.path))
    #expect(!pathExists(dead.path))
    #expect(isFolder(far.path))
    mine.remove()
    #expect(!pathExists(mine.path))
  }

  @Test func `nobody else may look inside and no two have one name`() throws {
    let folder = try TestFolder()
    let first = try AttemptFolder(in: folder.path)
    let second = try AttemptFolder(in: folder.path)
    #expect(first.path != second.path)
    let attributes = try FileManager.default.attributesOfItem(atPath: first.path)
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o700)
  }
}

/// A folder that goes with the test.
final class TestFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/launch-tests-" + UUID().uuidString
    try makeFolder(path, mode: 0o700)
  }

  deinit { removePath(path) }
}
