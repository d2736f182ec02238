import Blocks
import Cluster
import Foundation
import Frames
import Learning
import LinearAlgebra
import Testing

@testable import LinearModels

/// Answers of an independent solver in extended precision, checked against scikit-learn and MLlib
/// (scripts/parity/golden_linear.py says what the file holds).
struct GoldenLogistic: Sendable {
  let name: String
  let estimator: LogisticRegression
  let rows: [[Double]]
  let labels: [String]
  let weights: [Double]?
  let classes: [String]
  let isUnique: Bool
  let coefficients: [[Double]]
  let intercepts: [Double]
  let objective: Double
  let probabilities: [[Double]]
  let standardErrors: [Double]?

  static let all: [GoldenLogistic] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    guard let data = try? Data(contentsOf: root.appendingPathComponent("Golden/linear.json")),
      let document = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let tables = document["tables"] as? [String: [String: Any]],
      let cases = document["cases"] as? [[String: Any]]
    else { return [] }
    let project = root.deletingLastPathComponent().deletingLastPathComponent()
    return cases.compactMap { item in
      guard item["model"] as? String == "logistic-regression",
        let table = (item["table"] as? String).flatMap({ tables[$0] })
      else { return nil }
      return GoldenLogistic(item, table, project)
    }
  }()

  init?(_ item: [String: Any], _ table: [String: Any], _ project: URL) {
    guard let name = item["name"] as? String, let settings = item["settings"] as? [String: Any],
      let expected = item["expected"] as? [String: Any], let label = item["label"] as? String,
      let objective = expected["objective"] as? Double, let isUnique = item["unique"] as? Bool
    else { return nil }
    (self.name, self.objective, self.isUnique) = (name, objective, isUnique)
    estimator = Self.estimator(settings)
    classes = item["classes"] as? [String] ?? []
    coefficients = expected["coefficients"] as? [[Double]] ?? []
    intercepts = expected["intercepts"] as? [Double] ?? []
    probabilities = expected["probabilities"] as? [[Double]] ?? []
    standardErrors = expected["standardErrors"] as? [Double]
    var (rows, labels) = ([[Double]](), [String]())
    var weights: [Double] = []
    if let text = table["libsvm"] as? String, let width = table["width"] as? Int {
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ")
        var row = [Double](repeating: 0, count: width)
        for word in words.dropFirst() {
          let parts = word.split(separator: ":")
          row[(Int(parts[0]) ?? 1) - 1] = Double(parts[1]) ?? .nan
        }
        rows.append(row)
        labels.append(String(words[0]))
      }
    } else {
      let path = table["file"] as? String
      guard
        let text = table["csv"] as? String
          ?? path.flatMap({
            try? String(contentsOf: project.appendingPathComponent($0), encoding: .utf8)
          })
      else { return nil }
      let lines = text.split(whereSeparator: \.isNewline).map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
      let aside = Set(
        (table["aside"] as? [String] ?? []) + [label, table["label"] as? String ?? ""])
      let features = lines[0].indices.filter { !aside.contains(lines[0][$0]) }
      guard let labelAt = lines[0].firstIndex(of: label) else { return nil }
      let weightAt = (item["weight"] as? String).flatMap { lines[0].firstIndex(of: $0) }
      for line in lines.dropFirst() {
        rows.append(features.map { Double(line[$0]) ?? .nan })
        labels.append(line[labelAt])
        if let weightAt { weights.append(Double(line[weightAt]) ?? .nan) }
      }
    }
    if item["prepared"] as? String == "standardized" { rows = Self.standardized(rows) }
    (self.rows, self.labels, self.weights) = (rows, labels, weights.isEmpty ? nil : weights)
  }

  private static func standardized(_ rows: [[Double]]) -> [[Double]] {
    var rows = rows
    for column in rows[0].indices {
      let mean = rows.reduce(0) { $0 + $1[column] } / Double(rows.count)
      let square = rows.reduce(0) { $0 + ($1[column] - mean) * ($1[column] - mean) }
      let deviation = (square / Double(rows.count)).squareRoot()
      for row in rows.indices { rows[row][column] = (rows[row][column] - mean) / deviation }
    }
    return rows
  }

  private static func estimator(_ settings: [String: Any]) -> LogisticRegression {
    LogisticRegression {
      $0.lambda = (settings["lambda"] as? NSNumber)?.doubleValue ?? 0
      $0.alpha = (settings["alpha"] as? NSNumber)?.doubleValue ?? 0
      $0.fitIntercept = settings["fitIntercept"] as? Bool ?? true
      $0.standardization = settings["standardization"] as? Bool ?? true
      if let family = settings["family"] as? String { $0.family = .init(rawValue: family) ?? .auto }
      if settings["classWeight"] as? String == "balanced" { $0.classWeight = .balanced }
      func bounds(_ name: String) -> [Double] {
        ((settings[name] as? [[NSNumber]])?.flatMap { $0 } ?? settings[name] as? [NSNumber] ?? [])
          .map(\.doubleValue)
      }
      $0.lowerBoundsOnCoefficients = bounds("lowerBoundsOnCoefficients")
      $0.upperBoundsOnCoefficients = bounds("upperBoundsOnCoefficients")
      $0.lowerBoundsOnIntercepts = bounds("lowerBoundsOnIntercepts")
      $0.upperBoundsOnIntercepts = bounds("upperBoundsOnIntercepts")
      $0.tolerance = 1e-10
      $0.maxIterations = 3000
    }
  }

  /// The spread of each column.
  var deviations: [Double] {
    rows[0].indices.map { column in
      let mean = rows.reduce(0) { $0 + $1[column] } / Double(rows.count)
      let square = rows.reduce(0) { $0 + ($1[column] - mean) * ($1[column] - mean) }
      return (square / Double(rows.count)).squareRoot()
    }
  }
}

@Suite struct GoldenLogisticTests {
  @Test func `the file of golden values is there`() {
    #expect(GoldenLogistic.all.count >= 70)
  }

  @Test(arguments: GoldenLogistic.all.indices)
  func `coefficients, support and objective are those of the peers`(number: Int) throws {
    let golden = GoldenLogistic.all[number]
    let session = Session(threads: 2, seed: 1)
    var estimator = golden.estimator
    estimator.standardErrors = golden.standardErrors != nil
    let numbers = golden.labels.map { Int64($0) }
    let labels =
      numbers.contains(nil)
      ? Column(golden.labels.map { Optional($0) }) : Column(numbers)
    let width = golden.rows[0].count
    let rows = try BlockMatrix(
      Matrix<Double>(
        rowCount: golden.rows.count, columnCount: width, elements: golden.rows.flatMap { $0 }),
      labels: LabelValues(.classes("label"), labels), weights: golden.weights, in: session)
    let fit = try estimator.fit(rows, inputs: [:], in: session)
    let (model, report) = (fit.model, fit.report)
    #expect(model.classes.texts == golden.classes)
    #expect(
      report.converged == true,
      "\(golden.name): \(report.stopReason) after \(report.iterations), \(report.gradientNorms.suffix(3))"
    )
    let objective = try #require(report.objective)
    let excess = (objective - golden.objective) / golden.objective
    #expect(abs(excess) <= 1e-9, "\(golden.name): objective off by \(excess), \(report.iterations)")
    guard golden.isUnique else { return }
    let deviations = golden.deviations
    let scaled = golden.coefficients.map { zip($0, deviations).map { $0 * $1 } }
    let largest = scaled.flatMap { $0 }.map(\.magnitude).max() ?? 0
    var worst = 0.0
    var strays = 0
    for output in scaled.indices {
      for column in 0..<width {
        let found = model.coefficients[output, column] * deviations[column]
        worst = max(worst, abs(found - scaled[output][column]) / max(largest, 1e-300))
        if (golden.coefficients[output][column] == 0) != (found == 0) { strays += 1 }
      }
    }
    if largest > 0 { #expect(worst <= 1e-6, "\(golden.name): coefficients off by \(worst)") }
    if estimator.alpha > 0, estimator.lambda > 0 {
      #expect(strays == 0, "\(golden.name): another support")
    }
    for (row, expected) in golden.probabilities.enumerated() {
      let columns = model.predict(
        Matrix<Double>(rowCount: 1, columnCount: width, elements: golden.rows[row]))
      for (place, probability) in expected.enumerated() {
        guard case .number(let found) = columns[1 + place][0] else {
          Issue.record("\(golden.name): no probability")
          continue
        }
        #expect(abs(found - probability) <= 1e-7, "\(golden.name): probability of row \(row)")
      }
    }
    if let errors = golden.standardErrors, let found = model.standardErrors {
      for (a, b) in zip(found, errors) { #expect(abs(a - b) <= 1e-6 * b, "\(golden.name)") }
    }
  }
}
