import Martlet
import Testing

/// Means of labels: exact, smoothed, and without a row's own label while others learn.
struct TargetEncoderTests {
  @Test func `a mean is drawn towards that of all by n over n + smoothing`() throws {
    // The row of the golden values of PySpark 4.3.0 with smoothing 1 (Golden/spark.json).
    let frame = Frame([
      (name: "x", column: Column([0, 0, 1, 1, 2, 0] as [Double?])),
      (name: "label", column: Column([1, 0, 1, 1, 0, 1] as [Double?])),
    ])
    let encoder = TargetEncoder {
      $0.inputs = ["x"]
      $0.smoothing = 1
    }
    let run = try StageRun([encoder], frame)
    #expect(
      try run.numbers("x_target") == [
        0.6666666666666666, 0.6666666666666666, 0.8888888888888888, 0.8888888888888888,
        0.3333333333333333, 0.6666666666666666,
      ])
  }

  @Test func `sums lose nothing, whoever adds them`() throws {
    let frame = Frame([
      (name: "x", column: Column((0..<90).map { Optional(Double($0 % 2)) })),
      (
        name: "label",
        column: Column((0..<90).map { Optional([1e300, 1, -1e300, 0.1][$0 / 2 % 4]) })
      ),
    ])
    let encoder = TargetEncoder {
      $0.inputs = ["x"]
      $0.targetType = .continuous
      $0.folds = 3
    }
    @Sendable func saved(_ communicator: Communicator, _ rowsPerSplit: Int) throws -> [[UInt64]] {
      let data = Dataset(FrameSource(frame, rowsPerSplit: rowsPerSplit))
      let fit = try Pipeline([encoder]).fit(
        data, in: Session(communicator: communicator, threads: 2))
      return try fit.model.steps.map { step in
        try step.saved.vector("categories.0").map(\.bitPattern)
      }
    }
    let alone = try saved(.solo(), 1000)
    for part in try Communicator.withThreads(3, { try saved($0, 7) }) { #expect(part == alone) }
  }

  @Test func `with folds later stages never learn from a row's own label`() throws {
    // Every row is the only one of its category, so that its own label would be its mean.
    let frame = Frame([
      (name: "x", column: Column((0..<60).map { Optional(Double($0)) })),
      (name: "label", column: Column((0..<60).map { Optional(Double($0 * $0)) })),
    ])
    func learned(_ folds: Int) throws -> (labels: [String], scored: [Double?], passes: Int) {
      let stages: [any Stage] = [
        TargetEncoder {
          $0.inputs = ["x"]
          $0.outputs = ["mean"]
          $0.targetType = .continuous
          $0.folds = folds
        },
        // Its labels are the numbers that it met while it learned.
        StringIndexer {
          $0.inputs = ["mean"]
          $0.handleInvalid = .keep
        },
      ]
      let run = try StageRun(stages, frame)
      let labels = try run.metadata("mean_index").labels ?? []
      return (labels.dropLast(), try run.numbers("mean"), run.fit.report.passes)
    }
    let plain = try learned(0)
    #expect(plain.labels.count == 60)
    let crossed = try learned(4)
    #expect(crossed.labels.count == 4, "the mean of the other folds' rows, for each fold")
    #expect(Set(crossed.labels).isDisjoint(with: plain.labels))
    // Scoring is the same with and without folds, and so are the passes.
    #expect(crossed.scored == plain.scored && crossed.passes == plain.passes)
  }

  @Test func `scoring needs no label`() throws {
    let frame = Frame([
      (name: "x", column: Column([0, 1, nil] as [Double?])),
      (name: "label", column: Column([1, 0, 1] as [Double?])),
    ])
    let encoder = TargetEncoder { $0.inputs = ["x"] }
    let run = try StageRun([encoder], frame, scoring: frame.selecting(["x"]))
    #expect(try run.numbers("x_target") == [1, 0, 1])
    #expect(run.fit.model.input.names == ["x"])
  }

  @Test func `labels that are not of two classes, and no labels, are said`() {
    let encoder = TargetEncoder { $0.inputs = ["x"] }
    func said(_ labels: [Double?]) -> String {
      words {
        _ = try StageRun(
          [encoder],
          Frame([
            (name: "x", column: Column([0, 1] as [Double?])),
            (name: "label", column: Column(labels)),
          ]))
      }
    }
    #expect(said([2, 0]).contains("two classes"))
    #expect(said([nil, .nan]).contains("no row has a label"))
    #expect(
      words {
        try TargetEncoder {
          $0.inputs = ["x"]; $0.folds = 1
        }.check()
      }
      .contains("folds"))
  }
}
