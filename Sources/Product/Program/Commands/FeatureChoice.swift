import Martlet

/// Which columns are learned from, and why the others are not.
struct FeatureChoice {
  private(set) var features: [String]
  /// A line for each column that was left out without being told to.
  private(set) var notes: [String] = []
  /// Those that were named in full.
  private(set) var named: [String] = []
  /// Whether columns of all types are taken, to be made into numbers.
  let takesAll: Bool
  /// Whether there were names or patterns of what to take.
  private let isExplicit: Bool

  /// - Parameter schema: the columns as far as they are known before reading.
  /// - Parameter takesAll: whether columns that hold no numbers are taken too.
  /// - Parameter label: the column to predict, where one is.
  init(_ arguments: Arguments, schema: Schema, label: String?, takesAll: Bool) throws {
    self.takesAll = takesAll
    var reserved = [label].compactMap { $0 }
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
    named = features.filter { wanted.contains($0) }
    guard !features.isEmpty else {
      throw Failure(
        .data, "there is no column to learn from", hint: "name the columns with --features")
    }
  }

  /// The columns that hold numbers as all rows have them; says which others were left out.
  func numbers(_ held: HeldRows, note: (String) -> Void) throws -> [String] {
    var causes: [String] = []
    let numbers = try features.filter { name in
      let field = try held.schema.selecting([name]).fields[0]
      if field.type.holdsNumbers, field.metadata.role == nil || isExplicit { return true }
      let reason = held.reasonForText(name)
      guard !named.contains(name) else {
        throw TextColumnError(column: name, type: field.type, reason: reason)
      }
      let what = field.metadata.role.map { "the \($0.rawValue)" } ?? field.type.words
      causes.append("\(name): \(what)\(reason.map { " (\($0))" } ?? ""), left out")
      return false
    }
    causes.forEach(note)
    guard !numbers.isEmpty else {
      throw Failure(
        .data, "there is no numeric column to learn from", causes: causes,
        hint: "name the columns with --features")
    }
    return numbers
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
