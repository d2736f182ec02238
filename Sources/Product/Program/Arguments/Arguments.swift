import FoundationEssentials
import Learning
import Platform

/// What a command was given, from the command line, the environment and a config file.
///
/// Precedence: option, then environment, then config file, then default.
struct Arguments: Sendable {
  /// The words that belong to no option.
  private(set) var words: [String] = []
  private var given: [Given] = []

  /// One option with its values and where they came from.
  private struct Given: Sendable {
    let name: String
    var values: [String]
  }

  /// - Parameters:
  ///   - arguments: what follows the command.
  ///   - options: the options that the command has.
  init(
    _ arguments: [String], options: [Option],
    environment: (String) -> String? = environmentVariable
  ) throws {
    try read(arguments, options)
    for option in options where !has(option.name) {
      guard let value = environment(option.environmentName) else { continue }
      try take(
        option, option.kind == .list ? value.split(separator: ",").map(String.init) : [value])
    }
    if let path = self["config"] { try readConfig(path, options) }
  }

  /// Whether the option was given.
  func has(_ name: String) -> Bool { given.contains { $0.name == name } }

  /// The value of an option, or nil.
  subscript(name: String) -> String? { given.first { $0.name == name }?.values.last }

  /// All values of an option.
  func list(_ name: String) -> [String] { given.first { $0.name == name }?.values ?? [] }

  /// The parts of a value that lists things with commas.
  func parts(_ name: String) -> [String]? {
    self[name]?.split(separator: ",").map { String($0) }
  }

  /// Whether a flag is set.
  func flag(_ name: String) -> Bool { self[name] == "true" }

  /// The value as a whole number within a range.
  func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let text = self[name] else { return nil }
    guard let value = Int(text), range.contains(value) else {
      let wish =
        range.upperBound == .max
        ? "a whole number of at least \(range.lowerBound)"
        : "a whole number from \(range.lowerBound) to \(range.upperBound)"
      throw Failure(.usage, "--\(name) must be \(wish), not '\(text)'")
    }
    return value
  }

  /// The value as a finite number.
  func number(_ name: String) throws -> Double? {
    try self[name].map { text in
      guard let number = Double(text), number.isFinite else {
        throw Failure(.usage, "--\(name) must be a number, not '\(text)'")
      }
      return number
    }
  }

  /// The value as one of some words.
  func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, _: Choice.Type) throws
    -> Choice? where Choice.RawValue == String
  {
    guard let text = self[name] else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure(.usage, "--\(name) must be one of \(words), not '\(text)'")
    }
    return choice
  }

  // MARK: Reading

  private mutating func read(_ arguments: [String], _ options: [Option]) throws {
    var rest = arguments[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("--"), word.count > 2 else {
        words.append(word)
        continue
      }
      let parts = word.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      var value = parts.count == 2 ? String(parts[1]) : nil
      guard let option = Self.option(name, options) else { throw Self.unknown(name, options) }
      switch option.kind {
      case .flag:
        let negative = option.name != name
        try take(option, [value ?? (negative ? "false" : "true")])
      case .value:
        if value == nil { value = rest.popFirst() }
        guard let value else {
          throw Failure(.usage, "--\(name) needs a value: \(option.usage)")
        }
        try take(option, [value])
      case .list:
        var values = [value].compactMap { $0 }
        while value == nil, let next = rest.first, !next.hasPrefix("--") {
          values.append(next)
          rest.removeFirst()
        }
        guard !values.isEmpty else {
          throw Failure(.usage, "--\(name) needs a value: \(option.usage)")
        }
        try take(option, values)
      }
    }
  }

  private mutating func readConfig(_ path: String, _ options: [Option]) throws {
    let document = try Self.json5(try InputFile(path).contents(), path: path)
    guard case .object(let object) = document else {
      throw Failure(.usage, "\(path) holds no object of options")
    }
    for member in object.members {
      guard let option = options.first(where: { $0.configKey == member.name }) else {
        throw Failure(
          .usage, "\(path): unknown key '\(member.name)'",
          hint: nameHint(for: member.name, in: options.map(\.configKey)))
      }
      if has(option.name) { continue }
      let values = try Self.texts(member.value, path: path, key: member.name)
      try take(option, option.kind == .value ? [values.joined(separator: ",")] : values)
    }
  }

  /// The document of a JSON5 file.
  static func json5(_ bytes: [UInt8], path: String) throws -> JSONValue {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    do {
      return try decoder.decode(JSONValue.self, from: Data(bytes))
    } catch {
      var causes: [String] = []
      if case DecodingError.dataCorrupted(let context) = error {
        causes = [context.underlyingError.map { "\($0)" } ?? context.debugDescription]
      }
      throw Failure(.usage, "\(path) is no JSON5 document", causes: causes)
    }
  }

  private mutating func take(_ option: Option, _ values: [String]) throws {
    if option.kind == .flag, values != ["true"], values != ["false"] {
      throw Failure(.usage, "--\(option.name) is true or false, not '\(values.joined())'")
    }
    if let index = given.firstIndex(where: { $0.name == option.name }) {
      if option.kind == .list {
        given[index].values += values
      } else {
        given[index].values = values
      }
    } else {
      given.append(Given(name: option.name, values: values))
    }
  }

  private static func option(_ name: String, _ options: [Option]) -> Option? {
    options.first { $0.name == name }
      ?? options.first { $0.kind == .flag && "no-" + $0.name == name }
      // C as scikit-learn writes it.
      ?? options.first { $0.name.count == 1 && $0.name == name.lowercased() }
  }

  private static func unknown(_ name: String, _ options: [Option]) -> Failure {
    let near = nearestName(to: name, in: options.map(\.name))
    return Failure(
      .usage, "there is no option --\(name)",
      hint: near.map { "did you mean --\($0)?" } ?? "--help lists the options")
  }

  private static func texts(_ value: JSONValue, path: String, key: String) throws -> [String] {
    switch value {
    case .text(let text): [text]
    case .integer(let value): [String(value)]
    case .number(let value): [String(value)]
    case .flag(let value): [value ? "true" : "false"]
    case .list(let list): try list.flatMap { try texts($0, path: path, key: key) }
    case .null, .object:
      throw Failure(.usage, "\(path): '\(key)' must be text, a number, true, false or a list")
    }
  }
}
