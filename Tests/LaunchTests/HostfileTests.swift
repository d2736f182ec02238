import Platform
import Testing

@testable import Cluster

@Suite struct HostfileTests {
  @Test func `names, slots and comments are read`() throws {
    let text = "# ours\nnode1 slots=4\n\n  node-2.example\t slots=2 # two\n10.0.0.7\r\n"
    let hosts = try Hostfile(text: text, path: "hosts").hosts
    #expect(hosts.map(\.name) == ["node1", "node-2.example", "10.0.0.7"])
    #expect(hosts.map(\.slotCount) == [4, 2, 1])
  }

  @Test(arguments: [
    "-oProxyCommand=touch", "a;b", "$(id)", "a b", "node1 slots=0", "node1 slots=-1",
    "node1 slots=x", "node1 max_slots=2", "no_underscore", ".hidden", "höst", "a\u{0}b",
    String(repeating: "a", count: 254),
  ])
  func `what is no plain host is refused with file and line`(line: String) throws {
    let failure = try #require(throws: Failure.self) {
      try Hostfile(text: "good slots=1\n\(line)\n", path: "cluster.txt")
    }
    #expect(failure.kind == .data)
    #expect(failure.message.contains("cluster.txt, line 2"))
  }

  @Test func `a host that stands there twice is refused`() {
    #expect(throws: Failure.self) { try Hostfile(text: "a\nb\na slots=2\n", path: "h") }
  }

  @Test func `a file without hosts is refused`() {
    #expect(throws: Failure.self) { try Hostfile(text: "# nobody\n\n", path: "h") }
  }

  @Test func `each engine gets the hosts in its own form`() throws {
    let hostfile = try Hostfile(text: "a slots=2\nb\n", path: "h")
    let open = MessagePassingEngine(path: "/x", kind: .openMPI)
    let hydra = MessagePassingEngine(path: "/x", kind: .hydra)
    #expect(open.text(of: hostfile) == "a slots=2\nb slots=1\n")
    #expect(hydra.text(of: hostfile) == "a:2\nb:1\n")
  }

  @Test func `the engine is told by what it says about its version`() {
    #expect(MessagePassingEngine.kind(fromVersion: "mpirun (Open MPI) 4.1.4\n") == .openMPI)
    #expect(
      MessagePassingEngine.kind(fromVersion: "HYDRA build details:\n  Version: 4.0.2") == .hydra)
    #expect(MessagePassingEngine.kind(fromVersion: "something else") == nil)
  }
}
