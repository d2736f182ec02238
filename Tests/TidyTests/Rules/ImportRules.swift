extension Rule {
  static let importRules = [importsPointDown, familiesStandApart, bridgesHaveOneOwner]

  /// Modules that come with the toolchain or the system and may be used below Product's edges.
  ///
  /// Foundation itself is not among them: loading it alone costs more than the program's start.
  private static let systemModules: Set = [
    "Darwin", "Dispatch", "FoundationEssentials", "Glibc", "Synchronization",
  ]
  private static let testModules = systemModules.union(["Foundation", "Testing"])

  /// A target depends only on rows above its own, and imports only what its row names.
  static let importsPointDown = Rule(name: "imports point down") { tree in
    let table = tree.packageTable
    var findings: [Finding] = []
    for (position, target) in table.targets.enumerated() {
      for dependency in target.dependencies {
        guard let below = table.position(of: dependency) else {
          findings.append(.manifest("\(target.name) depends on \(dependency), which has no row"))
          continue
        }
        if below >= position {
          findings.append(
            .manifest("\(target.name) depends on \(dependency), whose row is not above its own"))
        }
      }
    }
    for file in tree.files {
      guard let target = table.target(of: file.path) else { continue }
      let known = target.isTest ? testModules : systemModules
      for (module, token) in file.imports {
        if table[module] != nil {
          if !target.dependencies.contains(module) {
            findings.append(
              file.finding(token, "\(target.name) imports \(module), which its row does not name"))
          }
        } else if !known.contains(module) {
          findings.append(file.finding(token, "\(module) may not be imported here"))
        }
      }
    }
    return findings
  }

  /// The families of algorithms never depend on each other.
  static let familiesStandApart = Rule(name: "algorithm families stand apart") { tree in
    let table = tree.packageTable
    let families = table.targets.filter { $0.layer == "Algorithms" }
    return families.flatMap { family in
      family.dependencies.filter { table[$0]?.layer == "Algorithms" }.map {
        .manifest("\(family.name) depends on \($0), another family of algorithms")
      }
    }
  }

  /// Who speaks to C, one target a bridge.
  private static let owners = [
    "CBLAS": "LinearAlgebra", "CKernels": "LinearAlgebra", "CMPI": "Cluster",
    "CDuckDB": "Datasets", "CParse": "Datasets", "CSystem": "Platform",
  ]

  /// Each bridge to C is used by its one owner, and by tests that depend on the owner.
  static let bridgesHaveOneOwner = Rule(name: "bridges have one owner") { tree in
    let table = tree.packageTable
    var findings: [Finding] = []
    for bridge in table.targets where bridge.layer == "Bridges" {
      guard let owner = owners[bridge.name] else {
        findings.append(.manifest("the bridge \(bridge.name) has no owner in the tidy test"))
        continue
      }
      for target in table.targets where target.dependencies.contains(bridge.name) {
        if target.name == owner { continue }
        // Tests of an owner, or of a part of it, may look behind the bridge.
        if target.name.hasSuffix("Tests"), target.dependencies.contains(owner) { continue }
        findings.append(
          .manifest("\(target.name) uses the bridge \(bridge.name), which \(owner) owns"))
      }
    }
    return findings
  }
}

extension SourceTree {
  var packageTable: PackageTable { PackageTable(manifest: file("Package.swift")?.text ?? "") }
}

extension Finding {
  static func manifest(_ message: String) -> Finding {
    Finding(path: "Package.swift", message: message)
  }
}

extension SourceFile {
  /// The modules that a Swift file imports, in every form of the statement.
  var imports: [(module: String, token: Token)] {
    guard path.hasSuffix(".swift") else { return [] }
    let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    return tokens.indices.compactMap { index in
      guard tokens[index].text == "import", var name = tokens.text(index + 1) else { return nil }
      if kinds.contains(name) { name = tokens.text(index + 2) ?? name }
      return (name, tokens[index])
    }
  }
}
