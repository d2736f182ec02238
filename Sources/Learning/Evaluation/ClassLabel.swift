/// The name of a class or a cluster: a number or a text.
public enum ClassLabel: Sendable {
  case code(Int)
  case text(String)
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
