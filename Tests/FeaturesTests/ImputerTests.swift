import Martlet
import Testing

/// Filling what is missing.
struct ImputerTests {
  private let frame = Frame([
    (name: "x", column: Column([1, nil, 4, .nan] as [Double?])),
    (name: "n", column: Column([1, 2, nil, 4] as [Int64?])),
    (name: "empty", column: Column([nil, nil, nil, nil] as [Double?])),
    (name: "flag", column: Column([true, nil, false, true] as [Bool?])),
  ])

  private func scored(_ stage: Imputer) throws -> (Frame, FitReport) {
    let fit = try Pipeline([stage]).fit(Dataset(frame), in: Session())
    return (try fit.model.scorer(for: frame.schema).score(frame), fit.report.fit)
  }

  private func values(_ frame: Frame, _ name: String) throws -> [Value] {
    let column = frame.columns[try frame.schema.place(of: name)]
    return (0..<column.count).map { column[$0] }
  }

  @Test func `indicators say what was missing`() throws {
    let (frame, report) = try scored(
      Imputer {
        $0.inputs = ["x"]; $0.withIndicator = true
      })
    #expect(try values(frame, "x_imputed") == [1, 2.5, 4, 2.5].map { .number($0) })
    #expect(try values(frame, "x_missing") == [0, 1, 0, 1].map { .number($0) })
    #expect(report.counts == [.init("missing or NaN in x", 2)])
    #expect(report.warnings.isEmpty)
  }

  @Test func `a column of whole numbers keeps its type, and the cut fill is said`() throws {
    let (frame, report) = try scored(Imputer { $0.inputs = ["n"] })
    #expect(frame.schema.fields[0].type == .int64)
    #expect(try values(frame, "n_imputed") == [1, 2, 2, 4].map { .integer($0) })
    #expect(
      report.warnings == ["'n' has whole numbers: its fill 2.3333333333333335 becomes 2"])
  }

  @Test func `constants, and flags, become numbers`() throws {
    let (frame, _) = try scored(
      Imputer {
        $0.inputs = ["x", "flag", "empty"]
        $0.strategy = .constant
        $0.fillValue = -9.5
      })
    #expect(try values(frame, "x_imputed") == [1, -9.5, 4, -9.5].map { .number($0) })
    #expect(try values(frame, "flag_imputed") == [1, -9.5, 0, 1].map { .number($0) })
    #expect(try values(frame, "empty_imputed") == [-9.5, -9.5, -9.5, -9.5].map { .number($0) })
  }

  @Test(arguments: [ImputerStrategy.mean, .median, .mode])
  func `a column without any number is named`(strategy: ImputerStrategy) {
    #expect {
      _ = try scored(
        Imputer {
          $0.inputs = ["x", "empty"]; $0.strategy = strategy
        })
    } throws: { Failure($0).description.contains("'empty'") }
  }

  @Test func `a fill that its column cannot hold is refused in a stored model`() throws {
    let stage = Imputer { $0.inputs = ["n"] }
    let saved = try Pipeline([stage]).fit(Dataset(frame), in: Session()).model.steps[0].saved
    #expect(throws: Never.self) { _ = try FilledColumns(saved) }
    for fills in [[2.5], [.nan], [], [1, 2]] as [[Double]] {
      var damaged = saved
      damaged.tensors["fills"] = Tensor(fills)
      #expect(throws: (any Error).self) { _ = try FilledColumns(damaged) }
    }
  }
}
