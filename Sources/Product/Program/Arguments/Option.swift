/// One option of a command, declared once: parsing, help and "did you mean" follow from it.
struct Option: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    /// `--json`, and `--no-json` where it can be on by default.
    case flag
    /// `--out MODEL` or `--out=MODEL`.
    case value
    /// `--data a.csv b.csv`, until the next option; may be repeated.
    case list
  }

  let name: String
  let kind: Kind
  /// What stands for the value in the help: `FILE`.
  let placeholder: String
  let meaning: String
  /// What holds when the option is not given, in words.
  let standard: String?

  static func flag(_ name: String, _ meaning: String) -> Option {
    Option(name: name, kind: .flag, placeholder: "", meaning: meaning, standard: nil)
  }

  static func value(
    _ name: String, _ placeholder: String, _ meaning: String, standard: String? = nil
  ) -> Option {
    Option(
      name: name, kind: .value, placeholder: placeholder, meaning: meaning, standard: standard)
  }

  static func list(_ name: String, _ placeholder: String, _ meaning: String) -> Option {
    Option(name: name, kind: .list, placeholder: placeholder, meaning: meaning, standard: nil)
  }

  /// How the help shows it: `--data SOURCE...`.
  var usage: String {
    switch kind {
    case .flag: "--\(name)"
    case .value: "--\(name) \(placeholder)"
    case .list: "--\(name) \(placeholder)..."
    }
  }

  /// The variable of the environment that gives it.
  var environmentName: String {
    "MARTLET_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
  }

  /// Its key in a config file: `maxIterations` for `--max-iterations`.
  var configKey: String {
    let words = name.split(separator: "-")
    return words.dropFirst().reduce(String(words.first ?? "")) {
      $0 + $1.prefix(1).uppercased() + $1.dropFirst()
    }
  }
}

/// Options that belong together in the help.
struct OptionGroup: Sendable {
  let title: String
  var options: [Option]
}
