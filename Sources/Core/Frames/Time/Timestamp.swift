internal import Platform

/// Microseconds in a day.
public let microsecondsPerDay: Int64 = 86_400_000_000

/// An instant as ISO 8601 writes it, in UTC: `2026-11-21T14:03:05.25Z`.
public func timestampText(_ microseconds: Int64) -> String { clockText(microseconds, "T") + "Z" }

/// A time without a zone, as clocks on a wall show it: `2026-11-21 14:03:05.25`.
public func datetimeText(_ microseconds: Int64) -> String { clockText(microseconds, " ") }

private func clockText(_ microseconds: Int64, _ separator: String) -> String {
  let days = floorDivide(Int(microseconds), Int(microsecondsPerDay))
  // Not by way of the day's start, which lies outside of 64 bits for the least numbers.
  let remainder = Int(microseconds % microsecondsPerDay)
  let rest = remainder < 0 ? remainder + Int(microsecondsPerDay) : remainder
  let seconds = rest / 1_000_000
  var text = CivilDate(daysSinceEpoch: days).description + separator
  text += "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
  let fraction = rest % 1_000_000
  if fraction == 0 { return text }
  var digits = padded(fraction, 6)
  while digits.hasSuffix("0") { digits.removeLast() }
  return text + "." + digits
}

/// A time that was read from a text.
public struct ParsedTimestamp: Sendable, Equatable {
  /// Since 1970-01-01 00:00; in UTC where the text has a zone.
  public let microseconds: Int64
  /// Whether the text names its zone, as `Z` or an offset.
  public let hasZone: Bool

  /// Reads `2026-11-21T14:03`, with a blank for the T, with seconds and up to nine digits of a
  /// fraction (those past six are cut), with `Z` or `+02:00` behind; nil for anything else.
  public init?(_ text: some StringProtocol) {
    var reader = DigitReader(text)
    guard let (date, _) = reader.date(),
      reader.take(UInt8(ascii: "T")) || reader.take(UInt8(ascii: " ")),
      let hour = reader.number(2), hour < 24, reader.take(UInt8(ascii: ":")),
      let minute = reader.number(2), minute < 60
    else { return nil }
    var second = 0
    var fraction = 0
    if reader.take(UInt8(ascii: ":")) {
      guard let value = reader.number(2), value < 60 else { return nil }
      second = value
      if reader.take(UInt8(ascii: ".")) {
        guard let value = reader.fraction() else { return nil }
        fraction = value
      }
    }
    guard let offset = reader.zone(), reader.isAtEnd else { return nil }
    let clock = (hour * 3600 + minute * 60 + second - (offset ?? 0) * 60) * 1_000_000 + fraction
    microseconds = Int64(date.daysSinceEpoch) * microsecondsPerDay + Int64(clock)
    hasZone = offset != nil
  }
}

/// Reads the parts of a date or time from the start of a text.
struct DigitReader {
  private var rest: Substring.UTF8View

  init(_ text: some StringProtocol) { rest = Substring(text).utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func take(_ byte: UInt8) -> Bool {
    guard rest.first == byte else { return false }
    rest.removeFirst()
    return true
  }

  /// Exactly so many digits.
  mutating func number(_ digitCount: Int) -> Int? {
    guard rest.count >= digitCount else { return nil }
    var value = 0
    for _ in 0..<digitCount {
      guard let digit = digit() else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  /// `2026-11-21`, and whether nothing follows.
  mutating func date() -> (CivilDate, isEnd: Bool)? {
    guard let year = number(4), take(UInt8(ascii: "-")), let month = number(2),
      take(UInt8(ascii: "-")), let day = number(2),
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    return (date, isAtEnd)
  }

  /// One to nine digits, as microseconds.
  mutating func fraction() -> Int? {
    var (value, count) = (0, 0)
    while let digit = digit() {
      if count < 6 { value = value * 10 + digit }
      count += 1
    }
    guard (1...9).contains(count) else { return nil }
    for _ in min(count, 6)..<6 { value *= 10 }
    return value
  }

  /// Minutes east of Greenwich; `.some(nil)` where no zone is named, nil where it is malformed.
  mutating func zone() -> Int?? {
    if isAtEnd { return .some(nil) }
    if take(UInt8(ascii: "Z")) { return .some(0) }
    let isWest = rest.first == UInt8(ascii: "-")
    guard take(UInt8(ascii: "+")) || take(UInt8(ascii: "-")), let hours = number(2), hours < 24
    else { return nil }
    if isAtEnd { return .some(isWest ? -hours * 60 : hours * 60) }
    _ = take(UInt8(ascii: ":"))
    guard let minutes = number(2), minutes < 60 else { return nil }
    let offset = hours * 60 + minutes
    return .some(isWest ? -offset : offset)
  }

  private mutating func digit() -> Int? {
    guard let byte = rest.first, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
      return nil
    }
    rest.removeFirst()
    return Int(byte - UInt8(ascii: "0"))
  }
}
