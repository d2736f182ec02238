internal import Frames

extension TextCells {
  /// Adds a number as Spark casts it to text: `1` from a column of integers, `1.0` from another,
  /// `1.0E7` from 10 million on and below a thousandth.
  func append(number: Double, _ type: ColumnType) {
    if number.isNaN { return appendMissing() }
    switch type {
    case .bool: append(number != 0 ? "true" : "false")
    case .int32, .int64: append(numberText(number))
    case .float32: append(Self.sparkText(number.magnitude, Float(number).description))
    default: append(Self.sparkText(number.magnitude, number.description))
    }
  }

  /// Adds an integer with all its digits.
  func append(integer: Int64?) {
    if let integer { append("\(integer)") } else { appendMissing() }
  }

  /// The text of a number of this magnitude in Java's form, made of the digits of Swift's.
  private static func sparkText(_ magnitude: Double, _ text: String) -> String {
    if magnitude == 0 || (magnitude >= 1e-3 && magnitude < 1e7) { return text }
    let sign = text.utf8.first == UInt8(ascii: "-") ? "-" : ""
    if magnitude.isInfinite { return sign + "Infinity" }
    var digits: [UInt8] = []
    // Where the point stands among the digits.
    var point: Int?
    var exponent = 0
    let bytes = Array(text.utf8)
    for (place, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "e") {
        exponent = Int(String(decoding: bytes[(place + 1)...], as: UTF8.self)) ?? 0
        break
      }
      if byte == UInt8(ascii: ".") { point = digits.count }
      if byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") { digits.append(byte) }
    }
    let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
    exponent += (point ?? digits.count) - leading - 1
    digits.removeFirst(leading)
    while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
    let first = String(decoding: digits.prefix(1), as: UTF8.self)
    let rest = digits.count > 1 ? String(decoding: digits.dropFirst(), as: UTF8.self) : "0"
    return "\(sign)\(first).\(rest)E\(exponent)"
  }
}
