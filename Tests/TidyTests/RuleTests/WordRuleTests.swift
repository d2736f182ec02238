import Testing

@Suite struct `The word rules` {
  @Test func `keep unsafe in Core and the bridges`() throws {
    let code = "let x = unsafe f()"
    try Rule.unsafeWhereItBelongs.expect(
      quiet: [
        "Sources/Core/Platform/A.swift": code, "Sources/Bridges/CSystem/a.c": "int unsafe;",
        "Sources/Product/Top/A.swift": "// unsafe\nlet unsafeness = \"unsafe\"",
        "Tests/LinearAlgebraTests/A.swift": code,
      ],
      complains: ["Sources/Product/Top/A.swift": "let a = 1\n" + code],
      with: "Sources/Product/Top/A.swift:2")
  }

  @Test(arguments: ["try! f()", "x as! Int", "fatalError(\"no\")", "preconditionFailure()"])
  func `see a crash by choice`(_ code: String) throws {
    try Rule.noCrashByChoice.expect(
      quiet: [
        "Sources/Core/Platform/A.swift": "try f()\ntry !f()\nx as? Int\n// fatalError()",
        "Tests/LinearAlgebraTests/A.swift": code,
      ],
      complains: ["Sources/Core/Platform/A.swift": code], with: "Sources/Core/Platform/A.swift:1")
  }

  @Test(arguments: ["x.hashValue", "var hasher = Hasher()"])
  func `see a hash that each process seeds anew`(_ code: String) throws {
    try Rule.noSeededHash.expect(
      quiet: [
        "Sources/Core/Platform/A.swift":
          "// hashValue\nlet hashValues = xxh64(bytes)\nfunc hash(into h: inout Hasher) {}"
      ],
      complains: ["Sources/Core/Platform/A.swift": code], with: "differs in each process")
  }

  @Test func `see a mark of unfinished work in any file`() throws {
    try Rule.noLeftOverMarks.expect(
      quiet: ["docs/A.md": "To do: nothing. TO" + "DOS, FIX" + "MEUP, xx" + "x"],
      complains: ["docs/A.md": "a\nb TO" + "DO: later"], with: "docs/A.md:2")
  }

  @Test func `see a path of one machine`() throws {
    try Rule.noMachinePaths.expect(
      quiet: ["docs/A.md": "see docs/wo" + "rk/a, team/ho" + "me/b and homework"],
      complains: ["docs/A.md": "cd /ho" + "me/me/martlet"], with: "a path of one machine")
    try Rule.noMachinePaths.expect(
      quiet: [:], complains: ["scripts/a": "cat .." + "/shared/x"], with: "a path of one machine")
  }
}
