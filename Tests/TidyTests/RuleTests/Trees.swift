import Testing

/// A manifest in the form of ours, for trees made up in tests.
let smallManifest = """
  let package = Package(name: "small", products: [.library(name: "Top", targets: ["Top"])])
  package.targets += [
    .systemLibrary(name: "CBLAS", path: "Sources/Bridges/CBLAS", providers: [.apt(["x"])]),
    // core("Commented", on: []),
    bridge("CSystem"),
    core("Platform", on: ["CSystem"]),
    core("LinearAlgebra", on: ["Platform", .target(name: "CBLAS", condition: .when(traits: ["T"]))]),
    algorithms("Clustering"),
    algorithms("Anomaly"),
    tests("LinearAlgebra", on: ["LinearAlgebra", "CBLAS"]),
  ]
  func bridge(_ name: String) -> Target {
    .target(name: name, path: "Sources/Bridges/\\(name)")
  }
  func core(_ name: String, on dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/Core/\\(name)")
  }
  func algorithms(_ name: String) -> Target {
    .target(
      name: name, dependencies: ["Platform", "LinearAlgebra"], path: "Sources/Algorithms/\\(name)")
  }
  func tests(_ name: String, on dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: "\\(name)Tests", dependencies: dependencies, path: "Tests/\\(name)Tests")
  }
  """

extension Rule {
  /// What the rule says about a made-up tree; the small manifest is in it where it brings none.
  func says(_ texts: [String: String]) throws -> [String] {
    try check(SourceTree(texts.merging(["Package.swift": smallManifest]) { own, _ in own }))
      .map(\.description)
  }

  /// Expects silence about one tree and one finding that holds a text about the other.
  func expect(
    quiet good: [String: String], complains bad: [String: String], with text: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(try says(good) == [], sourceLocation: sourceLocation)
    let said = try says(bad)
    #expect(said.count == 1, "\(said)", sourceLocation: sourceLocation)
    #expect(said.first?.contains(text) == true, "\(said)", sourceLocation: sourceLocation)
  }
}
