internal import Cluster
internal import Glibc
internal import Platform

/// What the user names as data, as a list of files.
enum SourcePaths {
  /// Globs and folders spelled out, in the byte order of the paths.
  /// - Parameter spooled: set to a temporary file that must live as long as it is read.
  static func resolve(_ names: [String], spooled: inout SpooledFile?) throws -> [String] {
    try names.flatMap { name -> [String] in
      if isAddress(name) { return [name] }
      if name == "-" { return [try standardInputFile(&spooled)] }
      if isFolder(name) { return try files(inFolder: name) }
      if pathExists(name) || !name.contains(where: { "*?[".contains($0) }) { return [name] }
      let found = matches(of: name)
      guard !found.isEmpty else { throw Failure(.missingInput, "nothing matches \(name)") }
      return found
    }
  }

  /// What should be said of folders of parts whose writer left no sign of having finished.
  static func warnings(about names: [String]) -> [String] {
    names.filter { name in
      guard name != "-", isFolder(name), let files = try? namesInFolder(name) else { return false }
      return files.contains { $0.hasPrefix("part-") } && !files.contains(Destination.successName)
    }.map {
      "\($0) has parts but no \(Destination.successName): whoever wrote them may not have finished"
    }
  }

  /// The format that the ending of a name stands for.
  static func format(of path: String) -> ReadOptions.Format? {
    var name = lastComponent(path).lowercased()
    if let compression = Compression(ending: name) {
      name.removeLast(compression.ending.count)
    }
    return ReadOptions.Format.allCases.first { $0.endings.contains { name.hasSuffix(".\($0)") } }
  }

  /// All endings, for messages.
  static var endings: String {
    ReadOptions.Format.allCases.flatMap(\.endings).map { ".\($0)" }.joined(separator: " ")
  }

  private static func files(inFolder path: String) throws -> [String] {
    let names = try namesInFolder(path).filter { name in
      !name.hasPrefix(".") && !name.hasPrefix("_") && format(of: name) != nil
    }
    guard !names.isEmpty else {
      throw Failure(
        .missingInput, "there is no file to read in \(path)",
        hint: "files are taken by their endings: \(endings)")
    }
    return names.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
  }

  private static func matches(of pattern: String) -> [String] {
    var found = unsafe glob_t()
    defer { unsafe globfree(&found) }
    guard unsafe glob(pattern, GLOB_NOSORT, nil, &found) == 0 else { return [] }
    let paths = unsafe (0..<Int(found.gl_pathc)).compactMap { index in
      unsafe found.gl_pathv[index].map { unsafe String(cString: $0) }
    }
    return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Standard input as a file: written down once, so that it can be read as often as any other.
  private static func standardInputFile(_ spooled: inout SpooledFile?) throws -> String {
    if let path = Launcher.standardInputPath { return path }
    let folder = environmentVariable("TMPDIR") ?? "/tmp"
    let path = temporaryName(beside: "\(folder)/martlet-input")
    spooled = SpooledFile(path)
    try Launcher.spoolStandardInput(to: path)
    return path
  }
}
