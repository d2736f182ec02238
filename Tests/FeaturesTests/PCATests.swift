import Martlet
import Testing

/// Principal components: what MLlib and scikit-learn give, and what they cannot.
struct PCATests {
  private func fit(
    _ rows: [VectorValue], width: Int, in session: Session = Session(),
    _ configure: (inout PCA) -> Void = { _ in }
  ) throws -> (step: PrincipalComponents, fit: PipelineFit) {
    var stage = PCA { $0.inputs = ["x"] }
    configure(&stage)
    let frame = Frame([(name: "x", column: Column(vectors: rows, width: width))])
    let fit = try Pipeline([stage]).fit(
      Dataset(FrameSource(frame, name: "rows", rowsPerSplit: 7)), in: session)
    let step = try #require(fit.model.steps.first as? PrincipalComponents)
    return (step, fit)
  }

  private func project(_ fit: PipelineFit, _ rows: [VectorValue], width: Int) throws -> [[Double]] {
    let frame = Frame([(name: "x", column: Column(vectors: rows, width: width))])
    let scored = try Scorer(fit.model, for: frame.schema, keeping: { $0 == "pca" }).score(frame)
    return (0..<rows.count).map { row in
      if case .vector(.dense(let values)) = scored.columns[0][row] { values } else { [] }
    }
  }

  private func areNear(_ found: [Double], _ golden: [Double], _ tolerance: Double = 1e-12) -> Bool {
    found.count == golden.count
      && zip(found, golden).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
  }

  /// PySpark 4.3's own example, `PCA(k=2).fit(df)`; signs are ours.
  @Test func `components and projections are those of PySpark up to sign`() throws {
    let rows: [VectorValue] = [
      .sparse(width: 5, indices: [1, 3], values: [1, 7]), .dense([2, 0, 3, 4, 5]),
      .dense([4, 0, 0, 6, 7]),
    ]
    let (step, fit) = try fit(rows, width: 5) { $0.k = 2 }
    #expect(areNear(step.explainedVariance, [0.7943932532230531, 0.20560674677694699]))
    let golden = [
      [
        0.44859172075072673, -0.13301985745398523, 0.12523156359782125, -0.21650756651919933,
        0.8476512931126825,
      ],
      [
        -0.2842380821407398, -0.056211559042530765, 0.7636264774662962, -0.565295877353395,
        -0.11560340501314662,
      ],
    ]
    #expect(areNear(step.components.row(0), golden[0]))
    #expect(areNear(step.components.row(1), golden[1]))
    let projected = try project(fit, rows, width: 5)
    #expect(areNear(projected[0], [-1.6485728230883805, -4.013282700516296]))
    #expect(areNear(projected[1], [4.645104331781532, -1.1167972663619041]))
    #expect(areNear(projected[2], [6.428880535676488, -5.337951427775355]))
    #expect(fit.report.passes == 1)
    #expect(
      try fit.model.program(for: fit.model.input).output.fields.last?.metadata.slots
        == ["pc1", "pc2"])
  }

  @Test func `withMean centres each row, sparse or not, before it is projected`() throws {
    let rows: [VectorValue] = [
      .dense([1, 0, 3]), .dense([2, 5, 0]), .sparse(width: 3, indices: [1], values: [4]),
      .dense([0, 1, 1]),
    ]
    let (step, plain) = try fit(rows, width: 3)
    let (_, centred) = try fit(rows, width: 3) { $0.withMean = true }
    let offsets = try project(plain, [.dense(step.mean)], width: 3)[0]
    let found = try project(centred, rows, width: 3)
    for (one, other) in zip(found, try project(plain, rows, width: 3)) {
      #expect(areNear(one, zip(other, offsets).map { $0 - $1 }))
    }
    let dense = rows.map { row -> VectorValue in
      var values = [Double](repeating: 0, count: 3)
      for (index, value) in row.entries { values[Int(index)] = value }
      return .dense(values)
    }
    #expect(try project(centred, dense, width: 3) == found)
    #expect(try project(plain, dense, width: 3) == (try project(plain, rows, width: 3)))
    // The sum of squares of centred projections on all components is that of the rows.
    let squares = found.joined().reduce(0) { $0 + $1 * $1 }
    #expect(areNear([squares], [step.variances.reduce(0, +) * 3]))
  }

  @Test func `large offsets cost no digits, wherever the first rows lie`() throws {
    let plain = (0..<600).map { row -> [Double] in
      let (a, b) = (Double(row * 7 % 13), Double(row * 5 % 11))
      return [a + b, a - b, 2 * b]
    }
    let (wanted, _) = try fit(plain.map { .dense($0) }, width: 3)
    let far = plain.map { VectorValue.dense($0.map { $0 + 1e9 }) }
    let (offset, one) = try fit(far, width: 3)
    #expect(areNear(offset.variances, wanted.variances, 1e-9))
    #expect(areNear(offset.components.elements, wanted.components.elements, 1e-9))
    #expect(!one.report.stages[0].report.facts.contains { $0.contains("second pass") })
    // 300 rows that lie together, where all others are.
    let moved = plain.enumerated().map { row, values in
      VectorValue.dense(row < 300 ? values : values.map { $0 + 1e6 })
    }
    let (all, _) = try fit(moved, width: 3)
    let shuffled = moved.indices.map { moved[$0 * 7 % 600] }
    let (other, _) = try fit(shuffled, width: 3)
    // Eigenvalues are right to the last digits of the greatest.
    let error = zip(all.variances, other.variances).map { abs($0 - $1) }.max() ?? 0
    #expect(error <= 1e-13 * all.variances[0])
  }

  @Test func `first rows far from all others take a second pass`() throws {
    // Leaves of two rows: the provisional mean is theirs.
    let session = Session(leaves: LeafPolicy(byteCount: 1, rowCount: 1))
    let rows = (0..<40_000).map { row -> [Double] in
      [row < 2 ? 0.0 : 1e7 + Double(row % 3), Double(row % 5)]
    }
    let (step, twice) = try fit(rows.map { .dense($0) }, width: 2, in: session)
    #expect(twice.report.stages[0].report.facts.contains { $0.contains("second pass") })
    let (other, once) = try fit(rows.reversed().map { .dense($0) }, width: 2, in: session)
    #expect(!once.report.stages[0].report.facts.contains { $0.contains("second pass") })
    #expect(areNear(step.variances, other.variances, 1e-11))
    #expect(areNear(step.mean, other.mean))
  }

  @Test func `workers, threads and the cut into splits never show`() throws {
    let rows = (0..<700).map { row -> VectorValue in
      let numbers = (0..<9).map { column -> Double in
        let whole = (row * (column + 3) + column * column) % 17
        return Double(whole) / 3 + 100
      }
      return .dense(numbers)
    }
    let leaves = LeafPolicy(byteCount: 1, rowCount: 20)
    let (alone, _) = try fit(rows, width: 9, in: Session(threads: 1, leaves: leaves))
    for count in [2, 3] {
      let all = try Communicator.withThreads(count, patience: 60) { group in
        try fit(
          rows, width: 9, in: Session(communicator: group, threads: 2, leaves: leaves)
        ).step.saved.tensors
      }
      for tensors in all { #expect(tensors == alone.saved.tensors) }
    }
  }

  @Test func `rows of float are summed in double`() throws {
    let values = (0..<400).map { [Float($0 % 7) + 1000, Float($0 % 11)] }
    let (wanted, _) = try fit(
      values.map { .dense($0.map { Double($0) }) }, width: 2)
    let session = Session()
    let matrix = try BlockMatrix(
      Matrix(rowCount: 400, columnCount: 2, elements: values.flatMap { $0 }), in: session)
    var binder = Binder(
      Schema([Schema.Field("x", .vector, metadata: ColumnMetadata(width: 2))]))
    guard case .fit(let learner) = try PCA({ $0.inputs = ["x"] }).prepare(&binder) else {
      Issue.record("no matrix learner")
      return
    }
    let learned = try learner.learn(from: matrix, in: session)
    #expect(learned.step.saved.tensors == wanted.saved.tensors)
  }

  @Test func `columns that are only put side by side are taken as they are, to the same bits`()
    throws
  {
    let count = 300
    func column(_ step: Int) -> Column {
      Column((0..<count).map { Optional(Double($0 * step % 17)) })
    }
    let data = Dataset(
      FrameSource(
        Frame([("a", column(5)), ("b", column(7)), ("c", Column((0..<count).map { $0 % 3 == 0 }))]),
        rowsPerSplit: 41))
    func fit(_ handling: InvalidRows, _ data: Dataset) throws -> SavedStep? {
      let pipeline = Pipeline {
        VectorAssembler {
          $0.inputs = ["c", "a", "b"]
          $0.handleInvalid = handling
        }
        PCA { $0.withMean = true }
      }
      return try pipeline.fit(data, in: Session(leaves: LeafPolicy(byteCount: 1, rowCount: 20)))
        .model.steps.last?.saved
    }
    // Rows that may be taken out have to go through the registers.
    let direct = try #require(try fit(.error, data))
    #expect(direct.tensors == (try fit(.skip, data))?.tensors)
    #expect(direct.tensors == (try fit(.keep, data))?.tensors)

    let broken = Dataset(
      FrameSource(
        Frame([
          ("a", Column([1.0, 2, .nan])), ("b", Column([1.0, 2, 3])),
          ("c", Column([true, false, true])),
        ])))
    for handling in [InvalidRows.error, .keep] {
      let error = #expect(throws: (any Error).self) { try fit(handling, broken) }
      #expect(Failure(try #require(error)).description.contains("column a"))
    }
  }

  @Test func `rows in memory need no pipeline`() throws {
    let rows: [VectorValue] = [.dense([1, 2]), .dense([2, 5]), .dense([4, 1])]
    let (wanted, _) = try fit(rows, width: 2)
    let session = Session()
    let matrix = try BlockMatrix(
      Matrix<Double>(rowCount: 3, columnCount: 2, elements: [1, 2, 2, 5, 4, 1]), in: session)
    #expect(try PCA().fit(matrix, in: session).step.saved.tensors == wanted.saved.tensors)
    #expect(throws: SettingError.self) { try PCA { $0.k = 3 }.fit(matrix, in: session) }
  }

  @Test func `what cannot be is refused by name`() throws {
    let rows: [VectorValue] = [.dense([1, 2]), .dense([2, 5]), .dense([4, 1])]
    #expect {
      _ = try fit(rows, width: 2) { $0.k = 3 }
    } throws: { Failure($0).description.contains("k must be at most the 2 numbers of 'x'") }
    #expect(throws: (any Error).self) { try fit(rows, width: 2) { $0.k = 0 } }
    #expect(throws: (any Error).self) { try fit([.dense([1, 2])], width: 2) }
    #expect(throws: (any Error).self) { try fit([], width: 2) }
    let huge = (0..<4).map { VectorValue.dense([Double($0) * 1e200, 1]) }
    #expect {
      _ = try fit(huge, width: 2)
    } throws: { Failure($0).description.contains("x[0]") }
    #expect {
      _ = try fit(rows, width: 2, in: Session(memoryByteCount: 2000))
    } throws: { Failure($0).kind == .memory }
  }

  @Test func `rows that do not differ have arbitrary components and a warning`() throws {
    let (step, fit) = try fit([.dense([1, 2]), .dense([1, 2])], width: 2) { $0.k = 1 }
    #expect(step.explainedVariance == [0] && step.components.elements == [1, 0])
    #expect(fit.report.stages[0].report.warnings.count == 1)
    let (_, few) = try self.fit([.dense([1, 2, 3]), .dense([3, 2, 1])], width: 3)
    #expect(few.report.stages[0].report.warnings.count == 1)
  }
}
