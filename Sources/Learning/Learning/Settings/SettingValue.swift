/// What may be the value of a setting: it has a text form for the command line and a JSON form for
/// files.
///
/// Whole numbers, numbers, true or false, texts, lists and optionals of them, and any `enum` of
/// texts that declares `String, CaseIterable, SettingValue`.
public protocol SettingValue: Sendable, Equatable {
  /// Reads what stands on a command line.
  init?(settingText: String)
  /// The form for a command line, which reads back as the same value.
  var settingText: String { get }
  /// Reads what stands in a file.
  init?(settingJSON: JSONValue)
  /// The form for a file, which reads back as the same value.
  var settingJSON: JSONValue { get }
  /// Whether it is a value to calculate with at all; NaN and infinity are not.
  var isUsable: Bool { get }
  /// What it must be, in words that follow "must be".
  static var requirement: String { get }
  /// The words to choose from, where it is a choice.
  static var choices: [String] { get }
  /// What stands for it in a line of usage, such as `N`.
  static var placeholder: String { get }
}

extension SettingValue {
  public var isUsable: Bool { true }
  public static var choices: [String] { [] }
}

extension Int: SettingValue {
  public init?(settingText: String) { self.init(settingText) }
  public init?(settingJSON: JSONValue) {
    guard case .integer(let value) = settingJSON else { return nil }
    self = value
  }
  public var settingText: String { description }
  public var settingJSON: JSONValue { .integer(self) }
  public static var requirement: String { "a whole number" }
  public static var placeholder: String { "N" }
}

extension UInt64: SettingValue {
  public init?(settingText: String) { self.init(settingText) }
  /// Values that no signed integer holds stand in files as texts.
  public init?(settingJSON: JSONValue) {
    switch settingJSON {
    case .integer(let value): self.init(exactly: value)
    case .text(let text): self.init(text)
    default: return nil
    }
  }
  public var settingText: String { description }
  public var settingJSON: JSONValue {
    Int(exactly: self).map { .integer($0) } ?? .text(description)
  }
  public static var requirement: String { "a whole number, not negative" }
  public static var placeholder: String { "N" }
}

extension Double: SettingValue {
  /// Decimal numbers only: neither hexadecimal ones nor the words for infinity.
  public init?(settingText: String) {
    let isDecimal = settingText.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default: false
      }
    }
    guard isDecimal else { return nil }
    self.init(settingText)
  }
  public init?(settingJSON: JSONValue) {
    switch settingJSON {
    case .integer(let value): self.init(value)
    case .number(let value): self = value
    default: return nil
    }
  }
  public var settingText: String { description }
  public var settingJSON: JSONValue { .number(self) }
  public var isUsable: Bool { isFinite }
  public static var requirement: String { "a number" }
  public static var placeholder: String { "X" }
}

extension Bool: SettingValue {
  public init?(settingText: String) { self.init(settingText) }
  public init?(settingJSON: JSONValue) {
    guard case .flag(let value) = settingJSON else { return nil }
    self = value
  }
  public var settingText: String { description }
  public var settingJSON: JSONValue { .flag(self) }
  public static var requirement: String { "true or false" }
  public static var placeholder: String { "true|false" }
}

extension String: SettingValue {
  public init?(settingText: String) { self = settingText }
  public init?(settingJSON: JSONValue) {
    guard case .text(let value) = settingJSON else { return nil }
    self = value
  }
  public var settingText: String { self }
  public var settingJSON: JSONValue { .text(self) }
  public static var requirement: String { "a text" }
  public static var placeholder: String { "TEXT" }
}

extension SettingValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  public init?(settingText: String) { self.init(rawValue: settingText) }
  public init?(settingJSON: JSONValue) {
    guard case .text(let value) = settingJSON else { return nil }
    self.init(rawValue: value)
  }
  public var settingText: String { rawValue }
  public var settingJSON: JSONValue { .text(rawValue) }
  public static var requirement: String { "one of " + choices.joined(separator: ", ") }
  public static var choices: [String] { allCases.map(\.rawValue) }
  public static var placeholder: String { choices.joined(separator: "|") }
}

extension Optional: SettingValue where Wrapped: SettingValue {
  /// `none` is no value.
  public init?(settingText: String) {
    if settingText == "none" {
      self = .none
    } else if let value = Wrapped(settingText: settingText) {
      self = .some(value)
    } else {
      return nil
    }
  }
  /// `null` is no value.
  public init?(settingJSON: JSONValue) {
    if settingJSON == .null {
      self = .none
    } else if let value = Wrapped(settingJSON: settingJSON) {
      self = .some(value)
    } else {
      return nil
    }
  }
  public var settingText: String { self?.settingText ?? "none" }
  public var settingJSON: JSONValue { self?.settingJSON ?? .null }
  public var isUsable: Bool { self?.isUsable ?? true }
  public static var requirement: String { Wrapped.requirement + ", or none" }
  public static var choices: [String] { Wrapped.choices.isEmpty ? [] : Wrapped.choices + ["none"] }
  public static var placeholder: String { Wrapped.placeholder }
}

extension Array: SettingValue where Element: SettingValue {
  /// `a,b,c`; an item with a comma or a quote in it stands in double quotes, quotes doubled.
  public init?(settingText: String) {
    guard let items = itemsOfList(settingText) else { return nil }
    self = []
    for item in items {
      guard let value = Element(settingText: item) else { return nil }
      append(value)
    }
  }
  public init?(settingJSON: JSONValue) {
    guard case .list(let items) = settingJSON else { return nil }
    self = []
    for item in items {
      guard let value = Element(settingJSON: item) else { return nil }
      append(value)
    }
  }
  public var settingText: String { map { quotedItem($0.settingText) }.joined(separator: ",") }
  public var settingJSON: JSONValue { .list(map(\.settingJSON)) }
  public var isUsable: Bool { allSatisfy(\.isUsable) }
  public static var requirement: String { "a list a,b,c, each \(Element.requirement)" }
  public static var placeholder: String { "\(Element.placeholder),..." }
}

private func quotedItem(_ text: String) -> String {
  guard text.isEmpty || text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C }) else { return text }
  var quoted = "\""
  for scalar in text.unicodeScalars {
    if scalar == "\"" { quoted += "\"" }
    quoted.unicodeScalars.append(scalar)
  }
  return quoted + "\""
}

/// The items of `a,"b,c",d`; nil where a quote does not end or text follows one.
private func itemsOfList(_ text: String) -> [String]? {
  guard !text.isEmpty else { return [] }
  var items: [String] = []
  var rest = Substring(text).unicodeScalars
  while true {
    var item = String.UnicodeScalarView()
    if rest.first == "\"" {
      rest.removeFirst()
      while true {
        guard let scalar = rest.popFirst() else { return nil }
        if scalar != "\"" {
          item.append(scalar)
        } else if rest.first == "\"" {
          item.append(rest.removeFirst())
        } else {
          break
        }
      }
      guard rest.first == nil || rest.first == "," else { return nil }
    } else {
      while let scalar = rest.first, scalar != "," { item.append(rest.removeFirst()) }
    }
    items.append(String(item))
    guard rest.popFirst() != nil else { return items }
  }
}
