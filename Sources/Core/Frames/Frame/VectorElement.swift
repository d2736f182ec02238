internal import Platform

/// The name of one number of a vector column: `features[3]`.
public struct VectorElement: Sendable, Equatable {
  /// The vector's column.
  public let column: String
  /// Which number, from 0 on.
  public let index: Int

  public init(_ column: String, _ index: Int) {
    self.column = column
    self.index = index
  }

  /// Reads a name; nil where it is not of that form.
  public init?(_ name: String) {
    guard name.hasSuffix("]"), let bracket = name.lastIndex(of: "["),
      let index = Int(name[name.index(after: bracket)...].dropLast()), index >= 0
    else { return nil }
    self.init(String(name[..<bracket]), index)
    guard self.name.utf8.elementsEqual(name.utf8) else { return nil }
  }

  public var name: String { "\(column)[\(index)]" }
}
