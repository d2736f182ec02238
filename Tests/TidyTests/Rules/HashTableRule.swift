extension Rule {
  /// No result may depend on the order of a hash table, which differs in each process.
  ///
  /// A scan of words, not of types. It knows the names that a file declares as a dictionary or a set
  /// (by a type after a colon, by a literal or an initializer after `=`, by the result of a
  /// function), and the members that another file of the same target declares so. It complains where
  /// such a name is walked (`for`, `map`, `filter`, `reduce`, `first`, `Array(...)` and their like)
  /// with no `sorted` behind. It does not see a table that comes out of a call, out of another
  /// target or through `let copy = table`, and it takes an equal name of another type for a table.
  static let noHashTableOrder = Rule(name: "no order of a hash table") { tree in
    let table = tree.packageTable
    let folders = ["Sources/Core", "Sources/Learning", "Sources/Algorithms"]
    let files = folders.flatMap { tree.files(under: $0) }
    var members: [String: Set<String>] = [:]
    for file in files {
      guard let target = table.target(of: file.path) else { continue }
      members[target.name, default: []].formUnion(file.hashTableNames.members)
    }
    return files.flatMap { file -> [Finding] in
      let names = file.hashTableNames
      let others = table.target(of: file.path).flatMap { members[$0.name] } ?? []
      let tables = names.all.union(others.subtracting(file.otherNames))
      return file.walks(over: tables).map {
        file.finding($0, "\($0.text) is a hash table, walked in no fixed order: sort its keys")
      }
    }
  }
}

extension SourceFile {
  /// The names declared as a dictionary or a set; `members` those that a type holds.
  fileprivate var hashTableNames: (all: Set<String>, members: Set<String>) {
    var all: Set<String> = []
    var members: Set<String> = []
    var depth = 0
    for index in tokens.indices {
      switch tokens[index].text {
      case "{": depth += 1
      case "}": depth -= 1
      case ":", "=":
        var type = index + 1
        while ["inout", "borrowing", "consuming", "sending"].contains(tokens.text(type)) {
          type += 1
        }
        guard index > 0, isHashTable(at: type) else { continue }
        // `name: Type = ...` and `name = ...`; an argument's label counts too, and does no harm.
        let name = tokens[index - 1].text
        guard name.first?.isLetter == true else { continue }
        all.insert(name)
        if depth == 1, ["let", "var"].contains(tokens.text(index - 2)) { members.insert(name) }
      case "func":
        // `func name(...) throws -> [K: V]`
        guard let name = tokens.text(index + 1),
          let open = tokens[index...].firstIndex(where: { $0.text == "(" })
        else { continue }
        let close = tokens.close(of: open)
        let rest = tokens[close...].prefix { $0.text != "{" && $0.text != "}" }
        guard
          let arrow = rest.indices.first(where: {
            tokens[$0].text == "-" && tokens.text($0 + 1) == ">"
          }), isHashTable(at: arrow + 2)
        else { continue }
        all.insert(name)
        if depth == 1 { members.insert(name) }
      default: break
      }
    }
    return (all, members)
  }

  /// Names that this file declares itself, whatever they are.
  fileprivate var otherNames: Set<String> {
    Set(
      tokens.indices.dropLast().compactMap { index in
        if ["let", "var", "for"].contains(tokens[index].text) { return tokens[index + 1].text }
        return tokens[index + 1].text == ":" ? tokens[index].text : nil
      })
  }

  /// Whether a type, a literal or an initializer of a dictionary or a set begins at a token.
  private func isHashTable(at index: Int) -> Bool {
    switch tokens.text(index) {
    case "Dictionary", "Set": return true
    case "[":
      var position = index + 1
      let close = tokens.close(of: index)
      var sawColon = false
      while position < close {
        switch tokens[position].text {
        case "(", "[", "{": position = tokens.close(of: position)
        case "?" where tokens.text(position + 1) != ":" && !tokens[position].touches: return false
        case ":": sawColon = true
        default: break
        }
        position += 1
      }
      return sawColon
    default: return false
    }
  }

  private static let walkingCalls: Set = [
    "compactMap", "drop", "dropFirst", "dropLast", "enumerated", "filter", "first", "flatMap",
    "forEach", "joined", "lazy", "makeIterator", "map", "popFirst", "prefix", "randomElement",
    "reduce", "shuffled",
  ]
  private static let orderedCalls: Set = ["sorted"]

  /// The tokens at which one of the tables is walked.
  fileprivate func walks(over tables: Set<String>) -> [Token] {
    var found: [Token] = []
    for index in tokens.indices where tables.contains(tokens[index].text) {
      // A label or a declaration, not a use.
      if tokens.text(index + 1) == ":" || ["let", "var", "func"].contains(tokens.text(index - 1)) {
        continue
      }
      let loop = loopBody(around: index)
      let chain = calls(after: index, before: loop ?? tokens.count)
      if chain.calls.contains(where: Self.orderedCalls.contains) { continue }
      let walked = chain.calls.first { !["keys", "values", "self"].contains($0) }
      if let walked {
        if Self.walkingCalls.contains(walked) { found.append(tokens[index]) }
      } else if chain.isTable, loop != nil || isWholeArgument(index, end: chain.end) {
        found.append(tokens[index])
      }
    }
    return found
  }

  /// The brace that opens the body, for a token in the sequence of a `for ... in` loop.
  private func loopBody(around index: Int) -> Int? {
    var start = index
    // Back over `self.`, `try`, `unsafe` and the names before to the word `in`.
    while start > 0, tokens[start].text != "in" {
      guard
        [".", "self", "try", "await", "unsafe"].contains(tokens[start].text)
          || start == index || tokens.text(start + 1) == "."
      else { return nil }
      start -= 1
    }
    guard tokens[start].text == "in" else { return nil }
    // `{ key in table.map ... }` is a closure, not a loop.
    var before = start - 1
    while before >= 0, !["for", "{", "}"].contains(tokens[before].text) { before -= 1 }
    guard before >= 0, tokens[before].text == "for" else { return nil }
    var position = index
    while position < tokens.count {
      switch tokens[position].text {
      case "(", "[": position = tokens.close(of: position)
      case "{": return position
      case "where": return position
      default: break
      }
      position += 1
    }
    return nil
  }

  /// The members called one after another on the value that ends at a token.
  ///
  /// `isTable` is false when a subscript takes one element out of it first.
  private func calls(after index: Int, before limit: Int) -> (
    calls: [String], isTable: Bool, end: Int
  ) {
    var names: [String] = []
    var position = index + 1
    // The parentheses of a function whose result is the table.
    if tokens.text(position) == "(", tokens[position].touches {
      position = tokens.close(of: position) + 1
    }
    while position < limit {
      switch tokens[position].text {
      case "?", "!": position += 1
      case ".":
        guard let name = tokens.text(position + 1) else { return (names, true, position) }
        names.append(name)
        position += 2
        if tokens.text(position) == "(", tokens[position].touches {
          position = tokens.close(of: position) + 1
        }
        if position < limit, tokens.text(position) == "{", !["keys", "values"].contains(name) {
          position = tokens.close(of: position) + 1
        }
      case "[" where tokens[position].touches:
        return (names, false, position)
      default:
        return (names, true, position)
      }
    }
    return (names, true, position)
  }

  /// Whether the value is all that `Array(...)` or `append(contentsOf: ...)` gets, unsorted.
  private func isWholeArgument(_ index: Int, end: Int) -> Bool {
    guard tokens.text(end) == ")" else { return false }
    var start = index
    while start > 1, tokens[start - 1].text == "." { start -= 2 }
    if tokens.text(start - 1) == ":" { return tokens.text(start - 2) == "contentsOf" }
    guard tokens.text(start - 1) == "(",
      ["Array", "ContiguousArray"].contains(tokens.text(start - 2))
    else { return false }
    return !(tokens.text(end + 1) == "." && Self.orderedCalls.contains(tokens.text(end + 2) ?? ""))
  }
}
