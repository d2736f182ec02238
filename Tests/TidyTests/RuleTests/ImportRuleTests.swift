import Testing

@Suite struct `The import rules` {
  @Test func `read the rows of a manifest in their order`() {
    let table = PackageTable(manifest: smallManifest)
    #expect(
      table.targets.map(\.name) == [
        "CBLAS", "CSystem", "Platform", "LinearAlgebra", "Clustering", "Anomaly",
        "LinearAlgebraTests",
      ])
    #expect(table["LinearAlgebra"]?.dependencies == ["Platform", "CBLAS"])
    #expect(table["Anomaly"]?.dependencies == ["Platform", "LinearAlgebra"])
    #expect(table["Anomaly"]?.path == "Sources/Algorithms/Anomaly")
    #expect(table["LinearAlgebraTests"]?.path == "Tests/LinearAlgebraTests")
    #expect(table["Platform"]?.layer == "Core")
    #expect(table.target(of: "Sources/Core/Platform/Files/Paths.swift")?.name == "Platform")
  }

  @Test(arguments: [
    "import LinearAlgebra", "public import LinearAlgebra", "package import struct LinearAlgebra.M",
    "@testable import LinearAlgebra",
  ])
  func `see an import that points up, in every form`(_ statement: String) throws {
    try Rule.importsPointDown.expect(
      quiet: ["Sources/Core/LinearAlgebra/M.swift": "public import Platform\nimport Glibc"],
      complains: ["Sources/Core/Platform/A.swift": "// why\n\(statement)"],
      with: "Sources/Core/Platform/A.swift:2: Platform imports LinearAlgebra")
  }

  @Test func `see Foundation in Sources and allow it in tests`() throws {
    try Rule.importsPointDown.expect(
      quiet: [
        "Sources/Core/Platform/A.swift":
          "internal import FoundationEssentials\n// import Foundation",
        "Tests/LinearAlgebraTests/A.swift": "import Foundation\nimport Testing",
      ],
      complains: ["Sources/Core/Platform/A.swift": "internal import Foundation"],
      with: "Foundation may not be imported")
  }

  @Test func `see a row that depends on one below it`() throws {
    let upward = smallManifest.split(separator: "\n").map {
      $0.contains("core(\"Platform\"") ? "core(\"Platform\", on: [\"LinearAlgebra\", \"No\"])," : $0
    }.joined(separator: "\n")
    #expect(
      try Rule.importsPointDown.says(["Package.swift": upward]) == [
        "Package.swift: Platform depends on LinearAlgebra, whose row is not above its own",
        "Package.swift: Platform depends on No, which has no row",
      ])
  }

  @Test func `keep families of algorithms apart`() throws {
    let joined =
      smallManifest + "\npackage.targets += [family(\"Forests\", on: [\"Anomaly\"])]\n"
      + "func family(_ name: String, on dependencies: [Target.Dependency]) -> Target {\n"
      + "  .target(name: name, dependencies: dependencies, path: \"Sources/Algorithms/\\(name)\")\n}"
    try Rule.familiesStandApart.expect(
      quiet: [:], complains: ["Package.swift": joined], with: "Forests depends on Anomaly")
  }

  @Test func `give a bridge to its owner and the owner's tests only`() throws {
    let greedy = smallManifest.split(separator: "\n").map {
      $0.contains("core(\"Platform\"") ? "core(\"Platform\", on: [\"CSystem\", \"CBLAS\"])," : $0
    }.joined(separator: "\n")
    try Rule.bridgesHaveOneOwner.expect(
      quiet: [:], complains: ["Package.swift": greedy],
      with: "Platform uses the bridge CBLAS, which LinearAlgebra owns")
    let unowned = smallManifest.split(separator: "\n").map {
      $0.contains("bridge(\"CSystem\")") ? "bridge(\"CSystem\"), bridge(\"CNew\")," : $0
    }.joined(separator: "\n")
    try Rule.bridgesHaveOneOwner.expect(
      quiet: [:], complains: ["Package.swift": unowned], with: "CNew has no owner")
  }
}
