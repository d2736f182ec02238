import Martlet
import Testing

/// Hashed and learned counts of words, and their weights.
struct TermCountTests {
  // MARK: HashingTF

  @Test func `words stand where Spark puts them (PySpark 4.3.0)`() throws {
    let frame = try transformed(listFrame([["a", "b", "spark", "", "é", "日本", "a"]])) {
      HashingTF { $0.inputs = ["words"] }
    }
    let wanted: [(Int32, Double)] = [
      (33439, 1), (107107, 2), (148981, 1), (173558, 1), (231525, 1), (249180, 1),
    ]
    #expect(
      vectors(frame) == [
        .sparse(width: 1 << 18, indices: wanted.map(\.0), values: wanted.map(\.1))
      ])
  }

  @Test(arguments: [1, 2, 7, 10, 1000, 1 << 20, Int(Int32.max)], [false, true])
  func `places are the non-negative remainder of the hash`(width: Int, binary: Bool) throws {
    let words = (0..<300).map { "w\($0 % 150)x\($0 % 7)" }
    let frame = try transformed(listFrame([words, [], nil, Array(words.prefix(40))])) {
      HashingTF {
        $0.inputs = ["words"]
        $0.numFeatures = width
        $0.binary = binary
      }
    }
    func wanted(_ words: [String]) -> VectorValue {
      var counts: [Int: Double] = [:]
      for word in words {
        let place = Murmur3.bucket(word, of: width)
        counts[place] = binary ? 1 : (counts[place] ?? 0) + 1
      }
      let places = counts.keys.sorted()
      return .sparse(
        width: width, indices: places.map { Int32($0) }, values: places.map { counts[$0] ?? 0 })
    }
    #expect(
      vectors(frame) == [wanted(words), wanted([]), wanted([]), wanted(Array(words.prefix(40)))])
  }

  // MARK: CountVectorizer

  private let documents: [[String]?] = [
    ["a", "b", "c"], ["a", "b", "b", "c", "a"], nil, [], ["d", "c", "e"],
  ]

  private func vocabulary(_ configure: (inout CountVectorizer) -> Void) throws -> [String] {
    try counts(configure).vocabulary
  }

  private func counts(
    _ configure: (inout CountVectorizer) -> Void
  ) throws -> (vocabulary: [String], vectors: [VectorValue?], report: FitReport) {
    let stage = CountVectorizer {
      $0.inputs = ["words"]
      configure(&$0)
    }
    let frame = listFrame(documents)
    let fit = try Pipeline([stage]).fit(Dataset(frame), in: Session())
    let scored = try restored(fit.model).scorer(for: frame.schema).score(frame)
    let step = try #require(fit.model.steps[0] as? CountVectorizerStep)
    #expect(scored.schema.fields[0].metadata.slots == step.vocabularies[0].map { "words=\($0)" })
    return (step.vocabularies[0], vectors(scored), fit.report.fit)
  }

  @Test func `words stand by falling count, equals by their bytes`() throws {
    let (vocabulary, vectors, report) = try counts { _ in }
    #expect(vocabulary == ["a", "b", "c", "d", "e"])
    #expect(vectors[1] == .sparse(width: 5, indices: [0, 1, 2], values: [2, 2, 1]))
    #expect(vectors[2] == .sparse(width: 5, indices: [], values: []))
    #expect(vectors[4] == .sparse(width: 5, indices: [2, 3, 4], values: [1, 1, 1]))
    #expect(report.counts.contains(.init("missing lists", 1)))
    #expect(report.counts.contains(.init("lists of words", 4)))
  }

  @Test func `the limits choose words by the lists that they occur in`() throws {
    #expect(try vocabulary { $0.vocabSize = 2 } == ["a", "b"])
    #expect(try vocabulary { $0.minDF = 2 } == ["a", "b", "c"])
    #expect(try vocabulary { $0.minDF = 3 } == ["c"])
    // Of 4 lists: 0.5 is 2 of them, 0.51 is 2.04.
    #expect(try vocabulary { $0.minDF = 0.5 } == ["a", "b", "c"])
    #expect(try vocabulary { $0.minDF = 0.51 } == ["c"])
    #expect(try vocabulary { $0.maxDF = 2 } == ["a", "b", "d", "e"])
    #expect(try vocabulary { $0.maxDF = 0.25 } == ["d", "e"])
    let empty = try counts { $0.minDF = 9 }
    #expect(empty.vocabulary.isEmpty)
    #expect(empty.vectors[0] == .sparse(width: 0, indices: [], values: []))
    #expect(empty.report.warnings.contains { $0.contains("'words'") })
    #expect(throws: Failure.self) {
      try vocabulary {
        $0.minDF = 3
        $0.maxDF = 2
      }
    }
  }

  @Test func `minTF leaves rare words of a list out, by the words of the whole list`() throws {
    #expect(
      try counts { $0.minTF = 2 }.vectors[1] == .sparse(width: 5, indices: [0, 1], values: [2, 2]))
    #expect(
      try counts {
        $0.minTF = 0.4
        $0.binary = true
      }.vectors[1] == .sparse(width: 5, indices: [0, 1], values: [1, 1]))
    // d is one of three words, though c and e are not in the vocabulary.
    #expect(
      try counts {
        $0.minTF = 0.34
        $0.maxDF = 1
      }.vectors[4] == .sparse(width: 2, indices: [], values: []))
  }

  @Test(arguments: [1, 2, 3])
  func `workers, threads and the order of rows do not show`(workers: Int) throws {
    var draw = RandomSource(seed: 11, purpose: "tests.words").stream(row: 0)
    let rows: [[String]?] = (0..<700).map { row in
      row % 50 == 7 ? nil : (0..<draw.integer(below: 9)).map { _ in "w\(draw.integer(below: 90))" }
    }
    let stages: [any Stage] = [
      CountVectorizer {
        $0.inputs = ["words"]
        $0.vocabSize = 60
        $0.minDF = 3
      }, IDF { $0.inputs = ["words_counts"] },
    ]
    @Sendable func saved(_ rows: [[String]?], _ session: Session) throws -> SavedModel {
      try Pipeline(stages).fit(Dataset(listFrame(rows)), in: session).model.saved
    }
    let wanted = try saved(rows, Session())
    let found = try Communicator.withThreads(workers) { communicator in
      try saved(rows.reversed(), Session(communicator: communicator, threads: 2))
    }
    for model in found {
      #expect(model.values == wanted.values)
      #expect(model.tensors == wanted.tensors)
    }
  }

  // MARK: IDF

  @Test func `weights are log((m + 1) / (df + 1)), as Spark's`() throws {
    let rows: [VectorValue?] = [
      .sparse(width: 4, indices: [1, 3], values: [1, 2]), .dense([0, 1, 2, 3]),
      .sparse(width: 4, indices: [1], values: [1]), .dense([-1, 5, 0, 0]),
    ]
    let frame = Frame(
      Schema([Schema.Field("tf", .vector, metadata: ColumnMetadata(width: 4, isSparse: true))]),
      [Column(vectors: rows, width: 4)])
    func weighted(_ least: Int) throws -> [VectorValue?] {
      vectors(
        try transformed(frame) {
          IDF {
            $0.inputs = ["tf"]
            $0.minDocFreq = least
          }
        })
    }
    // m = 4; above 0: 0, 4, 1 and 2 times. In all rows: log(1) = 0.
    let (none, one, two) = (1.6094379124341003, 0.9162907318741551, 0.5108256237659907)
    #expect(
      try weighted(0) == [
        .sparse(width: 4, indices: [3], values: [2 * two]),
        .sparse(width: 4, indices: [2, 3], values: [2 * one, 3 * two]),
        .sparse(width: 4, indices: [], values: []),
        .sparse(width: 4, indices: [0], values: [-none]),
      ])
    #expect(
      try weighted(2)
        == [
          .sparse(width: 4, indices: [3], values: [2 * two]),
          .sparse(width: 4, indices: [3], values: [3 * two]),
          .sparse(width: 4, indices: [], values: []), .sparse(width: 4, indices: [], values: []),
        ])
  }

  @Test func `dense vectors stay dense, and names travel along`() throws {
    let frame = Frame([
      (name: "a", column: Column([1, 0, 2] as [Double?])),
      (name: "b", column: Column([0, 0, 3] as [Double?])),
    ])
    let result = try transformed(frame) {
      VectorAssembler { $0.inputs = ["a", "b"] }
      IDF { $0.inputs = ["features"] }
    }
    #expect(result.schema.fields[1].metadata.slots == ["a", "b"])
    #expect(vectors(result)[1] == .dense([0, 0]))
  }

  @Test func `no rows are an error, and one row is fine`() throws {
    let stages: [any Stage] = [
      HashingTF {
        $0.inputs = ["words"]
        $0.numFeatures = 8
      }, IDF { $0.inputs = ["words_tf"] },
    ]
    #expect(throws: Failure.self) {
      try Pipeline(stages).fit(Dataset(listFrame([])), in: Session())
    }
    let one = try Pipeline(stages).fit(Dataset(listFrame([["a"]])), in: Session())
    #expect(one.report.passes == 1)
    let step = try #require(one.model.steps[1] as? IDFStep)
    #expect(step.rowCount == 1)
    #expect(step.columns[0].weights.sorted().first == 0)
  }

  @Test func `stored weights that were tampered with are refused`() throws {
    let frame = listFrame([["a"], ["b"]])
    let model = try Pipeline {
      HashingTF {
        $0.inputs = ["words"]
        $0.numFeatures = 8
      }
      IDF { $0.inputs = ["words_tf"] }
    }.fit(Dataset(frame), in: Session()).model
    let scored = try model.scorer(for: frame.schema).score(frame)
    let again = try restored(model).scorer(for: frame.schema).score(frame)
    #expect(vectors(scored) == vectors(again))
    for tensor in [Tensor([Int64(9)]), Tensor([Int64](repeating: -1, count: 8)), Tensor([1.0])] {
      var saved = model.saved
      saved.tensors["1.documents.0"] = tensor
      #expect(throws: Failure.self) { try PipelineModel(saved, models: Catalog.models) }
    }
  }
}
