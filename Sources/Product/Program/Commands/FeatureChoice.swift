import Martlet

/// Which columns are learned from, and why the others are not.
struct FeatureChoice {
  private(set) var features: [String]
  /// A line for each column that was left out without being told to.
  private(set) var notes: [String] = []
  /// Whether every column was named in full.
  private let isExplicit: Bool
  private let schema: Schema

  /// - Parameter schema: the columns as far as they are known before reading.
  init(_ arguments: Arguments, schema: Schema) throws {
    self.schema = schema
    var reserved: [String] = []
    for option in ["label", "weight", "id"] {
      guard let name = arguments[option] else { continue }
      guard schema.index(of: name) != nil else {
        throw Failure(
          .data, "there is no column '\(name)' for --\(option)",
          hint: nameHint(for: name, in: schema.names))
      }
      reserved.append(name)
    }
    let patterns = arguments.parts("features") ?? []
    let wanted = patterns.filter { !$0.hasPrefix("!") }
    let unwanted = patterns.filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) }
    isExplicit = !wanted.isEmpty
    var chosen: [String] = []
    var isChosen = Set(reserved.map { Array($0.utf8) })
    for pattern in wanted.isEmpty ? ["*"] : wanted {
      let matching = schema.names.filter { name in
        !isChosen.contains(Array(name.utf8)) && Self.matches(name, pattern)
      }
      guard !matching.isEmpty || wanted.isEmpty else {
        throw Self.nothing(pattern, reserved, schema)
      }
      chosen += matching
      isChosen.formUnion(matching.map { Array($0.utf8) })
    }
    for pattern in unwanted where !schema.names.contains(where: { Self.matches($0, pattern) }) {
      throw Self.nothing(pattern, reserved, schema)
    }
    features = chosen.filter { name in !unwanted.contains { Self.matches(name, $0) } }
    if !isExplicit { leaveOutOthers() }
    guard !features.isEmpty else {
      throw Failure(
        .data, "there is no numeric column to learn from", causes: notes,
        hint: "name the columns with --features")
    }
  }

  /// Runs `body` with the features; should one turn out to be text in a row far down, a column that
  /// nobody named is left out and the rest tried again.
  mutating func retrying<R>(_ body: ([String]) throws -> R) throws -> R {
    while true {
      do {
        return try body(features)
      } catch let problem as TextColumnError where !isExplicit && features.count > 1 {
        let count = features.count
        features.removeAll { $0.utf8.elementsEqual(problem.column.utf8) }
        guard features.count < count else {
          throw Failure(
            .data,
            "the column '\(problem.column)' is \(problem.type.words) and cannot be the --weight",
            causes: [problem.reason].compactMap { $0 })
        }
        let reason = problem.reason.map { " (\($0))" } ?? ""
        notes.append("\(problem.column): \(problem.type.words)\(reason), left out")
      }
    }
  }

  /// Single precision where every feature is stored in it, otherwise double.
  func precision(of dataset: Dataset) throws -> Precision {
    let types = try schema.selecting(features).fields.map(\.type)
    return types.allSatisfy { $0 == .float32 } ? .float : .double
  }

  private mutating func leaveOutOthers() {
    let chosen = Set(features.map { Array($0.utf8) })
    let others = schema.fields.filter {
      (!$0.type.holdsNumbers || $0.metadata.role != nil) && chosen.contains(Array($0.name.utf8))
    }
    notes = others.map {
      "\($0.name): \($0.metadata.role.map { "the \($0.rawValue)" } ?? $0.type.words), left out"
    }
    let left = Set(others.map { Array($0.name.utf8) })
    features.removeAll { left.contains(Array($0.utf8)) }
  }

  private static func nothing(_ pattern: String, _ reserved: [String], _ schema: Schema) -> Failure
  {
    Failure(
      reserved.contains(pattern) ? .usage : .data,
      reserved.contains(pattern)
        ? "'\(pattern)' is a feature and something else too"
        : "no column is called '\(pattern)'", hint: nameHint(for: pattern, in: schema.names))
  }

  /// Whether a name is the pattern, in which `*` stands for any letters.
  static func matches(_ name: String, _ pattern: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else {
      return name.utf8.elementsEqual(pattern.utf8)
    }
    guard name.hasPrefix(first), name.hasSuffix(last), name.count >= first.count + last.count else {
      return false
    }
    var rest = name.dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }
}
