import Cluster
import Datasets
import Frames
import Platform
import Testing

@Suite struct TimeTests {
  @Test(arguments: [1, 7, 30, 1 << 20])
  func `columns in which all is a date, a datetime or a timestamp have that type`(size: Int) throws
  {
    var tuning = CSVTuning()
    tuning.splitByteCount = size
    tuning.prefixByteCount = 30
    let found = try table(
      """
      d,c,z,t
      2026-11-21,2026-11-21 14:03,2026-11-21T14:03Z,2026-11-21
      ,,,
      "1969-12-31",1970-01-01T00:00:00.000001,"2026-11-21T16:03:00.5+02:00",1
      NA,null,NA,2026
       0000-01-01 ,9999-12-31 23:59:59.999999,1969-12-31T23:59:59.123456Z,x

      """, tuning)
    #expect(found.types == [.date, .datetime, .timestamp, .text])
    let day: Int64 = 20_778
    #expect(found.values[0] == [.date(20_778), .missing, .date(-1), .missing, .date(-719_528)])
    #expect(
      found.values[1] == [
        .datetime(day * microsecondsPerDay + 50_580_000_000), .missing, .datetime(1), .missing,
        .datetime(2_932_897 * microsecondsPerDay - 1),
      ])
    #expect(
      found.values[2] == [
        .timestamp(day * microsecondsPerDay + 50_580_000_000), .missing,
        .timestamp(day * microsecondsPerDay + 50_580_500_000), .missing, .timestamp(-876_544),
      ])
    #expect(found.values[3].first == .text("2026-11-21"))
  }

  @Test(arguments: [
    "2026-13-01", "2026-02-29", "2026-1-1", "26-01-01", "2026-11-21T", "2026-11-21T14",
    "2026-11-21T24:00", "2026-11-21T14:60", "2026-11-21T14:03:60", "2026-11-21T14:03:05.",
    "2026-11-21T14:03:05.1234567", "2026-11-21T14:03+24:00", "2026-11-21T14:03+1",
    "2026-11-21T14:03 Z", "2026/11/21", "2026-11-21x", "0000-01-01T00:00+01:00", "2026-11-21-",
  ])
  func `what is no time, or could not be written back, is text`(text: String) throws {
    #expect(try table("a\n\(text)\n").types == [.text])
    #expect(try table("a\n2026-11-21\n\(text)\n").values == [[.text("2026-11-21"), .text(text)]])
  }

  @Test func `kinds of time and numbers beside times make text, and the reason says where`() throws
  {
    let folder = try TemporaryFolder()
    for (line, reason) in [("2026-11-21 10:00", "2026-11-21 10:00"), ("7", "7"), ("true", "true")] {
      let path = try folder.file("a\n2026-11-21\n\(line)\n")
      let (table, reading) = try read(CSVSource(paths: [path]))
      #expect(table.types == [.text])
      #expect(reading.reasonForText("a") == "'\(reason)' at \(path):3")
    }
  }

  @Test func `names stay as they are, and words can mean missing`() throws {
    #expect(try table("a\n2026-11-21\n") { $0.textUnlessCanonical = ["a"] }.types == [.text])
    let found = try table("a\n2026-11-21\n9999-12-31\n") { $0.missingWords = ["9999-12-31"] }
    #expect(found.values == [[.date(20_778), .missing]])
  }

  @Test func `random times agree with what Frames reads, and come back equal when written`() throws
  {
    var chance = SeededGenerator(seed: 11)
    func two(_ limit: Int) -> String {
      let value = Int.random(in: 0..<limit, using: &chance)
      return value < 10 ? "0\(value)" : "\(value)"
    }
    for _ in 0..<300 {
      var text = "\(Int.random(in: 1000...9999, using: &chance))-\(two(14))-\(two(33))"
      if chance.next() % 3 > 0 {
        text += (chance.next() % 2 == 0 ? "T" : " ") + two(25) + ":" + two(61)
        if chance.next() % 2 == 0 { text += ":" + two(61) }
        if chance.next() % 2 == 0 { text += "." + String(chance.next() % 1_000_000) }
        text += ["", "", "Z", "+02:00", "-0530", "+05", "+2"][Int(chance.next() % 7)]
      }
      let found = try table("a\n\(text)\n").values[0][0]
      if let date = CivilDate(text) {
        #expect(found == .date(Int32(date.daysSinceEpoch)), "\(text)")
      } else if let time = ParsedTimestamp(text) {
        #expect(
          found == (time.hasZone ? .timestamp(time.microseconds) : .datetime(time.microseconds)),
          "\(text)")
      } else {
        #expect(found == .text(text))
      }
      #expect(try table("a\n\(found.description)\n").values[0][0] == found, "\(text)")
    }
  }
}
