internal import Frames
internal import Platform

/// A stage that makes one column of each of its input columns.
public protocol ColumnwiseStage: Featurizer {
  /// The columns that it reads.
  var inputs: [String] { get }
  /// Names for the columns that it makes; empty for the input's name and `suffix`.
  var outputs: [String] { get }
  /// What is put behind the name of an input to name its output: `_scaled`.
  static var suffix: String { get }
}

extension ColumnwiseStage {
  public var reads: [String] { inputs }

  /// Each input with the name of its output.
  public var pairs: [(input: String, output: String)] {
    zip(inputs, outputs.isEmpty ? inputs.map { $0 + Self.suffix } : outputs).map { ($0, $1) }
  }

  /// Checks that there are inputs, and as many outputs; to be called from `checkTogether`.
  public func checkColumns() throws(SettingError) {
    guard !inputs.isEmpty else {
      throw SettingError(name: "inputs", requirement: "at least one column", value: "")
    }
    guard outputs.isEmpty || outputs.count == inputs.count else {
      throw SettingError(
        name: "outputs", requirement: "as many as the \(inputs.count) inputs",
        value: outputs.settingText)
    }
  }
  public func checkTogether() throws(SettingError) { try checkColumns() }
}
