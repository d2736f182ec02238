import Martlet
import Testing

/// Scalers: figures, names, sparse vectors, odd columns, workers, and what is stored.
struct ScalerTests {
  private func fit(_ stage: some Stage, _ frame: Frame) throws -> PipelineFit {
    try Pipeline([stage]).fit(Dataset(frame), in: Session())
  }

  private func column(_ fit: PipelineFit, _ name: String, _ frame: Frame) throws -> [Value] {
    let scored = try fit.model.scorer(for: frame.schema).score(frame)
    let column = scored.columns[try scored.schema.place(of: name)]
    return (0..<column.count).map { column[$0] }
  }

  private func table(_ numbers: [Double?]) -> Frame {
    Frame([(name: "x", column: Column(numbers))])
  }

  @Test func `a missing value stays missing, a NaN a NaN, and both are counted`() throws {
    let frame = table([1, nil, 3, .nan])
    let fit = try fit(MinMaxScaler { $0.inputs = ["x"] }, frame)
    let values = try column(fit, "x_scaled", frame)
    #expect(values[0] == .number(0))
    #expect(values[1] == .missing)
    #expect(values[2] == .number(1))
    guard case .number(let last) = values[3] else { return #expect(Bool(false), "not a number") }
    #expect(last.isNaN)
    #expect(fit.report.fit.counts == [.init("missing or NaN in x", 2)])
  }

  @Test func `figures leave NaN out, and squares beyond the doubles do no harm`() throws {
    let frame = Frame([
      (name: "x", column: Column([1, .nan, 5] as [Double?])),
      (name: "tiny", column: Column([0x1p-1000, 0x3p-1000, 0x2p-1000] as [Double?])),
      (name: "huge", column: Column([0x1p1000, 0x3p1000, 0x2p1000] as [Double?])),
    ])
    let fit = try fit(StandardScaler { $0.inputs = ["x", "tiny", "huge"] }, frame)
    #expect(try column(fit, "x_scaled", frame)[2] == .number(5 * (1 / 8.0.squareRoot())))
    for name in ["tiny_scaled", "huge_scaled"] {
      #expect(try column(fit, name, frame) == [1, 3, 2].map { .number($0) })
    }
  }

  @Test func `what does not vary is said`() throws {
    let frame = table([7, 7, 7])
    let fit = try fit(StandardScaler { $0.inputs = ["x"] }, frame)
    #expect(try column(fit, "x_scaled", frame) == [.number(0), .number(0), .number(0)])
    #expect(fit.report.fit.warnings == ["'x' does not vary: it becomes 0"])
  }

  @Test func `a column without numbers is named, and so is an infinite one`() {
    for stage: any Stage in [
      StandardScaler { $0.inputs = ["x"] }, MinMaxScaler { $0.inputs = ["x"] },
      MaxAbsScaler { $0.inputs = ["x"] }, RobustScaler { $0.inputs = ["x"] },
    ] {
      for numbers in [[nil, .nan], [.infinity, .infinity, 1]] as [[Double?]] {
        #expect {
          _ = try Pipeline([stage]).fit(Dataset(table(numbers)), in: Session())
        } throws: { error in
          Failure(error).description.contains("'x'") || Failure(error).description.contains("x")
        }
      }
    }
  }

  @Test func `sparse vectors stay sparse unless they are moved`() throws {
    let vectors: [VectorValue?] = [
      .sparse(width: 3, indices: [0], values: [4]), .sparse(width: 3, indices: [], values: []),
      .sparse(width: 3, indices: [0, 2], values: [-2, 8]),
    ]
    let frame = Frame([(name: "v", column: Column(vectors: vectors, width: 3))])
    let scaled = try column(
      fit(MaxAbsScaler { $0.inputs = ["v"] }, frame), "v_scaled", frame)
    #expect(
      scaled[2] == .vector(.sparse(width: 3, indices: [0, 2], values: [-0.5, 1])))
    let moved = try column(
      fit(MinMaxScaler { $0.inputs = ["v"] }, frame), "v_scaled", frame)
    #expect(moved[1] == .vector(.dense([1.0 / 3, 0.5, 0])))
    let quartiles = try column(
      fit(RobustScaler { $0.inputs = ["v"] }, frame), "v_scaled", frame)
    #expect(
      quartiles[0] == .vector(.sparse(width: 3, indices: [0], values: [4.0 / 6])))
    // Of 0, 0, 8 the quartiles are 0 and 8.
    #expect(
      quartiles[2] == .vector(.sparse(width: 3, indices: [0, 2], values: [-2.0 / 6, 1])))
  }

  @Test func `neither workers nor the cut into rows show in what is learned`() throws {
    let stages: [any Stage] = [
      StandardScaler {
        $0.inputs = ["age", "point", "counts"]
        $0.withMean = true
      },
      RobustScaler {
        $0.inputs = ["age", "price", "counts"]; $0.outputs = ["a", "b", "c"]
      },
    ]
    let frame = LawTable.frame()
    let alone = try Pipeline(stages).fit(Dataset(frame), in: Session(threads: 1))
    let expected = try alone.model.scorer(for: frame.schema).score(frame)
    let shared = try Communicator.withThreads(3) { group in
      let source = FrameSource(frame, name: "rows", rowsPerSplit: 17)
      let fit = try Pipeline(stages).fit(
        Dataset(source), in: Session(communicator: group, threads: 2))
      return (try fit.model.scorer(for: frame.schema).score(frame), fit.report.passes)
    }
    for (scored, passes) in shared {
      #expect(passes == 1)
      for (own, other) in zip(scored.columns, expected.columns) {
        for row in 0..<frame.rowCount { #expect(own[row] == other[row]) }
      }
    }
  }

  @Test func `names of the numbers travel along`() throws {
    let frame = LawTable.frame()
    let pipeline = Pipeline {
      VectorAssembler { $0.inputs = ["age", "price"] }
      StandardScaler { $0.inputs = ["features"] }
      PolynomialExpansion { $0.inputs = ["features_scaled"] }
    }
    let fit = try pipeline.fit(Dataset(frame), in: Session())
    let outputs = try fit.model.scorer(for: frame.schema).outputs
    #expect(outputs[1].metadata.slots == ["age", "price"])
    #expect(outputs[2].metadata.slots == ["age", "age^2", "price", "age*price", "price^2"])
  }

  @Test func `a scaler that was tampered with is refused`() throws {
    let frame = table([1, 2, 4])
    let fit = try fit(StandardScaler { $0.inputs = ["x"] }, frame)
    let saved = fit.model.steps[0].saved
    #expect(throws: Never.self) { _ = try AffineStep(saved) }
    for factor in [[Double.nan], [.infinity], [1, 1], []] {
      var damaged = saved
      damaged.tensors["factors"] = Tensor(factor)
      #expect(throws: (any Error).self) { _ = try AffineStep(damaged) }
    }
    var moving = saved
    moving.tensors["addends"] = Tensor([1.0])
    #expect(throws: (any Error).self) { _ = try AffineStep(moving) }
  }
}
