/// The rows of Package.swift, in their order.
///
/// The manifest makes a target by one helper function a layer, so a row is a call such as
/// `core("Frames", on: ["Platform"])`; what the helper adds stands in its body.
struct PackageTable {
  struct Target: Equatable {
    var name: String
    var path: String
    var dependencies: [String]

    var isTest: Bool { path.hasPrefix("Tests/") }
    /// The layer, for a target under Sources.
    var layer: Substring? {
      let parts = path.split(separator: "/")
      return parts.count == 3 && parts[0] == "Sources" ? parts[1] : nil
    }
  }

  private(set) var targets: [Target] = []

  subscript(name: String) -> Target? { targets.first { $0.name == name } }

  func position(of name: String) -> Int? { targets.firstIndex { $0.name == name } }

  /// The target that a file belongs to.
  func target(of path: String) -> Target? {
    targets.first { path.hasPrefix($0.path + "/") }
  }

  init(manifest: String) {
    let tokens = Self.tokensWithStrings(manifest)
    var helpers: [String: (name: String, path: String, dependencies: [String])] = [:]
    var rows: [(open: Int, name: String)] = []
    var index = 0
    while index < tokens.count {
      if tokens[index] == "func", index + 2 < tokens.count {
        let name = tokens[index + 1]
        guard let open = tokens[index...].firstIndex(of: "{") else { break }
        let close = Self.close(tokens, open)
        let body = Array(tokens[open...close])
        if let path = Self.literal(after: "path", in: body) {
          helpers[name] = (
            Self.literal(after: "name", in: body) ?? #"\(name)"#, path,
            Self.list(after: "dependencies", in: body)
          )
        }
        index = close
      } else if index + 1 < tokens.count, tokens[index + 1] == "(" {
        rows.append((index + 1, tokens[index]))
      }
      index += 1
    }
    var consumed = -1
    for row in rows where row.open > consumed {
      let close = Self.close(tokens, row.open)
      let call = Array(tokens[row.open...close])
      if let helper = helpers[row.name], let first = Self.literal(call[1]) {
        func filled(_ text: String) -> String {
          text.split(separator: #"\(name)"#, omittingEmptySubsequences: false).joined(
            separator: first)
        }
        targets.append(
          Target(
            name: filled(helper.name), path: filled(helper.path),
            dependencies: helper.dependencies + Self.list(after: "on", in: call)))
        consumed = close
      } else if ["systemLibrary", "target", "executableTarget", "testTarget"].contains(row.name),
        let name = Self.literal(after: "name", in: call),
        let path = Self.literal(after: "path", in: call)
      {
        targets.append(
          Target(name: name, path: path, dependencies: Self.list(after: "dependencies", in: call)))
        consumed = close
      }
    }
  }

  // Words, signs and whole string literals (with their quotes).
  private static func tokensWithStrings(_ text: String) -> [String] {
    var tokens: [String] = []
    for line in text.split(separator: "\n") {
      var rest = line
      while let first = rest.first {
        if rest.hasPrefix("//") { break }
        if first == "\"" {
          let end = rest.dropFirst().firstIndex(of: "\"") ?? rest.index(before: rest.endIndex)
          tokens.append(String(rest[...end]))
          rest = rest[rest.index(after: end)...]
        } else if first.isLetter || first == "_" {
          let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
          tokens.append(String(word))
          rest = rest.dropFirst(word.count)
        } else {
          if !first.isWhitespace { tokens.append(String(first)) }
          rest = rest.dropFirst()
        }
      }
    }
    return tokens
  }

  private static func close(_ tokens: [String], _ open: Int) -> Int {
    tokens.map { Token(text: $0, line: 0, touches: false) }.close(of: open)
  }

  private static func literal(_ token: String) -> String? {
    token.hasPrefix("\"") ? String(token.dropFirst().dropLast()) : nil
  }

  private static func literal(after label: String, in tokens: [String]) -> String? {
    for index in tokens.indices.dropLast(2) where tokens[index] == label {
      if tokens[index + 1] == ":", let text = literal(tokens[index + 2]) { return text }
    }
    return nil
  }

  /// The names in `label: ["A", .target(name: "B", condition: ...)]`.
  private static func list(after label: String, in tokens: [String]) -> [String] {
    for index in tokens.indices.dropLast(2)
    where tokens[index] == label && tokens[index + 1] == ":" && tokens[index + 2] == "[" {
      var names: [String] = []
      var position = index + 3
      let end = close(tokens, index + 2)
      while position < end {
        if tokens[position] == "condition" {
          while position < end, tokens[position] != "(" { position += 1 }
          position = close(tokens, position)
        } else if let name = literal(tokens[position]) {
          names.append(name)
        }
        position += 1
      }
      return names
    }
    return []
  }
}
