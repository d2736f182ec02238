import Platform

/// One command of the program: its help, its options and what it does.
struct Command: Sendable {
  let name: String
  /// The words after the name: `ALGORITHM`.
  let operands: String
  let summary: String
  /// Whole lines to try, with a word on each; the help begins with them.
  let examples: [Example]
  /// The options, some of which may depend on the words that were given.
  let options: @Sendable (_ words: [String]) throws -> [OptionGroup]
  let run: @Sendable (Invocation) throws -> Outcome

  struct Example: Sendable {
    let line: String
    let meaning: String
    init(_ line: String, _ meaning: String) {
      self.line = line
      self.meaning = meaning
    }
  }

  /// The help: examples, usage, options by group.
  func help(_ words: [String]) throws -> String {
    var text = "\(summary)\n\nExamples:\n"
    for example in examples { text += "  # \(example.meaning)\n  \(example.line)\n" }
    text += "\nUsage: martlet \(name)\(operands.isEmpty ? "" : " " + operands) [options]\n"
    for group in try options(words) {
      text += "\n\(group.title):\n"
      let width = min(28, group.options.map(\.usage.count).max() ?? 0)
      for option in group.options {
        let gap = String(repeating: " ", count: max(2, width + 2 - option.usage.count))
        let standard = option.standard.map { " (default: \($0))" } ?? ""
        text += "  \(option.usage)\(gap)\(option.meaning)\(standard)\n"
      }
    }
    return text
  }
}

/// What a command ended with: an exit code and what it has to say.
struct Outcome: Sendable {
  var exitCode: Int32 = 0
}
