extension Rule {
  static let wordRules = [
    unsafeWhereItBelongs, noCrashByChoice, noSeededHash, noLeftOverMarks, noMachinePaths,
  ]

  /// Where rows are worked on element by element (docs/adr/0006).
  private static let unsafeFolders = [
    "Sources/Core/", "Sources/Bridges/", "Sources/Learning/Learning/Pipelines/Rows/",
    "Sources/Algorithms/Features/",
  ]

  /// The word `unsafe` lives in Core, in the bridges, and where registers are read and written.
  static let unsafeWhereItBelongs = Rule(
    name: "unsafe lives in Core, the bridges and the stages' loops"
  ) { tree in
    tree.files(under: "Sources").filter { file in
      !unsafeFolders.contains { file.path.hasPrefix($0) }
    }.flatMap { file in
      file.tokens.filter { $0.text == "unsafe" }.map {
        file.finding($0, "unsafe code belongs to Core or a bridge, behind a safe function")
      }
    }
  }

  /// Nothing ends the program for what a user can cause.
  static let noCrashByChoice = Rule(name: "no crash by choice") { tree in
    tree.files(under: "Sources").flatMap { file in
      file.tokens.indices.compactMap { index -> Finding? in
        let tokens = file.tokens
        guard let next = tokens.text(index + 1) else { return nil }
        switch (tokens[index].text, next) {
        case ("try", "!"), ("as", "!"):
          guard tokens[index + 1].touches else { return nil }
          return file.finding(tokens[index], "\(tokens[index].text)! crashes: throw a Failure")
        case ("fatalError", "("), ("preconditionFailure", "("):
          return file.finding(
            tokens[index], "\(tokens[index].text) is silent or rude: throw, or call bug()")
        default: return nil
        }
      }
    }
  }

  /// Swift seeds its hashes anew in each process, so they may decide nothing.
  static let noSeededHash = Rule(name: "no seeded hash") { tree in
    tree.files(under: "Sources").flatMap { file in
      file.tokens.indices.filter { index in
        // `hash(into: inout Hasher)` only makes a value fit for a table.
        file.tokens[index].text == "hashValue"
          || file.tokens[index].text == "Hasher" && file.tokens.text(index + 1) == "("
      }.map {
        file.finding(
          file.tokens[$0], "this differs in each process: hash the bytes with xxh64")
      }
    }
  }

  // Put together, so that this file does not break its own rules.
  private static let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]

  /// What is left to do stands in an issue, not in the code.
  static let noLeftOverMarks = Rule(name: "no left-over marks") { tree in
    tree.files.flatMap { file in
      file.findings(of: marks, "a mark of unfinished work: finish it, or write an issue")
    }
  }

  private static let machinePaths =
    ["home", "root", "work", "farm", "Users"].map { "/\($0)/" } + ["../" + "shared"]

  /// The project works wherever it is cloned, and names no folder of one machine.
  static let noMachinePaths = Rule(name: "no path of one machine") { tree in
    tree.files.flatMap { file in
      file.findings(of: machinePaths, "a path of one machine")
    }
  }
}

extension SourceFile {
  /// The lines that hold one of the texts, as a whole word where it is a word.
  func findings(of texts: [String], _ message: String) -> [Finding] {
    guard let text else { return [] }
    let bytes = Array(text.utf8)
    var findings: [Finding] = []
    for wanted in texts.map({ Array($0.utf8) }) {
      var line = 1
      var start = 0
      while start + wanted.count <= bytes.count {
        if bytes[start] == UInt8(ascii: "\n") { line += 1 }
        let end = start + wanted.count
        if bytes[start] == wanted[0], bytes[start..<end].elementsEqual(wanted),
          start == 0
            || !Self.joins(bytes[start - 1], wanted[0])
              && !(Self.isWord(bytes[start - 1]) && wanted[0] == UInt8(ascii: "/")),
          end == bytes.count || !Self.joins(wanted[wanted.count - 1], bytes[end])
        {
          let found = String(decoding: wanted, as: UTF8.self)
          findings.append(Finding(path: path, line: line, message: "\(found): \(message)"))
        }
        start += 1
      }
    }
    return findings
  }

  // Two bytes that make one longer word.
  private static func joins(_ one: UInt8, _ other: UInt8) -> Bool {
    isWord(one) && isWord(other)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    let character = Character(UnicodeScalar(byte))
    return character.isLetter || character.isNumber || character == "_"
  }
}
