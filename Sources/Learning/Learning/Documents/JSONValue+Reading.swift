public import Platform

/// How a model takes its document apart: each value is checked before it is used, since a document
/// whose checksum is right may still have been written by anyone.
extension JSONValue {
  /// The member of an object.
  public func member(_ name: String) throws(Failure) -> JSONValue {
    guard case .object(let object) = self else {
      throw Failure(.data, "'\(name)' is asked of \(kind), where an object should be")
    }
    guard let value = object[name] else { throw Failure(.data, "'\(name)' is missing") }
    return value
  }

  /// A whole number within limits.
  public func integer(_ name: String, in range: ClosedRange<Int>) throws(Failure) -> Int {
    let value = try member(name)
    guard case .integer(let integer) = value, range.contains(integer) else {
      throw value.unfit(
        name, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  /// A finite number.
  public func number(_ name: String) throws(Failure) -> Double {
    switch try member(name) {
    case .number(let number): return number
    case .integer(let integer): return Double(integer)
    case let other: throw other.unfit(name, "a number")
    }
  }

  /// A text.
  public func text(_ name: String) throws(Failure) -> String {
    let value = try member(name)
    guard case .text(let text) = value else { throw value.unfit(name, "a text") }
    return text
  }

  /// True or false.
  public func flag(_ name: String) throws(Failure) -> Bool {
    let value = try member(name)
    guard case .flag(let flag) = value else { throw value.unfit(name, "true or false") }
    return flag
  }

  /// A list.
  public func list(_ name: String) throws(Failure) -> [JSONValue] {
    let value = try member(name)
    guard case .list(let values) = value else { throw value.unfit(name, "a list") }
    return values
  }

  /// A list of texts.
  public func texts(_ name: String) throws(Failure) -> [String] {
    var texts: [String] = []
    for value in try list(name) {
      guard case .text(let text) = value else { throw value.unfit(name, "a list of texts") }
      texts.append(text)
    }
    return texts
  }

  private func unfit(_ name: String, _ requirement: String) -> Failure {
    let found: String
    switch self {
    case .list, .object: found = kind
    default: found = String(printed(.line).prefix(60))
    }
    return Failure(.data, "'\(name)' must be \(requirement), not \(found)")
  }
}
