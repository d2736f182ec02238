import Testing

/// A place where the tree breaks a rule.
struct Finding: Equatable, CustomStringConvertible {
  var path: String
  var line = 0
  var message: String

  var description: String { line > 0 ? "\(path):\(line): \(message)" : "\(path): \(message)" }
}

/// A rule of the house: a pure function from a tree to the places that break it.
struct Rule: Sendable, CustomTestStringConvertible {
  var name: String
  var check: @Sendable (SourceTree) throws -> [Finding]

  var testDescription: String { name }
}
