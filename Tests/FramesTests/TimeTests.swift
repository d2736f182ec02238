import Foundation
import Frames
import Testing

@Suite struct TimeTests {
  @Test func `days are those of the calendar, against Foundation`() throws {
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    // Foundation keeps the Julian calendar before 1582, so from 1600 on.
    for days in stride(from: -135_140, through: 200_000, by: 97) {
      let moment = Foundation.Date(timeIntervalSince1970: Double(days) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: moment)
      let date = CivilDate(daysSinceEpoch: days)
      #expect([date.year, date.month, date.day] == [parts.year, parts.month, parts.day])
      // Foundation counts from Sunday, ISO 8601 from Monday.
      #expect(date.weekday == ((parts.weekday ?? 0) + 5) % 7 + 1)
      #expect(date.dayOfYear == calendar.ordinality(of: .day, in: .year, for: moment))
    }
  }

  @Test func `the least and greatest times have their texts`() {
    // As java.time has them.
    #expect(timestampText(.min) == "-290308-12-21T19:59:05.224192Z")
    #expect(timestampText(.max) == "+294247-01-10T04:00:54.775807Z")
    #expect(datetimeText(-1) == "1969-12-31 23:59:59.999999")
    #expect(datetimeText(-microsecondsPerDay) == "1969-12-31 00:00:00")
  }

  @Test func `days and dates go there and back`() throws {
    for days in stride(from: -800_000, through: 3_000_000, by: 311) {
      let date = CivilDate(daysSinceEpoch: days)
      #expect(date.daysSinceEpoch == days)
      #expect(CivilDate(year: date.year, month: date.month, day: date.day) == date)
      if (0...9999).contains(date.year) { #expect(CivilDate(date.description) == date) }
    }
  }

  @Test(arguments: [
    "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "2024-4-3", "24-04-03",
    "2024-04-03 ", " 2024-04-03", "2024/04/03", "2024-04-0３", "",
  ])
  func `what is no date is none`(text: String) { #expect(CivilDate(text) == nil) }

  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0, true), ("1970-01-01 00:00:01", 1_000_000, false),
    ("1969-12-31T23:59:59.999999Z", -1, true), ("2000-02-29T12:30", 951_827_400_000_000, false),
    ("2026-11-21T14:03:05.25+02:00", 1_795_262_585_250_000, true),
    ("2026-11-21T14:03:05.123456789-0330", 1_795_282_385_123_456, true),
    ("2026-11-21 14:03+02", 1_795_262_580_000_000, true),
  ])
  func `times are read`(text: String, microseconds: Int64, hasZone: Bool) throws {
    let time = try #require(ParsedTimestamp(text))
    #expect(time.microseconds == microseconds)
    #expect(time.hasZone == hasZone)
    let written = hasZone ? timestampText(microseconds) : datetimeText(microseconds)
    #expect(ParsedTimestamp(written) == time, "written as \(written)")
  }

  @Test(arguments: [
    "2024-01-01", "2024-01-01T", "2024-01-01T24:00", "2024-01-01T12:60", "2024-01-01T12:00:60",
    "2024-01-01T12:00:00.", "2024-01-01T12:00:00.1234567890", "2024-01-01T12:00ZZ",
    "2024-01-01T12:00+24:00", "2024-01-01x12:00", "2024-02-30T12:00",
  ])
  func `what is no time is none`(text: String) { #expect(ParsedTimestamp(text) == nil) }

  @Test func `values are written as text files have them`() {
    #expect(Value.date(20_778).description == "2026-11-21")
    #expect(Value.datetime(1_500_000).description == "1970-01-01 00:00:01.5")
    #expect(Value.timestamp(-1).description == "1969-12-31T23:59:59.999999Z")
    #expect(Value.texts(["a\"b", "c\n", ""]).description == #"["a\"b","c\n",""]"#)
    #expect(Value.vector(.dense([1, 0.5])).description == "[1,0.5]")
    #expect(
      Value.vector(.sparse(width: 5, indices: [0, 3], values: [1.5, 2])).description
        == "(5,[0,3],[1.5,2])")
  }

  @Test func `dense vectors keep their form alone, and become sparse beside sparse ones`() {
    let dense = Column(vectors: [.dense([1, 0]), nil, .dense([0, 2])], width: 2)
    let sparse = Column(vectors: [.sparse(width: 2, indices: [1], values: [3])], width: 2)
    #expect(dense.slice(1..<3).selecting([1, 0])[0] == .vector(.dense([0, 2])))
    #expect(Column.concatenated([dense, dense.slice(2..<3)])[3] == .vector(.dense([0, 2])))
    let both = Column.concatenated([dense.slice(1..<3), sparse])
    #expect(both[0] == .missing)
    #expect(both[1] == .vector(.sparse(width: 2, indices: [1], values: [2])))
    #expect(both[2] == .vector(.sparse(width: 2, indices: [1], values: [3])))
  }
}
