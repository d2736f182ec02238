import Martlet
import Testing

/// Predictions that stand in the data, made by anybody.
@Suite struct ScoredColumnTests {
  private func report(
    _ columns: [(name: String, column: Column)], options: EvaluationOptions = EvaluationOptions(),
    _ change: (inout ScoredColumns) -> Void = { _ in }
  ) throws -> EvaluationReport {
    var chosen = ScoredColumns(label: "y")
    change(&chosen)
    return try Dataset(Frame(columns)).evaluate(chosen, options: options, in: Session(threads: 1))
  }

  private let scores = Column([0.1, 0.4, 0.35, 0.8] as [Double?])

  @Test func `one column of probabilities is of the last of two labels`() throws {
    let report = try report(
      [("y", Column([0, 0, 1, 1] as [Int64?])), ("p", scores)]
    ) { $0.probability = "p" }
    #expect(report[.auc] == 0.75)
    #expect(report[.accuracy] == 0.75)
    #expect(report.confusion?.labels == [0, 1])
    #expect((report[.brier] - (0.01 + 0.16 + 0.4225 + 0.04) / 4).magnitude < 1e-15)
  }

  @Test func `or of the label that is said to be positive`() throws {
    var options = EvaluationOptions()
    options.positive = "ham"
    let report = try report(
      [("y", Column(["spam", "spam", "ham", "ham"] as [String?])), ("p", scores)],
      options: options
    ) { $0.probability = "p" }
    #expect(report[.auc] == 0.75)
    #expect(report[.recall] == 0.5)
  }

  @Test func `what martlet score writes is found without a word`() throws {
    let report = try report([
      ("y", Column(["a", "b", "c", "a"] as [String?])),
      ("prediction", Column(["a", "b", "a", "a"] as [String?])),
      ("probability_a", Column([0.8, 0.1, 0.5, 0.6] as [Double?])),
      ("probability_b", Column([0.1, 0.7, 0.2, 0.3] as [Double?])),
      ("probability_c", Column([0.1, 0.2, 0.3, 0.1] as [Double?])),
    ])
    #expect(report[.accuracy] == 0.75)
    #expect(report[.aucMacro] == 1)
    #expect(report.confusion?.labels == ["a", "b", "c"])
  }

  @Test func `predictions follow from probabilities where there are no others`() throws {
    let report = try report(
      [
        ("y", Column(["a", "b", "b"] as [String?])),
        ("p_a", Column([0.8, 0.1, 0.5] as [Double?])),
        ("p_b", Column([0.2, 0.9, 0.5] as [Double?])),
      ]
    ) { $0.probability = "p_*" }
    #expect(report.confusion?.counts == [[1, 0], [1, 1]])
  }

  @Test func `numbers are a regression unless classes are asked for`() throws {
    let columns = [
      ("y", Column([0, 1, 1] as [Int64?])), ("prediction", Column([0, 1, 0] as [Double?])),
    ]
    #expect(try report(columns)["rmse"] != nil)
    let classes = try report(columns) { $0.kind = .classification }
    #expect(classes[.accuracy] == 2.0 / 3)
    #expect(classes[.recall] == 0.5)
  }

  @Test func `one label alone needs to be told from another`() throws {
    let numbers = try report(
      [("y", Column([1, 1] as [Int64?])), ("p", Column([0.5, 0.9] as [Double?]))]
    ) { $0.probability = "p" }
    #expect(numbers[.recall] == 0.5)
    #expect(numbers[.auc].isNaN)
    let columns = [
      ("y", Column(["spam", "spam"] as [String?])), ("p", Column([0.5, 0.9] as [Double?])),
    ]
    let failure = #expect(throws: Failure.self) {
      try report(columns) { $0.probability = "p" }
    }
    #expect(failure?.hint?.contains("--positive") == true)
    var options = EvaluationOptions()
    options.positive = "ham"
    #expect(try report(columns, options: options) { $0.probability = "p" }.rowCount == 2)
  }

  @Test func `three labels with one probability are refused`() {
    #expect(throws: Failure.self) {
      try report(
        [("y", Column([1, 2, 3] as [Int64?])), ("p", Column([0.5, 0.9, 0.1] as [Double?]))]
      ) { $0.probability = "p" }
    }
  }

  @Test func `columns that are not there are named`() {
    let columns = [("y", Column([1 as Int64?])), ("guess", Column([1 as Int64?]))]
    for (label, prediction, missing) in [("z", "guess", "z"), ("y", "gues", "gues")] {
      let failure = #expect(throws: Failure.self) {
        try report(columns) {
          $0.label = label
          $0.prediction = prediction
        }
      }
      #expect(failure?.message.contains("'\(missing)'") == true)
    }
  }

  @Test func `labels of several types meet by what they are called`() throws {
    let report = try report([
      ("y", Column([0.1, 2, 2, -0.0] as [Float?])),
      ("prediction", Column(["0.1", "2", "x", "0"] as [String?])),
    ])
    #expect(report.confusion?.labels == [0, 2, "0.1", "x"])
    #expect(report[.accuracy] == 0.75)
  }

  @Test func `more labels than anybody has classes are refused`() throws {
    let labels = Column((0..<10_001).map { Int64?(Int64($0)) })
    let failure = #expect(throws: Failure.self) {
      try report([("y", labels), ("prediction", labels)]) { $0.kind = .classification }
    }
    #expect(failure?.kind == .data)
  }

  @Test func `labels without a number are counted, not taken for one`() throws {
    let report = try report(
      [("y", Column([1, .nan, 0] as [Double?])), ("p", Column([0.7, 0.5, 0.2] as [Double?]))]
    ) { $0.probability = "p" }
    #expect(report.rowCount == 2)
    #expect(report.skippedRowCount == 1)
    #expect(report[.accuracy] == 1)
  }
}
