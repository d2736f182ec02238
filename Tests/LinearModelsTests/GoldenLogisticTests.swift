import Blocks
import Cluster
import Frames
import Learning
import LinearAlgebra
import Testing

@testable import LinearModels

extension GoldenCase {
  /// The estimator that is to give the answer.
  fileprivate var estimator: LogisticRegression {
    LogisticRegression {
      $0.lambda = settings.lambda
      $0.alpha = settings.alpha
      $0.fitIntercept = settings.fitIntercept
      $0.standardization = settings.standardization
      $0.family = settings.family.flatMap { .init(rawValue: $0) } ?? .auto
      $0.classWeight = settings.classWeight.flatMap { .init(rawValue: $0) } ?? .none
      $0.lowerBoundsOnCoefficients = settings.lowerBoundsOnCoefficients?.flatMap { $0 } ?? []
      $0.upperBoundsOnCoefficients = settings.upperBoundsOnCoefficients?.flatMap { $0 } ?? []
      $0.lowerBoundsOnIntercepts = settings.lowerBoundsOnIntercepts ?? []
      $0.upperBoundsOnIntercepts = settings.upperBoundsOnIntercepts ?? []
      $0.tolerance = 1e-10
      $0.maxIterations = 3000
      $0.standardErrors = expected.standardErrors != nil
    }
  }
}

extension GoldenTable {
  fileprivate var matrix: Matrix<Double> {
    Matrix(rowCount: rows.count, columnCount: names.count, elements: rows.flatMap { $0 })
  }

  /// Numbers where all labels are.
  fileprivate var labelColumn: Column {
    let numbers = labels.map { Int64($0) }
    return numbers.contains(nil) ? Column(labels.map { Optional($0) }) : Column(numbers)
  }

  /// The spread of each column.
  fileprivate var deviations: [Double] {
    names.indices.map { column in
      let mean = rows.reduce(0) { $0 + $1[column] } / Double(rows.count)
      let square = rows.reduce(0) { $0 + ($1[column] - mean) * ($1[column] - mean) }
      return (square / Double(rows.count)).squareRoot()
    }
  }
}

/// Answers in extended precision that scikit-learn and MLlib were compared with.
@Suite struct GoldenLogisticTests {
  @Test(arguments: GoldenCase.logistic)
  func `coefficients, support and objective are those of the peers`(golden: GoldenCase) throws {
    try check(golden, isSparse: false)
  }

  @Test(arguments: GoldenCase.logistic.filter { ["iris", "binary"].contains($0.table) })
  func `rows by their entries have the same answer`(golden: GoldenCase) throws {
    try check(golden, isSparse: true)
  }

  private func check(_ golden: GoldenCase, isSparse: Bool) throws {
    let data = try golden.data()
    let session = Session(threads: 2, seed: 1)
    let labels = LabelValues(.classes("label"), data.labelColumn)
    let isWeighted = golden.weight != nil
    let rows =
      try isSparse
      ? BlockMatrix(
        SparseRows(data.matrix), labels: labels, weights: isWeighted ? data.weights : nil,
        in: session)
      : BlockMatrix(
        data.matrix, labels: labels, weights: isWeighted ? data.weights : nil, in: session)
    let fit = try golden.estimator.fit(rows, inputs: [:], in: session)
    let (model, report) = (fit.model, fit.report)
    #expect(model.classes.texts == golden.classes)
    #expect(report.converged == true, "\(report.stopReason) after \(report.iterations)")
    let objective = try #require(report.objective)
    let excess = (objective - golden.expected.objective) / golden.expected.objective
    #expect(abs(excess) <= 1e-9, "after \(report.iterations) iterations")
    for (row, expected) in (golden.expected.probabilities ?? []).enumerated() {
      let columns = model.predict(
        Matrix<Double>(rowCount: 1, columnCount: data.names.count, elements: data.rows[row]))
      for (place, probability) in expected.enumerated() {
        #expect(columns[1 + place][0].isNear(probability, within: 1e-7))
      }
    }
    guard golden.unique else { return }
    let deviations = data.deviations
    let scaled = golden.expected.coefficients.map { zip($0, deviations).map { $0 * $1 } }
    let largest = scaled.flatMap { $0 }.map(\.magnitude).max() ?? 0
    for (output, row) in scaled.enumerated() {
      for (column, value) in row.enumerated() {
        let found = model.coefficients[output, column]
        #expect(abs(found * deviations[column] - value) <= 1e-6 * largest, "column \(column)")
        if golden.settings.alpha > 0 {
          #expect((found == 0) == (golden.expected.coefficients[output][column] == 0))
        }
      }
    }
    if let errors = golden.expected.standardErrors {
      let found = try #require(model.standardErrors)
      for (a, b) in zip(found, errors) { #expect(abs(a - b) <= 1e-6 * b) }
    }
  }
}

extension Value {
  /// Whether it is a number close to another.
  func isNear(_ other: Double, within tolerance: Double) -> Bool {
    if case .number(let value) = self { abs(value - other) <= tolerance } else { false }
  }
}
