public import Learning

/// The ends of buckets, rising: three or more; the first may be -inf and the last inf.
public struct Splits: SettingValue, ExpressibleByArrayLiteral {
  public let values: [Double]

  public init(_ values: [Double]) { self.values = values }
  public init(arrayLiteral values: Double...) { self.values = values }

  public init?(settingText: String) {
    let items = settingText.split(separator: ",", omittingEmptySubsequences: false)
    var values: [Double] = []
    for item in items where !settingText.isEmpty {
      guard let value = String(item).asEnd ?? Double(settingText: String(item)) else { return nil }
      values.append(value)
    }
    self.values = values
  }

  public init?(settingJSON: JSONValue) {
    guard case .list(let items) = settingJSON else { return nil }
    var values: [Double] = []
    for item in items {
      guard let value = item.asEnd else { return nil }
      values.append(value)
    }
    self.values = values
  }

  public var settingText: String {
    values.map { $0.isInfinite ? ($0 < 0 ? "-inf" : "inf") : $0.settingText }
      .joined(separator: ",")
  }
  public var settingJSON: JSONValue { .list(values.map(\.endJSON)) }
  /// Whether they are that many and rise; none at all is for the stage to judge.
  public var isUsable: Bool { values.isEmpty || (values.count >= 3 && Self.isRising(values)) }
  public static var requirement: String {
    "three or more rising numbers a,b,c, of which the ends may be -inf and inf"
  }
  public static var placeholder: String { "X,..." }

  static func isRising(_ values: [Double]) -> Bool {
    zip(values, values.dropFirst()).allSatisfy { $0 < $1 } && !values.contains(where: \.isNaN)
  }
}

// MARK: Infinity, for which neither JSON nor the grammar of numbers has a word

extension String {
  /// The infinity that it says.
  var asEnd: Double? {
    switch self {
    case "inf", "Infinity": .infinity
    case "-inf", "-Infinity": -.infinity
    default: nil
    }
  }
}

extension JSONValue {
  /// The number, or the infinity that a text says.
  var asEnd: Double? {
    if case .text(let text) = self { return text.asEnd }
    return Double(settingJSON: self)
  }
}

extension Double {
  var endJSON: JSONValue { isInfinite ? .text(self < 0 ? "-inf" : "inf") : .number(self) }
}
