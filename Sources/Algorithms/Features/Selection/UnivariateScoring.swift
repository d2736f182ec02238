internal import Frames
internal import Learning
internal import LinearAlgebra
internal import Platform

/// The statistic of each feature, and how probable one as large is by chance.
struct UnivariateScores: Sendable {
  /// The test and its degrees of freedom, in words.
  var test: String
  var statistics: [Double] = []
  var pValues: [Double] = []
  /// Features with one value only.
  var constantCount = 0

  init(test: String) { self.test = test }

  mutating func add(_ statistic: Double, _ pValue: Double) {
    statistics.append(statistic)
    pValues.append(pValue)
  }

  /// A constant feature tells nothing.
  mutating func addConstant() {
    add(0, 1)
    constantCount += 1
  }
}

/// Makes the step from the scores: what all three tests share.
struct UnivariateScoring: Sendable {
  let stage: UnivariateFeatureSelector
  let names: [String]

  var activity: String {
    "\(UnivariateFeatureSelector.name) of \(stage.inputs.joined(separator: ", "))"
  }

  func learned(_ scores: UnivariateScores, rowCount: Int) throws -> Learned {
    let chosen = stage.selectionMode.chosen(
      scores.pValues, threshold: stage.selectionThreshold)
    let step = try SelectedFeatures(
      settings: stage, featureNames: names, indices: chosen, statistics: scores.statistics,
      pValues: scores.pValues)
    var report = FitReport()
    report.counts = [
      .init("rows", rowCount), .init("features", names.count),
      .init("featuresSelected", chosen.count), .init("featuresConstant", scores.constantCount),
    ]
    report.facts = [scores.test] + step.lines(limit: 100)
    if chosen.isEmpty {
      report.warnings.append(
        "no feature of '\(stage.inputs[0])' was selected: its vectors become empty")
    }
    if scores.constantCount > 0, scores.constantCount == names.count {
      report.warnings.append("every feature or the label is constant: there is nothing to tell")
    }
    return Learned(step, report)
  }
}

/// The vectors and the labels of a batch.
struct LabelledRows: Sendable {
  let features: VectorSlot
  let label: NumberSlot
  let featuresName: String
  let labelName: String
  /// What the numbers of a vector stand for.
  let names: [String]

  /// The greatest number whose square is one.
  static let greatest = 0x1p500
  /// The most values of a category and of a categorical label.
  static let valueLimit = 10_000

  /// Calls `body` with the entries of each row that are not 0, once they are known to be numbers.
  /// - Parameter begin: called with the label before the row's entries.
  func forEach(
    of batch: RowBatch, _ begin: (Double) throws -> Void,
    _ body: (_ feature: Int, _ value: Double) throws -> Void
  ) throws {
    let (labels, vectors) = (batch[label], batch[features])
    for row in 0..<batch.rowCount {
      let label = labels[row]
      guard label.magnitude <= Self.greatest else {
        throw fault(batch, row, labelName, label, "a row without a label tells nothing")
      }
      try begin(label)
      try vectors.forEachEntry(row) { feature, value in
        if value == 0 { return }
        guard value.magnitude <= Self.greatest else {
          throw fault(
            batch, row, "\(names[feature])", value, "an imputer before it fills missing numbers")
        }
        try body(feature, value)
      }
    }
  }

  private func fault(
    _ batch: RowBatch, _ row: Int, _ column: String, _ value: Double, _ hint: String
  ) -> any Error {
    let isNumber = value.isFinite
    return batch.fault(
      row: row, column: column, found: value.isMissing ? nil : numberText(value),
      value.isMissing
        ? "the value is missing"
        : isNumber ? "is too large to be squared" : "is not a finite number",
      hint: isNumber ? "scale the column first" : hint)
  }

  /// Refuses another value of a category.
  func tooMany(_ column: String) -> Failure {
    Failure(
      .data, "the column '\(column)' has more than \(Self.valueLimit) values",
      hint: "a continuous column is no category; bucket it first, or say that it is continuous")
  }
}
