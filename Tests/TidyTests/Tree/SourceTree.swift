import Foundation

/// The files of the repository, or of a small made-up one, by path.
struct SourceTree: Sendable {
  /// Every file in the order of its path.
  let files: [SourceFile]
  private let paths: Set<String>

  init(files: [SourceFile]) {
    self.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    paths = Set(files.map(\.path))
  }

  /// A tree made up for a test, text by path.
  init(_ texts: [String: String]) {
    self.init(files: texts.map { SourceFile(path: $0.key, text: $0.value) })
  }

  /// The tree that this file belongs to, without what builds and tools leave in it.
  static func repository() throws -> SourceTree {
    var root = URL(filePath: #filePath).resolvingSymlinksInPath()
    while root.path != "/", root.lastPathComponent != "Tests" { root.deleteLastPathComponent() }
    root.deleteLastPathComponent()
    let skipped: Set = [".build", ".git", ".swiftpm", ".tools", "__pycache__"]
    var files: [SourceFile] = []
    func visit(_ folder: URL, _ prefix: String) throws {
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
        if skipped.contains(name) { continue }
        let url = folder.appending(path: name)
        if try url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true {
          try visit(url, prefix + name + "/")
        } else {
          // A link to nowhere or to a folder has no text.
          let text = (try? Data(contentsOf: url)).flatMap { String(bytes: $0, encoding: .utf8) }
          files.append(SourceFile(path: prefix + name, text: text, url: url))
        }
      }
    }
    try visit(root, "")
    return SourceTree(files: files)
  }

  func file(_ path: String) -> SourceFile? { files.first { $0.path == path } }

  func files(under folder: String) -> [SourceFile] {
    files.filter { $0.path.hasPrefix(folder + "/") }
  }

  /// Whether a file or a folder has that path.
  func holds(_ path: String) -> Bool {
    let path = path.hasSuffix("/") ? String(path.dropLast()) : path
    return paths.contains(path) || files.contains { $0.path.hasPrefix(path + "/") }
  }
}

/// One file; `text` is nil where it is no UTF-8.
struct SourceFile: Sendable {
  let path: String
  let text: String?
  let url: URL?
  /// The words and signs of a source file without its comments and the text of its strings.
  let tokens: [Token]

  init(path: String, text: String?, url: URL? = nil) {
    (self.path, self.text, self.url) = (path, text, url)
    let language: Language? =
      switch path.split(separator: ".").last {
      case "swift": .swift
      case "c", "h", "cpp": .c
      default: nil
      }
    tokens = language.map { tokenize(text ?? "", as: $0) } ?? []
  }

  var name: String { path.split(separator: "/").last.map(String.init) ?? path }
  var folder: String { path.split(separator: "/").dropLast().joined(separator: "/") }
  var isSource: Bool { !tokens.isEmpty || path.hasSuffix(".swift") }
  var lines: [Substring] { (text ?? "").split(separator: "\n", omittingEmptySubsequences: false) }

  /// A finding at a token of this file.
  func finding(_ token: Token, _ message: String) -> Finding {
    Finding(path: path, line: token.line, message: message)
  }
}
