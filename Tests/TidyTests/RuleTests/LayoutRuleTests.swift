import Testing

@Suite struct `The layout rules` {
  @Test func `know the top level`() throws {
    try Rule.topLevelIsKnown.expect(
      quiet: ["README.md": "x", "scripts/setup": "x"], complains: ["notes.txt": "x"],
      with: "notes.txt")
  }

  /// One file for each row of the small manifest.
  private static let whole = Dictionary(
    uniqueKeysWithValues: PackageTable(manifest: smallManifest).targets.map {
      ("\($0.path)/A.swift", "let a = 1")
    })

  @Test func `hold Sources to the package`() throws {
    let rule = Rule.sourcesFollowThePackage
    try rule.expect(
      quiet: Self.whole,
      complains: Self.whole.merging(["Sources/Core/Old/A.swift": "let a = 1"]) { $1 },
      with: "Sources/Core/Old/A.swift: belongs to no target")
    try rule.expect(
      quiet: Self.whole, complains: Self.whole.filter { !$0.key.contains("Anomaly") },
      with: "Anomaly has no file")
    let elsewhere = smallManifest.split(separator: "\n").map {
      $0.contains("bridge(\"CSystem\")")
        ? ".target(name: \"CSystem\", path: \"Sources/CSystem\")," : $0
    }.joined(separator: "\n")
    var moved = Self.whole.filter { !$0.key.contains("CSystem") }
    moved["Sources/CSystem/A.swift"] = "let a = 1"
    moved["Package.swift"] = elsewhere
    try rule.expect(quiet: Self.whole, complains: moved, with: "CSystem lies in Sources/CSystem")
  }

  @Test(arguments: [
    ("Sources/Core/Platform/A.swift", "\n \n"), ("Sources/Core/Platform/A.swift", "// later\n"),
    ("Sources/Core/Platform/Placeholder.swift", "let a = 1"), ("docs/A.md", ""),
    ("Sources/Core/Platform/notes.txt", "x"),
  ])
  func `see a dead file`(_ path: String, _ text: String) throws {
    try Rule.noDeadFile.expect(
      quiet: ["Sources/Core/Platform/A.swift": "let a = 1", "docs/A.md": "x"],
      complains: [path: text], with: path)
  }

  @Test func `count lines`() throws {
    let line = "let a = 1\n"
    try Rule.filesAreShort.expect(
      quiet: ["Sources/Core/Platform/A.swift": String(repeating: line, count: 400)],
      complains: ["Sources/Core/Platform/A.swift": String(repeating: line, count: 401)],
      with: "has 401 lines")
  }
}
