import Cluster
import Datasets
import Foundation
import Frames
import Platform
import Testing

/// Conditions and columns as steps of a data set.
@Suite struct DatasetTests {
  private let frame: Frame = {
    let numbers = (0..<50).map { Int64($0) }
    let towns = ["Lviv", "Kyiv", "Odesa"]
    return Frame([
      ("n", Column(numbers.map { Optional($0) })),
      ("x", Column(numbers.map { $0 % 7 == 3 ? nil : Double($0) / 4 })),
      ("city", Column(numbers.map { $0 % 5 == 0 ? nil : towns[Int($0) % 3] })),
    ])
  }()

  @Test(arguments: [1, 7, 100])
  func `every crew keeps and counts the same rows`(rowsPerSplit: Int) throws {
    let expected = try lines(
      frame.selecting(rows: RowExpression("x > 3 and city like '%iv'").rows(of: frame)))
    #expect(expected.count > 5)
    for crew in crews {
      let source = FrameSource(frame, rowsPerSplit: rowsPerSplit)
      let answers = try asCrew(crew) { session in
        let tally = RowTally()
        let data = try Dataset(source).filter(where: "x > 3 and city like '%iv'", tally: tally)
        let rows = lines(try data.collect(in: session))
        // A second pass counts nothing twice.
        return (rows, try data.count(in: session), try tally.total(in: session))
      }
      for (rows, count, total) in answers {
        #expect(rows == expected, "\(crew)")
        #expect(count == expected.count)
        #expect(total.read == 50 && total.kept == expected.count)
      }
    }
  }

  @Test func `columns follow from others, behind them or in place`() throws {
    let data = try Dataset(FrameSource(frame, rowsPerSplit: 8))
      .withColumn("double", as: "n * 2").withColumn("x", as: "coalesce(x, -1) + 0.5")
      .withColumn("town", as: "city").filter(where: "double < 8 and n > 0")
    #expect(
      try data.expectedSchema()
        == Schema([
          .init("n", .int64), .init("x", .float64), .init("city", .text), .init("double", .int64),
          .init("town", .text),
        ]))
    #expect(
      try lines(data.collect(in: Session()))
        == ["1|0.75|Kyiv|2|Kyiv", "2|1|Odesa|4|Odesa", "3|-0.5|Lviv|6|Lviv"])
    #expect(try data.select(["double"]).count(in: Session()) == 3)
    #expect(try lines(data.select(["town", "x"]).collect(in: Session())).first == "Kyiv|0.75")
    #expect(
      failure { _ = try data.withColumn("y", as: "null").count(in: Session()) }.message.hasPrefix(
        "the value is missing for every row"))
  }

  @Test func `an error names the row as it was read, whatever filters took away`() throws {
    let data = try Dataset(FrameSource(frame, name: "memory", rowsPerSplit: 8))
      .filter(where: "n % 2 = 1").withColumn("y", as: "100 % (n - 21)")
    for crew in crews {
      let refused = failure { _ = try asCrew(crew) { try data.count(in: $0) } }
      // `y` is computed although nobody asked for it: a step is never silently left out.
      #expect(refused.message == "memory, row 22: '100 % (n - 21)' divides by zero (n = 21)")
      #expect(refused.kind == .data)
    }
  }

  @Test func `wrong words are refused when said, wrong names before reading, types when known`()
    throws
  {
    let data = Dataset(FrameSource(frame))
    #expect(failure { _ = try data.filter(where: "n >") }.kind == .usage)
    let unknown = failure { _ = try data.filter(where: "m > 1").expectedSchema() }
    #expect(unknown.message.hasPrefix("there is no column 'm'\n"))
    #expect(failure { _ = try data.filter(where: "city > 1").expectedSchema() }.kind == .usage)
    #expect(failure { _ = try data.filter(where: "n = 'a'").count(in: Session()) }.kind == .usage)
  }

  @Test func `a csv column that turns out to be text far down is text from the first row on`()
    throws
  {
    let path =
      FileManager.default.temporaryDirectory.path + "/martlet-where-" + UUID().uuidString + ".csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var text = "code,open,late,day\n"
    for row in 0..<60_000 {
      text += "\(row % 10),\(row % 2 == 0),\(row < 59_000 ? "" : "true"),2024-01-31\n"
    }
    text += "A12,true,false,unknown\n"
    try Data(text.utf8).write(to: URL(filePath: path))
    for crew in crews {
      let counts = try asCrew(crew) { session in
        let data = try Dataset.reading([path])
        return try [
          "code = 'A12'", "code in ('7', 'A12')", "late", "not late and open",
          "code = '1' and late",
          "day = 'unknown'", "day <> '2024-01-31' and code = 'A12'",
        ].map { try data.filter(where: $0).count(in: session) }
      }
      for count in counts { #expect(count == [1, 6001, 1000, 1, 100, 1, 1], "\(crew)") }
    }
    let refused = failure {
      _ = try Dataset.reading([path]).filter(where: "code > 3").count(in: Session())
    }
    #expect(refused.message.hasPrefix("a text and an integer cannot be compared\n"))
  }
}
