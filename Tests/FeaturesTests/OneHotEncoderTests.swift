import Martlet
import Testing

/// Vectors for codes: their sizes, their names, and what no pass is needed for.
struct OneHotEncoderTests {
  private let codes = Frame([(name: "code", column: Column([0, 1, 2] as [Double?]))])

  // Sizes as PySpark 4.3.0 gives them for three categories (SEMANTICS 1.2).
  @Test(arguments: [(true, false, 2), (true, true, 3), (false, false, 3), (false, true, 4)])
  func `sizes are Spark's`(dropLast: Bool, keeps: Bool, width: Int) throws {
    let encoder = OneHotEncoder {
      $0.inputs = ["code"]
      $0.dropLast = dropLast
      $0.handleInvalid = keeps ? .keep : .error
    }
    let run = try StageRun([encoder], codes)
    #expect(try run.metadata("code_onehot").width == width)
    let found = try run.vectors("code_onehot")
    let wanted = (0..<3).map { code in (0..<width).map { $0 == code ? 1.0 : 0 } }
    #expect(found == wanted)
    #expect(try run.metadata("code_onehot").isSparse == true)
    #expect(run.fit.report.stagesOfPasses == [["one-hot-encoder"]])
  }

  @Test func `positions are named after the column that the codes were made of`() throws {
    let frame = Frame([(name: "city", column: Column(["Lviv", "Kyiv", "Lviv", nil]))])
    let stages: [any Stage] = [
      StringIndexer {
        $0.inputs = ["city"]
        $0.outputs = ["i"]
        $0.handleInvalid = .keep
      },
      OneHotEncoder {
        $0.inputs = ["i"]
        $0.outputs = ["h"]
        $0.dropLast = false
      },
      VectorAssembler { $0.inputs = ["h", "i"] },
    ]
    let run = try StageRun(stages, frame)
    #expect(
      try run.metadata("features").slots == ["city=Lviv", "city=Kyiv", "city=__unknown", "i"])
    // The labels tell the size: only the indexer needs the rows.
    #expect(run.fit.report.stagesOfPasses == [["string-indexer"]])
  }

  @Test func `keep makes a missing code a category of its own`() throws {
    let other = Frame([(name: "code", column: Column([nil, .nan, 9, 0.5, -1] as [Double?]))])
    let encoder = OneHotEncoder {
      $0.inputs = ["code"]
      $0.dropLast = false
      $0.handleInvalid = .keep
    }
    let run = try StageRun([encoder], codes, scoring: other)
    #expect(try run.vectors("code_onehot") == Array(repeating: [0, 0, 0, 1], count: 5))
    #expect(
      try run.metadata("code_onehot").slots
        == ["code=0", "code=1", "code=2", "code=invalidValues"])
    let strict = OneHotEncoder { $0.inputs = ["code"] }
    #expect(words { _ = try StageRun([strict], codes, scoring: other) }.contains("missing"))
    #expect(words { _ = try StageRun([strict], other) }.contains("no code"))
  }

  @Test func `where the codes lie is known behind an assembler too`() throws {
    let pipeline = Pipeline {
      StringIndexer { $0.inputs = ["city"] }
      OneHotEncoder { $0.inputs = ["city_index", "code"] }
      VectorAssembler { $0.inputs = ["age", "city_index_onehot", "visits", "code_onehot"] }
    }
    let data = try Dataset(FrameSource(LawTable.frame()))
      .select(["age", "city", "visits", "code"])
      .filter(where: "visits is not null and city is not null")
    let fit = try pipeline.fit(data, in: Session())
    var binder = Binder(try data.expectedSchema())
    for step in fit.model.steps { try step.bind(to: &binder) }
    // Five cities without the last, and four codes without the last.
    #expect(try binder.field("city_index_onehot").metadata.codes == [0..<4])
    #expect(try binder.field("features").metadata.codes == [1..<5, 6..<9])
  }
}
