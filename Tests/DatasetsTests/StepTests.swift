import Cluster
import Datasets
import Frames
import Platform
import Testing

@Suite struct StepTests {
  private let frame = numbersFrame(23)
  private func source(_ rowsPerSplit: Int = 4) -> LoggedSource {
    LoggedSource(frame: frame, rowsPerSplit: rowsPerSplit)
  }

  @Test func `nothing is read before a terminal call`() throws {
    let source = source()
    let data = Dataset(source).select(["n", "half"]).whereNumber { $0 > 3 }
      .map(schema: { $0 }) { frame in
        Issue.record("a step ran")
        return frame
      }
    _ = data.explain()
    #expect(try data.expectedSchema().names == ["n", "half"])
    #expect(source.log.askedColumns.isEmpty)
    #expect(source.log.readSplits.isEmpty)
  }

  @Test func `each split is read once for a terminal call`() throws {
    let source = source()
    #expect(try Dataset(source).whereNumber { $0 >= 20 }.count(in: aloneSession()) == 3)
    #expect(source.log.readSplits == [0, 1, 2, 3, 4, 5])
  }

  @Test func `only the columns that are needed are read`() throws {
    func columns(_ build: (Dataset) throws -> Void) throws -> [[String]] {
      let source = source()
      try build(Dataset(source))
      return source.log.askedColumns
    }
    let all = ["n", "half", "even", "name"]
    #expect(try columns { _ = try $0.collect(in: aloneSession()) } == [all])
    #expect(try columns { _ = try $0.count(in: aloneSession()) } == [[]])
    #expect(
      try columns { _ = try $0.select(["name", "n"]).collect(in: aloneSession()) }
        == [["n", "name"]])
    #expect(
      try columns { _ = try $0.whereNumber { $0 > 2 }.count(in: aloneSession()) } == [["n"]])
    #expect(
      try columns {
        _ = try $0.whereNumber { $0 > 2 }.select(["even"]).collect(in: aloneSession())
      } == [["n", "even"]])
    #expect(
      try columns {
        _ = try $0.whereNumber { $0 > 2 }
          .mapSplits(in: aloneSession(), "test", columns: ["half"]) { $0.frame.rowCount }
      } == [["n", "half"]])
    // A map may look at anything.
    #expect(
      try columns { _ = try $0.map(schema: { $0 }) { $0 }.count(in: aloneSession()) } == [all])
    #expect(try columns { _ = try $0.schema(in: aloneSession()) } == [all])
  }

  @Test func `select gives the named columns in that order, and forgets the others`() throws {
    let data = Dataset(source()).select(["name", "n"]).select(["n"])
    #expect(try data.expectedSchema() == Schema([.init("n", .int64)]))
    #expect(try integers(data.collect(in: aloneSession()), "n") == (0..<23).map { Int64($0) })
    let refused = failure { _ = try data.select(["name"]).collect(in: aloneSession()) }
    #expect(refused.kind == .data)
    #expect(refused.message == "there is no column 'name'")
  }

  @Test func `a wrong name is refused before anything is read`() throws {
    for build: (Dataset) -> Dataset in [
      { $0.select(["nmae"]) },
      { $0.filter(reading: ["nmae"]) { frame in [Bool](repeating: true, count: frame.rowCount) } },
    ] {
      let source = source()
      let refused = failure { _ = try build(Dataset(source)).collect(in: aloneSession()) }
      #expect(refused.message == "there is no column 'nmae'")
      #expect(refused.hint == "did you mean 'name'?")
      #expect(source.log.askedColumns.isEmpty)
      #expect(failure { _ = try build(Dataset(source)).expectedSchema() } == refused)
    }
    let source = source()
    let refused = failure {
      _ = try Dataset(source).mapSplits(in: aloneSession(), "test", columns: ["N"]) { _ in 0 }
    }
    #expect(refused.message == "there is no column 'N'")
    #expect(source.log.askedColumns.isEmpty)
  }

  @Test func `filters take rows away, one after the other`() throws {
    let data = Dataset(source()).whereNumber { $0 % 2 == 1 }.whereNumber { $0 % 3 == 0 }
    let kept: [Int64] = [3, 9, 15, 21]
    let collected = try data.collect(in: aloneSession())
    #expect(try integers(collected, "n") == kept)
    #expect(rows(of: collected) == rows(of: frame.selecting(rows: kept.map { Int($0) })))
    #expect(try data.count(in: aloneSession()) == 4)
    #expect(try Dataset(source()).whereNumber { _ in false }.count(in: aloneSession()) == 0)
    #expect(
      try rows(of: Dataset(source()).whereNumber { _ in true }.collect(in: aloneSession()))
        == rows(of: frame))
  }

  @Test func `a map gives other columns of the same rows, which later steps see`() throws {
    let data = Dataset(source()).map(schema: { try $0.selecting(["n"]) }) { frame in
      Frame([("n", Column(try integers(frame, "n").map { Optional($0 * 10) }))])
    }.whereNumber { $0 >= 200 }
    #expect(try data.expectedSchema() == Schema([.init("n", .int64)]))
    #expect(try integers(data.collect(in: aloneSession()), "n") == [200, 210, 220])
  }

  @Test func `names that differ only in how an accent is written are two columns`() throws {
    let (composed, decomposed) = ("\u{e9}", "e\u{301}")
    let frame = Frame([
      (composed, Column([1, 2, 3] as [Int64?])), (decomposed, Column([4, 5, 6] as [Int64?])),
    ])
    let data = Dataset(frame).filter(reading: [decomposed]) { frame in
      try integers(frame, decomposed).map { $0 > 4 }
    }.select([composed])
    #expect(try integers(data.collect(in: aloneSession()), composed) == [2, 3])
  }

  @Test func `an error names the row's place in its file, whatever filters took away`() throws {
    let data = Dataset(source()).whereNumber { $0 % 2 == 1 }.whereNumber { $0 % 3 == 0 }
    let places = try data.mapSplits(in: aloneSession(), "test") { rows in
      (0..<rows.frame.rowCount).map { rows.place(ofRow: $0) }
    }
    // Rows are counted from 1, as people do.
    #expect(
      places.parts.flatMap { $0 }
        == ["logged, row 4", "logged, row 10", "logged, row 16", "logged, row 22"])
  }

  @Test func `the plan reads as words`() {
    #expect(
      Dataset(source()).whereNumber { _ in true }.select(["n", "half"]).map(schema: { $0 }) { $0 }
        .explain() == """
          read logged (6 splits, 4 columns)
          filter by n
          select n, half
          map
          """)
  }

  @Test func `a data error reads as place, column, text, problem`() {
    let error = DataError(
      place: "a.csv:18", column: "rating", found: "abc", problem: "is no number", hint: "look")
    #expect(
      error.failure == Failure(.data, "a.csv:18, column rating: 'abc' is no number", hint: "look"))
    #expect(
      DataError(place: "a.csv:2", problem: "too short").failure.message == "a.csv:2: too short")
  }
}
