internal import Platform

/// Labels and numbers as bytes, for the way between workers.
///
/// Numbers are little-endian; a text is its size and its bytes.
struct LabelWriter {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ number: Int) {
    let bits = UInt64(bitPattern: Int64(number))
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
  }

  mutating func append(_ label: ClassLabel) {
    switch label {
    case .code(let code):
      bytes.append(0)
      append(code)
    case .text(let text):
      bytes.append(1)
      append(text.utf8.count)
      bytes.append(contentsOf: Array(text.utf8))
    }
  }
}

/// Reads what `LabelWriter` wrote; anything else is refused.
struct LabelReader {
  static let malformed = Failure(.bug, "these bytes are no labels")

  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func number() throws(Failure) -> Int {
    guard rest.count >= 8 else { throw Self.malformed }
    let bits = rest.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    rest = rest.dropFirst(8)
    return Int(Int64(bitPattern: bits))
  }

  mutating func label() throws(Failure) -> ClassLabel {
    switch rest.popFirst() {
    case 0: return .code(try number())
    case 1:
      let count = try number()
      guard count >= 0, count <= rest.count,
        let text = String(validating: rest.prefix(count), as: UTF8.self)
      else { throw Self.malformed }
      rest = rest.dropFirst(count)
      return .text(text)
    default: throw Self.malformed
    }
  }
}
