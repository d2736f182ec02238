import Martlet
import Testing

/// Models on data: which column is the label, and rows that cannot be judged.
@Suite struct ModelEvaluationTests {
  private func evaluate(
    _ model: any Model, _ columns: [(name: String, column: Column)], label: String? = nil,
    weight: String? = nil, options: EvaluationOptions = EvaluationOptions()
  ) throws -> EvaluationReport {
    let data = Dataset(Frame(columns))
    return try Scorer(model, for: data.expectedSchema(), prefix: "new_").evaluate(
      data, label: label, weight: weight, options: options, in: Session(threads: 1))
  }

  private func flowers(
    _ labels: [String?], _ no: [Double?], _ yes: [Double?]
  ) -> [(name: String, column: Column)] {
    [("y", Column(labels)), ("score_no", Column(no)), ("score_yes", Column(yes))]
  }

  @Test func `a classifier is judged on the label that it learned, the last one positive`() throws {
    let report = try evaluate(
      ColumnClassifier(["no", "yes"]),
      flowers(
        ["no", "no", "yes", "yes"], [0.9, 0.6, 0.65, 0.2], [0.1, 0.4, 0.35, 0.8]))
    #expect(report.rowCount == 4)
    #expect(report.positive == "yes")
    #expect(report[.auc] == 0.75)
    #expect(report[.accuracy] == 0.75)
    #expect(report[.precision] == 1)
    #expect(report[.recall] == 0.5)
    #expect((report[.brier] - (0.01 + 0.16 + 0.4225 + 0.04) / 4).magnitude < 1e-15)
    #expect(report.warnings.isEmpty)
    #expect(report["areaUnderROC"]?.value == 0.75)
  }

  @Test func `the other label may be the positive one`() throws {
    var options = EvaluationOptions()
    options.positive = "no"
    let report = try evaluate(
      ColumnClassifier(["no", "yes"]),
      flowers(
        ["no", "no", "yes", "yes"], [0.9, 0.6, 0.65, 0.2], [0.1, 0.4, 0.35, 0.8]),
      options: options)
    #expect(report.positive == "no")
    #expect(report[.precision] == 2.0 / 3)
    #expect(report[.recall] == 1)
    #expect(report[.auc] == 0.75)
    options.positive = "maybe"
    let failure = #expect(throws: Failure.self) {
      try evaluate(
        ColumnClassifier(["no", "yes"]), flowers(["no"], [1], [0]), options: options)
    }
    #expect(failure?.message.contains("maybe") == true)
  }

  @Test func `labels that the model never saw are wrong, and said`() throws {
    let report = try evaluate(
      ColumnClassifier(["no", "yes"]),
      flowers(["no", "cat", "yes", "cat"], [0.9, 0.6, 0.1, 0.2], [0.1, 0.4, 0.9, 0.8]))
    #expect(report[.accuracy] == 0.5)
    #expect(report["recall[cat]"]?.value == 0)
    #expect(
      report.warnings == [
        "2 rows have labels that the model never saw, which it cannot get right: cat"
      ]
    )
    #expect(report.confusion?.labels == ["no", "yes", "cat"])
    // What was thought impossible costs as much as a probability of 1e-15.
    let expected = (-2 * Portable.log(0.9) - 2 * Portable.log(1e-15)) / 4
    #expect((report[.logLoss] - expected).magnitude < 1e-12)
    #expect(report["auc"] == nil && report.positive == nil)
    // Each label that has scores against all others; that of the unseen label has none.
    #expect(report[.aucMacro] == 1)
  }

  @Test func `rows without a label, a prediction or a weight are counted and left out`() throws {
    var columns = flowers(
      ["no", nil, "yes", "yes", "no"], [0.9, 0.5, nil, 0.2, 0.8], [0.1, 0.5, 0.35, 0.8, 0.2])
    columns.append(("w", Column([1, 1, 1, 2, nil] as [Double?])))
    let report = try evaluate(ColumnClassifier(["no", "yes"]), columns, weight: "w")
    #expect(report.rowCount == 2)
    #expect(report.skippedRowCount == 3)
    #expect(report.warnings.count == 3)
    #expect(report.confusion?.counts == [[1, 0], [0, 2]])
    #expect(report[.accuracy] == 1)
  }

  @Test func `one label alone leaves the areas undefined, and says why`() throws {
    let report = try evaluate(
      ColumnClassifier(["no", "yes"]), flowers(["no", "no"], [0.9, 0.4], [0.1, 0.6]))
    #expect(report[.auc].isNaN && report[.averagePrecision].isNaN)
    #expect(report[.accuracy] == 0.5)
    #expect(report.warnings.count == 1)
    #expect(report.warnings.first?.contains("auc") == true)
    #expect(report.warnings.first?.contains("one label") == true)
  }

  @Test func `a model with a label that the data lacks says so`() throws {
    let failure = #expect(throws: Failure.self) {
      try evaluate(
        ColumnClassifier(["no", "yes"]),
        [("score_no", Column([0.5 as Double?])), ("score_yes", Column([0.5 as Double?]))])
    }
    #expect(failure?.message == "there is no column 'y'")
  }

  @Test func `data without a row to judge is an error`() throws {
    for labels in [[String?](), [nil]] {
      let numbers = labels.map { _ in Double?(0.5) }
      let failure = #expect(throws: Failure.self) {
        try evaluate(ColumnClassifier(["no", "yes"]), flowers(labels, numbers, numbers))
      }
      #expect(failure?.message == "there is no row to judge")
    }
  }

  @Test func `a regressor is judged by its errors, without rows that have no number`() throws {
    let report = try evaluate(
      DoublingRegressor(),
      [
        ("x", Column([1, 2, 3, nil, 1] as [Double?])),
        ("y", Column([2, 5, 4, 1, .nan] as [Double?])),
      ])
    #expect(report.rowCount == 3)
    #expect(report.skippedRowCount == 2)
    #expect(report[.mse] == 5.0 / 3)
    #expect(report[.mae] == 1)
    #expect(report[.medianAbsoluteError] == 1)
    #expect(report[.maxError] == 2)
    #expect(report.warnings.count == 2)
  }

  @Test func `a regression of labels that are no numbers is refused`() throws {
    let failure = #expect(throws: Failure.self) {
      try evaluate(
        DoublingRegressor(), [("x", Column([1 as Double?])), ("y", Column(["a" as String?]))])
    }
    #expect(failure?.message.contains("'y'") == true)
  }
}
