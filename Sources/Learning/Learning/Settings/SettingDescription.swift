/// One setting as help, reference pages and reports show it.
public struct SettingDescription: Sendable, Equatable {
  /// The name in Swift and in files, such as `maxIterations`.
  public let name: String
  /// What it means, in a few words.
  public let meaning: String
  /// What it must be, in words that follow "must be".
  public let requirement: String
  /// The default, as text.
  public let standard: String
  /// The value now, as text.
  public let value: String
  /// Whether the value was given by somebody, rather than left at the default.
  public let isGiven: Bool
  /// Whether it is true or false, so that `--name` and `--no-name` say it.
  public let isFlag: Bool
  /// The words to choose from, where it is a choice.
  public let choices: [String]
  /// What stands for the value in a line of usage.
  public let placeholder: String
  /// What Spark MLlib calls it, where it has the same.
  public let spark: String?
  /// What scikit-learn calls it, where it has the same.
  public let sklearn: String?

  /// The name as an option of the program, without dashes: `max-iterations`.
  public var optionName: String { kebabCase(name) }
}

/// `maxIterations` as `max-iterations`; a run of capitals counts as one word.
public func kebabCase(_ name: String) -> String {
  var words = ""
  var followsCapital = true
  for character in name {
    let isCapital = character.isUppercase
    if isCapital, !followsCapital { words += "-" }
    words += character.lowercased()
    followsCapital = isCapital
  }
  return words
}
