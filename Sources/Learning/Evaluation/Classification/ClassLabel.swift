public import Frames

/// The name of a class or a cluster: a number or a text.
public enum ClassLabel: Sendable {
  case code(Int)
  case text(String)

  /// The label that a text stands for: a whole number written as such is that number, so that 1, 1.0
  /// and "1" are one label wherever they come from.
  public init(_ text: String) {
    if let code = Int(text), String(code).utf8.elementsEqual(text.utf8) {
      self = .code(code)
    } else {
      self = .text(text)
    }
  }

  /// The label that a value stands for; nil where it is missing, NaN or infinite.
  public init?(_ value: Value) {
    switch value {
    case .missing: return nil
    case .integer(let code): self = .code(Int(code))
    case .number(let number):
      guard number.isFinite else { return nil }
      if let code = Int(exactly: number) {
        self = .code(code)
      } else {
        self = .text(value.description)
      }
    default: self.init(value.description)
    }
  }
}

extension ClassLabel: Hashable {
  /// Texts are the same where their bytes are; Swift's `==` takes two ways to write "é" for one.
  public static func == (a: Self, b: Self) -> Bool {
    switch (a, b) {
    case (.code(let one), .code(let other)): one == other
    case (.text(let one), .text(let other)): one.utf8.elementsEqual(other.utf8)
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .code(let code): hasher.combine(code)
    case .text(let text):
      for byte in text.utf8 { hasher.combine(byte) }
    }
  }
}

extension ClassLabel: Comparable {
  /// Numbers by size, then texts by their bytes.
  public static func < (a: Self, b: Self) -> Bool {
    switch (a, b) {
    case (.code(let one), .code(let other)): one < other
    case (.text(let one), .text(let other)): one.utf8.lexicographicallyPrecedes(other.utf8)
    case (.code, .text): true
    case (.text, .code): false
    }
  }
}

extension ClassLabel: CustomStringConvertible {
  public var description: String {
    switch self {
    case .code(let code): String(code)
    case .text(let text): text
    }
  }
}
