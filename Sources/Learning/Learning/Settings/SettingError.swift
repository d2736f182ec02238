public import Platform

/// A setting that is not what it must be: its name, what is required, and what was found.
public struct SettingError: FailureConvertible, Equatable {
  public let name: String
  /// Words that follow "must be".
  public let requirement: String
  public let value: String
  /// What to try instead.
  public let suggestion: Suggestion?
  /// Whether no setting has this name.
  public let isUnknown: Bool

  /// What a wrong name was probably meant to be.
  public struct Suggestion: Sendable, Equatable {
    /// The setting that was meant.
    public let name: String
    /// The system whose name was used, where it was another's.
    public let system: String?
  }

  /// - Parameter requirement: words that follow "must be".
  public init(name: String, requirement: String, value: String) {
    self.name = name
    self.requirement = requirement
    self.value = value
    suggestion = nil
    isUnknown = false
  }

  /// A name that no setting has.
  init(unknown name: String, among known: [SettingDescription]) {
    self.name = name
    value = name
    requirement = "one of \(known.map(\.name).joined(separator: ", "))"
    isUnknown = true
    suggestion = Self.suggestion(for: name, among: known)
  }

  /// How it reads to a caller of the library.
  public var failure: Failure { failure { $0 } }

  /// How it reads to one who typed options: names as `--max-iterations`.
  public var optionFailure: Failure { failure { "--" + kebabCase($0) } }

  private func failure(naming shown: (String) -> String) -> Failure {
    if isUnknown {
      let hint = suggestion.map { suggestion in
        suggestion.system.map { "\($0)'s \(name) is called \(shown(suggestion.name)) here" }
          ?? "did you mean \(shown(suggestion.name))?"
      }
      return Failure(.usage, "there is no setting \(shown(name))", hint: hint)
    }
    return Failure(.usage, "\(shown(name)) must be \(requirement), not '\(value)'")
  }

  private static func suggestion(
    for name: String, among known: [SettingDescription]
  ) -> Suggestion? {
    for setting in known {
      if let spark = setting.spark, spark == name || kebabCase(spark) == name {
        return Suggestion(name: setting.name, system: "Spark")
      }
      if let sklearn = setting.sklearn, sklearn == name || sklearn == name.underscored {
        return Suggestion(name: setting.name, system: "scikit-learn")
      }
    }
    let options = known.map(\.optionName)
    guard let nearest = nearest(to: kebabCase(name), in: options),
      let place = options.firstIndex(of: nearest)
    else { return nil }
    return Suggestion(name: known[place].name, system: nil)
  }
}

extension SettingError: CustomStringConvertible {
  public var description: String { failure.description }
}

extension String {
  fileprivate var underscored: String { String(map { $0 == "-" ? "_" : $0 }) }
}
