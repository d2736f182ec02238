/// The one declaration of a setting: meaning, range, default.
///
/// From it come the check and its message, the option of the program, the key in files, the saved
/// form, the help and the row of the reference:
///
/// ```swift
/// @Setting("number of clusters", in: 1..., spark: "k", sklearn: "n_clusters")
/// public var k = 8
/// ```
///
/// It is a value: a copy of the struct that holds it can be changed without the original noticing.
/// Setting an impossible value is allowed; `Configurable.check()` refuses it, naming the setting.
@propertyWrapper
public struct Setting<Value: SettingValue>: Sendable {
  private var box: Box

  /// A setting that takes any value of its type.
  public init(
    wrappedValue: Value, _ meaning: String, spark: String? = nil, sklearn: String? = nil
  ) {
    box = Box(
      wrappedValue,
      Declaration(
        meaning: meaning, requirement: Value.requirement, standard: wrappedValue, spark: spark,
        sklearn: sklearn, admits: { _ in true }))
  }

  /// A setting within limits.
  public init<Limits: SettingLimits>(
    wrappedValue: Value, _ meaning: String, in limits: Limits, spark: String? = nil,
    sklearn: String? = nil
  ) where Limits.Bound == Value {
    box = Box(
      wrappedValue,
      Declaration(
        meaning: meaning, requirement: limits.requirement, standard: wrappedValue, spark: spark,
        sklearn: sklearn, admits: { limits.admits($0) }))
  }

  /// A setting within limits that may also have no value.
  public init<Limits: SettingLimits>(
    wrappedValue: Value, _ meaning: String, in limits: Limits, spark: String? = nil,
    sklearn: String? = nil
  ) where Value == Limits.Bound? {
    box = Box(
      wrappedValue,
      Declaration(
        meaning: meaning, requirement: limits.requirement + ", or none", standard: wrappedValue,
        spark: spark, sklearn: sklearn, admits: { $0.map(limits.admits) ?? true }))
  }

  /// A list whose items are within limits.
  public init<Limits: SettingLimits>(
    wrappedValue: Value, _ meaning: String, in limits: Limits, spark: String? = nil,
    sklearn: String? = nil
  ) where Value == [Limits.Bound] {
    box = Box(
      wrappedValue,
      Declaration(
        meaning: meaning, requirement: "a list a,b,c, each \(limits.requirement)",
        standard: wrappedValue, spark: spark, sklearn: sklearn,
        admits: { $0.allSatisfy(limits.admits) }))
  }

  public var wrappedValue: Value {
    get { box.value }
    set {
      if isKnownUniquelyReferenced(&box) {
        box.value = newValue
        box.isGiven = true
      } else {
        box = Box(newValue, box.declaration, isGiven: true)
      }
    }
  }

  /// The setting itself, so that `$tolerance.isGiven` asks about it.
  public var projectedValue: Setting { self }

  /// Whether somebody gave the value, even if it is the default's.
  public var isGiven: Bool { box.isGiven }

  /// The default.
  public var standard: Value { box.declaration.standard }

  struct Declaration: Sendable {
    let meaning: String
    let requirement: String
    let standard: Value
    let spark: String?
    let sklearn: String?
    let admits: @Sendable (Value) -> Bool
  }

  /// Where the value lies: a reference, so that `Configurable` reaches it through a mirror.
  final class Box: @unchecked Sendable {
    // Proof of Sendable: it is written only while one owner holds it: by the setter above when the
    // reference is unique, and by `Configurable`'s initialisers on a value that they have just
    // made, found to share nothing with a second one, and not yet returned.
    var value: Value
    var isGiven: Bool
    let declaration: Declaration

    init(_ value: Value, _ declaration: Declaration, isGiven: Bool = false) {
      self.value = value
      self.isGiven = isGiven
      self.declaration = declaration
    }
  }
}

extension Setting: Equatable {
  /// Equal values; who gave them does not count.
  public static func == (a: Self, b: Self) -> Bool { a.box.value == b.box.value }
}

/// A setting of whatever type, as a mirror finds it.
protocol AnySetting: Sendable {
  var boxIdentity: ObjectIdentifier { get }
  var isGiven: Bool { get }
  var json: JSONValue { get }
  func described(_ name: String) -> SettingDescription
  func check(_ name: String) throws(SettingError)
  func fill(_ name: String, text: String) throws(SettingError)
  func fill(_ name: String, json: JSONValue, isGiven: Bool) throws(SettingError)
  func fill(from other: any AnySetting)
}

extension Setting: AnySetting {
  var boxIdentity: ObjectIdentifier { ObjectIdentifier(box) }
  var json: JSONValue { box.value.settingJSON }

  func described(_ name: String) -> SettingDescription {
    let declaration = box.declaration
    return SettingDescription(
      name: name, meaning: declaration.meaning, requirement: declaration.requirement,
      standard: declaration.standard.settingText, value: box.value.settingText,
      isGiven: box.isGiven, isFlag: Value.self == Bool.self, choices: Value.choices,
      placeholder: Value.placeholder, spark: declaration.spark, sklearn: declaration.sklearn)
  }

  func check(_ name: String) throws(SettingError) {
    guard box.value.isUsable, box.declaration.admits(box.value) else {
      throw SettingError(
        name: name, requirement: box.declaration.requirement, value: box.value.settingText)
    }
  }

  func fill(_ name: String, text: String) throws(SettingError) {
    guard let value = Value(settingText: text) else {
      throw SettingError(name: name, requirement: Value.requirement, value: text)
    }
    box.value = value
    box.isGiven = true
  }

  func fill(_ name: String, json: JSONValue, isGiven: Bool) throws(SettingError) {
    guard let value = Value(settingJSON: json) else {
      let found = json.printed(.line)
      throw SettingError(
        name: name, requirement: Value.requirement, value: String(found.prefix(60)))
    }
    box.value = value
    box.isGiven = isGiven
  }

  func fill(from other: any AnySetting) {
    guard let other = other as? Setting<Value> else { return }
    box.value = other.box.value
    box.isGiven = other.box.isGiven
  }
}
