extension Rule {
  static let layoutRules = [
    topLevelIsKnown, sourcesFollowThePackage, noDeadFile, filesAreShort,
  ]

  private static let topLevel: Set = [
    ".ci", ".gitignore", ".swift-format", "Benchmarks", "CHANGELOG.md", "CONTRIBUTING.md",
    "Fuzz", "LICENSE", "Package.swift", "README.md", "Sources", "Tests", "datasets", "docs",
    "models", "notebooks-cli", "scripts",
  ]

  /// The first thing that a visitor sees stays as small as it is.
  static let topLevelIsKnown = Rule(name: "the top level is known") { tree in
    tree.files.filter { file in
      guard let first = file.path.split(separator: "/").first else { return true }
      return !topLevel.contains(String(first))
    }.map {
      Finding(path: $0.path, message: "nothing else belongs to the top level: find it a folder")
    }
  }

  private static let layers = ["Bridges", "Core", "Learning", "Algorithms", "Product"]

  /// `Sources/<Layer>/<Target>/...` is what Package.swift says, both ways.
  static let sourcesFollowThePackage = Rule(name: "sources follow the package") { tree in
    let table = tree.packageTable
    var findings: [Finding] = []
    for target in table.targets {
      if target.isTest {
        if target.path != "Tests/\(target.name)" {
          findings.append(.manifest("\(target.name) lies in \(target.path)"))
        }
      } else if !layers.contains(where: { target.path == "Sources/\($0)/\(target.name)" }) {
        findings.append(.manifest("\(target.name) lies in \(target.path), in no layer"))
      }
      if tree.files(under: target.path).isEmpty {
        findings.append(.manifest("\(target.name) has no file in \(target.path)"))
      }
    }
    for file in tree.files(under: "Sources") + tree.files(under: "Tests")
    where table.target(of: file.path) == nil {
      findings.append(Finding(path: file.path, message: "belongs to no target"))
    }
    return findings
  }

  private static let sourceEndings: Set = ["swift", "c", "cpp", "h", "modulemap"]

  /// Every file holds something that the build or a reader uses.
  static let noDeadFile = Rule(name: "no dead file") { tree in
    tree.files.compactMap { file in
      if file.text?.allSatisfy(\.isWhitespace) == true {
        return Finding(path: file.path, message: "is empty")
      }
      if file.path.hasSuffix(".swift"), file.tokens.isEmpty {
        return Finding(path: file.path, message: "holds comments and no code")
      }
      if file.name.hasPrefix("Placeholder") {
        return Finding(path: file.path, message: "is a placeholder")
      }
      let ending = file.name.split(separator: ".").last.map(String.init) ?? ""
      if file.path.hasPrefix("Sources/"), !sourceEndings.contains(ending),
        !file.path.contains(".docc/")
      {
        return Finding(path: file.path, message: "is nothing that the build takes")
      }
      return nil
    }
  }

  private static let lineLimit = 400

  /// A file that needs more lines holds more than one idea.
  static let filesAreShort = Rule(name: "files are short") { tree in
    tree.files.filter(\.isSource).compactMap { file in
      let count = file.lines.count - (file.text?.hasSuffix("\n") == true ? 1 : 0)
      guard count > lineLimit else { return nil }
      return Finding(path: file.path, message: "has \(count) lines, more than \(lineLimit)")
    }
  }
}
