/// The values that a setting allows, and how a person would say it: `1...`, `0...1`, `0..<1`,
/// `Above(0)`.
public protocol SettingLimits<Bound>: Sendable {
  associatedtype Bound: SettingValue
  /// Words that follow "must be".
  var requirement: String { get }
  func admits(_ value: Bound) -> Bool
}

extension PartialRangeFrom: SettingLimits where Bound: SettingValue {
  public var requirement: String { "at least \(lowerBound.settingText)" }
  public func admits(_ value: Bound) -> Bool { contains(value) }
}

extension ClosedRange: SettingLimits where Bound: SettingValue {
  public var requirement: String { "from \(lowerBound.settingText) to \(upperBound.settingText)" }
  public func admits(_ value: Bound) -> Bool { contains(value) }
}

extension Range: SettingLimits where Bound: SettingValue {
  public var requirement: String {
    "at least \(lowerBound.settingText) and below \(upperBound.settingText)"
  }
  public func admits(_ value: Bound) -> Bool { contains(value) }
}

/// All values greater than a limit, which Swift has no range for.
public struct Above<Bound: SettingValue & Comparable>: SettingLimits {
  private let limit: Bound

  public init(_ limit: Bound) { self.limit = limit }

  public var requirement: String { "above \(limit.settingText)" }
  public func admits(_ value: Bound) -> Bool { value > limit }
}
