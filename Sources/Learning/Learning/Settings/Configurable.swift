internal import Platform

/// A value made of settings, such as an estimator.
///
/// A conforming type writes its settings and `public init() {}`, nothing else:
///
/// ```swift
/// public struct KMeans: Configurable {
///   @Setting("number of clusters", in: 1...) public var k = 8
///   public init() {}
/// }
/// let three = KMeans { $0.k = 3 }
/// ```
///
/// Settings may come from code, from texts by name (a command line), from JSON (a file, where they
/// count as given) and from a saved model (where they count as a record of what was).
public protocol Configurable: Codable, Sendable, Equatable {
  /// All settings at their defaults.
  init()
  /// Checks what no single setting can say, such as two settings that exclude each other.
  func checkTogether() throws(SettingError)
}

extension Configurable {
  public func checkTogether() throws(SettingError) {}

  /// The defaults with some settings changed: `KMeans { $0.k = 3 }`.
  ///
  /// Nothing is checked yet; fitting checks first of all.
  public init<Problem: Error>(
    _ configure: (inout Self) throws(Problem) -> Void
  ) throws(Problem) {
    self.init()
    try configure(&self)
  }

  /// Settings from texts by name, checked.
  public init(settings: [String: String]) throws(SettingError) {
    let (fresh, fields) = Self.fresh()
    for (name, text) in settings.sorted(by: { $0.key < $1.key }) {
      try Self.find(name, fields).fill(name, text: text)
    }
    self = fresh
    try check()
  }

  /// Settings from a JSON object, checked; its members count as given.
  public init(json: JSONValue) throws(SettingError) { try self.init(json, isGiven: true) }

  /// Settings as a model has saved them, checked; none counts as given.
  ///
  /// A setting that the model does not name was not there when it was saved: it gets its default.
  public init(saved: JSONValue) throws(SettingError) { try self.init(saved, isGiven: false) }

  private init(_ json: JSONValue, isGiven: Bool) throws(SettingError) {
    guard case .object(let object) = json else {
      throw SettingError(name: "settings", requirement: "an object", value: json.kind)
    }
    let (fresh, fields) = Self.fresh()
    for member in object.sorted {
      try Self.find(member.name, fields).fill(member.name, json: member.value, isGiven: isGiven)
    }
    self = fresh
    try check()
  }

  /// Changes one setting by name, as a command line or a search over settings does; checks that it
  /// has the right type, and leaves ranges to `check()`.
  public mutating func set(_ name: String, text: String) throws(SettingError) {
    let (fresh, fields) = copied()
    try Self.find(name, fields).fill(name, text: text)
    self = fresh
  }

  /// Changes one setting by name to a JSON value, which counts as given.
  public mutating func set(_ name: String, json: JSONValue) throws(SettingError) {
    let (fresh, fields) = copied()
    try Self.find(name, fields).fill(name, json: json, isGiven: true)
    self = fresh
  }

  /// Refuses values out of range, naming the setting, what it must be and what it is.
  public func check() throws(SettingError) {
    for (name, field) in fields { try field.check(name) }
    try checkTogether()
  }

  /// All settings with their values, in the order they were declared.
  public var settings: [SettingDescription] { fields.map { $1.described($0) } }

  /// All settings with their defaults, in the order they were declared.
  public static var settings: [SettingDescription] { Self().settings }

  /// The values as a JSON object, which a model saves.
  ///
  /// It says values only, so that a default and the same value given make the same model.
  public var json: JSONValue {
    .object(JSONObject(uniqueMembers: fields.map { JSONObject.Member($0, $1.json) }))
  }

  /// The settings that somebody gave a value, in the order they were declared.
  public var givenNames: [String] { fields.filter { $1.isGiven }.map(\.0) }

  /// Whether somebody gave this setting a value, even if it is the default's.
  public func isGiven(_ name: String) -> Bool {
    guard let field = fields.first(where: { $0.0 == name }) else {
      bug("\(Self.self) is asked for a setting '\(name)', which it has not")
    }
    return field.1.isGiven
  }

  public init(from decoder: any Decoder) throws {
    try self.init(json: JSONValue(from: decoder))
  }

  public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
}

// MARK: The settings by name

extension Configurable {
  private typealias Fields = [(String, any AnySetting)]

  private var fields: Fields {
    Mirror(reflecting: self).children.compactMap { child in
      guard let label = child.label, let field = child.value as? any AnySetting else { return nil }
      // A wrapped property `k` is stored as `_k`.
      return (label.hasPrefix("_") ? String(label.dropFirst()) : label, field)
    }
  }

  /// The defaults, in boxes that nobody else can hold.
  ///
  /// Filling writes into the boxes, which is sound only if no other value shares them. An `init()`
  /// that hands out a shared value would hand out the same boxes twice.
  private static func fresh() -> (Self, Fields) {
    let value = Self()
    let fields = value.fields
    for (one, other) in zip(fields, Self().fields) {
      require(
        one.1.boxIdentity != other.1.boxIdentity,
        "init() of \(Self.self) must make its settings anew, not hand out a shared value")
    }
    return (value, fields)
  }

  /// This value in boxes of its own.
  private func copied() -> (Self, Fields) {
    let (value, fields) = Self.fresh()
    for (field, own) in zip(fields, self.fields) { field.1.fill(from: own.1) }
    return (value, fields)
  }

  private static func find(
    _ name: String, _ fields: Fields
  ) throws(SettingError) -> any AnySetting {
    guard let field = fields.first(where: { $0.0 == name }) else {
      throw SettingError(unknown: name, among: fields.map { $1.described($0) })
    }
    return field.1
  }
}
