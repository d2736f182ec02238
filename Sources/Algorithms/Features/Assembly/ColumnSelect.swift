internal import Frames
public import Learning
internal import Platform

/// Keeps some columns; stages behind it see no others.
///
/// Nothing happens to rows: it costs nothing when scoring.
public struct ColumnSelect: Transformer {
  @Setting("the columns to keep")
  public var inputs: [String] = []

  public init() {}

  public static let name = "column-select"
  public static let summary = "keeps some columns and takes out all others"
  public static var example: Self { Self { $0.inputs = ["age", "city", "label"] } }

  public var reads: [String] { inputs }

  public func checkTogether() throws(SettingError) {
    guard !inputs.isEmpty else {
      throw SettingError(name: "inputs", requirement: "at least one column", value: "")
    }
  }

  public func bind(to binder: inout Binder) throws {
    for name in inputs { _ = try binder.field(name) }
    for name in binder.schema.names where !inputs.contains(where: { sameText($0, name) }) {
      try binder.remove(name)
    }
  }
}

/// Takes some columns out; stages behind it do not see them.
///
/// Nothing happens to rows: it costs nothing when scoring.
public struct ColumnDrop: Transformer {
  @Setting("the columns to take out")
  public var inputs: [String] = []

  public init() {}

  public static let name = "column-drop"
  public static let summary = "takes some columns out"
  public static var example: Self { Self { $0.inputs = ["note", "words"] } }

  public var reads: [String] { inputs }

  public func checkTogether() throws(SettingError) {
    guard !inputs.isEmpty else {
      throw SettingError(name: "inputs", requirement: "at least one column", value: "")
    }
  }

  public func bind(to binder: inout Binder) throws {
    for name in inputs { try binder.remove(name) }
  }
}
