import Martlet
import Testing

/// Codes of values: their order, what is unseen, and what travels along.
struct StringIndexerTests {
  private let cities = Frame([
    (name: "city", column: Column(["Lviv", "Kyiv", nil, "Lviv", "Odesa", "Kyiv", "Lviv"])),
    (name: "size", column: Column([1, 2, 1, 1, 10, 2, nil] as [Int64?])),
  ])

  @Test(arguments: [
    ("frequencyDesc", ["Lviv", "Kyiv", "Odesa"]), ("frequencyAsc", ["Odesa", "Kyiv", "Lviv"]),
    ("alphabetDesc", ["Odesa", "Lviv", "Kyiv"]), ("alphabetAsc", ["Kyiv", "Lviv", "Odesa"]),
  ])
  func `four orders of labels`(order: String, labels: [String]) throws {
    let indexer = try StringIndexer(json: [
      "inputs": ["city"], "stringOrderType": .text(order), "handleInvalid": "skip",
    ])
    #expect(try StageRun([indexer], cities).metadata("city_index").labels == labels)
  }

  @Test func `keep gives what is missing or unseen the code behind the last`() throws {
    let indexer = StringIndexer {
      $0.inputs = ["city", "size"]
      $0.handleInvalid = .keep
    }
    let other = Frame([
      (name: "city", column: Column(["Rome", nil, "Lviv"])),
      (name: "size", column: Column([10, 3, nil] as [Int64?])),
    ])
    let run = try StageRun([indexer], cities, scoring: other)
    #expect(try run.numbers("city_index") == [3, 3, 0])
    #expect(try run.numbers("size_index") == [2, 3, 3])
    #expect(try run.metadata("size_index").labels == ["1", "2", "10", "__unknown"])
    #expect(run.frame.schema.fields.map(\.type) == [.int32, .int32])
    #expect(run.fit.report.passes == 1)
  }

  @Test func `a label of its own parts what is missing from what is unseen`() throws {
    let indexer = StringIndexer {
      $0.inputs = ["city"]
      $0.handleInvalid = .keep
      $0.missingLabel = "(none)"
    }
    func column(_ texts: [String?]) -> Frame { Frame([(name: "city", column: Column(texts))]) }
    let other = column(["Rome", nil, "b", "(none)"])
    let run = try StageRun([indexer], column(["a", nil, "b", nil, nil, "a"]), scoring: other)
    #expect(try run.numbers("city_index") == [3, 0, 2, 0])
    #expect(try run.metadata("city_index").labels == ["(none)", "a", "b", "__unknown"])
    // Where training had no gap, one is unseen.
    let whole = try StageRun([indexer], column(["a", "b", "a"]), scoring: other)
    #expect(try whole.numbers("city_index") == [2, 2, 1, 2])
    let plain = StringIndexer { $0.inputs = ["city"] }
    #expect(throws: (any Error).self) { try StageRun([plain], column(["a", "", nil])) }
  }

  @Test func `skip leaves out a row that is invalid in any column`() throws {
    let indexer = StringIndexer {
      $0.inputs = ["city", "size"]
      $0.handleInvalid = .skip
    }
    let run = try StageRun([indexer], cities)
    #expect(run.kept == [0, 1, 3, 4, 5])
    #expect(try run.numbers("city_index") == [0, 1, 0, 2, 1])
    #expect(run.fit.report.fit.counts.contains { $0.name == "missing in city" && $0.value == 1 })
  }

  @Test func `error names the row, the column and the value`() {
    let other = Frame([
      (name: "city", column: Column(["Lviv", "Rome"])),
      (name: "size", column: Column([1, 1] as [Int64?])),
    ])
    let present = cities.selecting(rows: [0, 1, 3])
    let said = words {
      _ = try StageRun([StringIndexer { $0.inputs = ["city"] }], present, scoring: other)
    }
    #expect(said.contains("row 2") && said.contains("city") && said.contains("Rome"))
    #expect(
      words { _ = try StageRun([StringIndexer { $0.inputs = ["city"] }], cities) }
        .contains("row 3"))
  }

  @Test func `workers and threads learn the same`() throws {
    let rows = (0..<500).map { row in row % 11 == 0 ? nil : "v\((row * 7919) % 37)" }
    let frame = Frame([(name: "city", column: Column(rows))])
    let indexer = StringIndexer {
      $0.inputs = ["city"]
      $0.handleInvalid = .keep
    }
    @Sendable func saved(_ communicator: Communicator, _ rowsPerSplit: Int) throws -> String {
      let data = Dataset(FrameSource(frame, rowsPerSplit: rowsPerSplit))
      let fit = try Pipeline([indexer]).fit(
        data, in: Session(communicator: communicator, threads: 2))
      return fit.model.saved.values.printed(.line) + "\(fit.report.fit.counts)"
    }
    let alone = try saved(.solo(), 1000)
    for part in try Communicator.withThreads(3, { try saved($0, 17) }) { #expect(part == alone) }
  }

  @Test func `a folder whose labels repeat is refused`() throws {
    let run = try StageRun([StringIndexer { $0.inputs = ["size"] }], cities.slice(0..<6))
    var step = try #require(run.fit.model.steps.first).saved
    step.values = ["labels": [["a", "a"]]]
    let damaged = step
    #expect(words { _ = try StringIndexerModel(damaged) }.contains("twice"))
    step.values = ["labels": []]
    let short = step
    #expect(words { _ = try StringIndexerModel(short) }.contains("0 columns"))
  }

  @Test func `texts come back from their codes`() throws {
    let stages: [any Stage] = [
      StringIndexer {
        $0.inputs = ["city"]
        $0.handleInvalid = .keep
      },
      IndexToString {
        $0.inputs = ["city_index"]
        $0.outputs = ["again"]
      },
    ]
    let run = try StageRun(stages, cities)
    #expect(
      try run.texts("again")
        == ["Lviv", "Kyiv", "__unknown", "Lviv", "Odesa", "Kyiv", "Lviv"])
    let alone = IndexToString { $0.inputs = ["size"] }
    #expect(words { _ = try StageRun([alone], cities) }.contains("what the codes of 'size'"))
  }
}
