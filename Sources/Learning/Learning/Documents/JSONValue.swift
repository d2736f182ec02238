/// A JSON document as a value: what a model, its report and its manifest are written in.
///
/// Whole numbers and other numbers stay apart, so that a document read and printed again has the
/// same bytes. Members keep the order they were given in; printing for files sorts them.
public enum JSONValue: Sendable, Equatable {
  case null
  case flag(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object(JSONObject)

  /// What kind of value it is, for messages.
  public var kind: String {
    switch self {
    case .null: "null"
    case .flag: "true or false"
    case .integer: "a whole number"
    case .number: "a number"
    case .text: "a text"
    case .list: "a list"
    case .object: "an object"
    }
  }
}

/// The members of a JSON object: pairs in the order they were given, each name once.
public struct JSONObject: Sendable {
  /// One name with its value.
  public struct Member: Sendable, Equatable {
    public var name: String
    public var value: JSONValue

    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  public private(set) var members: [Member]

  /// An object of some pairs; where a name comes twice the last value stays.
  public init(_ members: [Member] = []) {
    self.members = members
    let sorted = self.sorted
    let isUnique = zip(sorted, sorted.dropFirst()).allSatisfy { !sameBytes($0.name, $1.name) }
    if !isUnique {
      self.members = []
      for member in members { self[member.name] = member.value }
    }
  }

  /// An object whose names are known to differ.
  init(uniqueMembers: [Member]) { members = uniqueMembers }

  /// The value of a name; setting nil removes the member.
  public subscript(name: String) -> JSONValue? {
    get { members.first { sameBytes($0.name, name) }?.value }
    set {
      let place = members.firstIndex { sameBytes($0.name, name) }
      switch (place, newValue) {
      case (let place?, let value?): members[place].value = value
      case (let place?, nil): members.remove(at: place)
      case (nil, let value?): members.append(Member(name, value))
      case (nil, nil): break
      }
    }
  }

  /// The members by name, in byte order.
  public var sorted: [Member] {
    members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }
}

extension JSONObject: Equatable {
  /// The same names with the same values, in whatever order.
  public static func == (a: Self, b: Self) -> Bool { a.sorted == b.sorted }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(nilLiteral: ()) { self = .null }
  public init(booleanLiteral value: Bool) { self = .flag(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .text(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .list(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements.map { JSONObject.Member($0, $1) }))
  }
}

/// Whether two texts are the same bytes; `==` would take two ways to write "é" for one.
func sameBytes(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }
