import Foundation
import Platform
import Testing

@Suite struct PathTests {
  @Test func `a moved folder takes the place of the old one, which is gone`() throws {
    let folder = try TemporaryFolder()
    for name in ["old", "new"] {
      try makeFolder(folder.place(name))
      try makeFolder(folder.place("\(name)/inner"))
      try folder.write(name, to: "\(name)/inner/\(name).txt")
    }
    try movePath(folder.place("new"), to: folder.place("old"), replacing: true)
    #expect(folder.names == ["old"])
    #expect(try namesInFolder(folder.place("old/inner")) == ["new.txt"])
  }

  @Test func `a move onto something is refused where nothing may be replaced`() throws {
    let folder = try TemporaryFolder()
    for name in ["old", "new"] { try folder.write(name, to: name) }
    let refused = failure {
      try movePath(folder.place("new"), to: folder.place("old"), replacing: false)
    }
    #expect(refused.message == "\(folder.place("old")) is there already")
    #expect(try folder.text("old") == "old")
    #expect(try folder.text("new") == "new")
  }

  @Test func `a move of nothing names the place it was for`() throws {
    let folder = try TemporaryFolder()
    let refused = failure {
      try movePath(folder.place("absent"), to: folder.place("target"), replacing: true)
    }
    #expect(refused.kind == .cannotWrite)
    #expect(refused.message == "cannot write \(folder.place("target"))")
    #expect(refused.causes == ["rename: No such file or directory"])
  }

  @Test func `removing a folder takes links away and leaves what they point to`() throws {
    let folder = try TemporaryFolder()
    try makeFolder(folder.place("outside"))
    try folder.write("precious", to: "outside/notes.txt")
    try makeFolder(folder.place("doomed"))
    try makeFolder(folder.place("doomed/inner"))
    try folder.write("gone", to: "doomed/inner/.hidden")
    try folder.link("doomed/to-folder", to: folder.place("outside"))
    try folder.link("doomed/to-file", to: folder.place("outside/notes.txt"))
    try folder.link("doomed/to-nothing", to: folder.place("nowhere"))
    removePath(folder.place("doomed"))
    #expect(folder.names == ["outside"])
    #expect(try folder.text("outside/notes.txt") == "precious")
    // A link given itself goes, its target stays.
    try folder.link("link", to: folder.place("outside"))
    removePath(folder.place("link"))
    #expect(folder.names == ["outside"])
    removePath(folder.place("absent"))
  }

  @Test func `names in a folder come in byte order, hidden ones too`() throws {
    let folder = try TemporaryFolder()
    let names = ["b", "a10", "a2", "B", "é", "z", ".hidden", "a"]
    for name in names { try folder.write("", to: name) }
    #expect(
      try namesInFolder(folder.path) == [".hidden", "B", "a", "a10", "a2", "b", "z", "é"])
    let absent = failure { _ = try namesInFolder(folder.place("absent")) }
    #expect(absent.kind == .missingInput)
    #expect(absent.message == "there is no \(folder.place("absent"))")
  }

  @Test(arguments: [
    ("a/b/c.csv", "a/b", "c.csv"), ("c.csv", ".", "c.csv"), ("/c", "/", "c"), ("/", "/", "/"),
    ("a/b/", "a", "b"), ("/a/b/", "/a", "b"),
  ])
  func `a path has a folder and a last component`(path: String, parent: String, last: String) {
    #expect(folder(of: path) == parent)
    #expect(lastComponent(path) == last)
  }

  @Test func `a folder that is there is fine, a file in its place is not`() throws {
    let folder = try TemporaryFolder()
    try makeFolder(folder.place("a"))
    try makeFolder(folder.place("a"))
    try folder.write("", to: "b")
    #expect(failure { try makeFolder(folder.place("b")) }.causes == ["mkdir: File exists"])
    #expect(isFolder(folder.place("a")) && !isFolder(folder.place("b")))
    #expect(isRegularFile(folder.place("b")) && !isRegularFile(folder.place("a")))
  }

  @Test func `temporary names lie beside the path and never repeat`() {
    let names = (0..<100).map { _ in temporaryName(beside: "a/model/") }
    #expect(Set(names).count == 100)
    #expect(names.allSatisfy { $0.hasPrefix("a/.model.tmp.") })
  }

  @Test func `what killed processes left is removed, what others work on stays`() throws {
    let folder = try TemporaryFolder()
    let path = folder.place("model")
    let own = temporaryName(beside: path)
    let gone = Process()
    gone.executableURL = URL(fileURLWithPath: "/bin/true")
    try gone.run()
    gone.waitUntilExit()
    func named(_ process: Int32, host: String = Machine.hostName) -> String {
      ".model.tmp.\(host).\(process).abc"
    }
    let stays = [
      lastComponent(own), named(1), named(gone.processIdentifier, host: "elsewhere"),
      named(gone.processIdentifier).replacing("model", with: "model.other"),
      ".model.tmp.\(Machine.hostName).none.abc", "model",
    ]
    let goes = [named(gone.processIdentifier), named(gone.processIdentifier) + "d"]
    for name in stays + goes { try makeFolder(folder.place(name)) }
    try folder.write("half a file", to: goes[0] + "/tensors")
    #expect(removeAbandoned(beside: path) == goes)
    #expect(try namesInFolder(folder.path) == stays.sorted())
    #expect(removeAbandoned(beside: path + "/").isEmpty)
    #expect(removeAbandoned(beside: folder.place("none/model")).isEmpty)
  }
}
