import Foundation
import Testing

/// A linear model solved to the last digits: of Golden/linear.json, made by `scripts/differential linear`.
///
/// `scripts/parity/golden_linear.py` says what each part means.
struct GoldenCase: Decodable, Sendable, CustomTestStringConvertible {
  struct Settings: Decodable, Sendable {
    let lambda, alpha: Double
    let fitIntercept, standardization: Bool
    let family, classWeight, loss: String?
    let epsilon: Double?
    let lowerBoundsOnCoefficients, upperBoundsOnCoefficients: [[Double]]?
    let lowerBoundsOnIntercepts, upperBoundsOnIntercepts: [Double]?
  }

  /// What each coefficient is charged at last, for its size and for half of its square.
  struct Penalty: Decodable, Sendable {
    let l1, l2: [Double]
  }

  struct Expected: Decodable, Sendable {
    let coefficients: [[Double]]
    let intercepts: [Double]
    let objective: Double
    let scale, r2: Double?
    let probabilities: [[Double]]?
    let predictions, standardErrors, pValues: [Double]?
  }

  let name, model, table, label: String
  let weight, prepared: String?
  let settings: Settings
  /// scikit-learn's C for this lambda.
  let C: Double?
  let penalty: Penalty?
  /// Whether there is but one answer; else only objective and predictions may be compared.
  let unique: Bool
  /// The labels in the order of the coefficients; nil in regression.
  let classes: [String]?
  let expected: Expected

  var testDescription: String { name }

  static let logistic = GoldenFile.shared.cases.filter { $0.model == "logistic-regression" }
  static let linear = GoldenFile.shared.cases.filter { $0.model == "linear-regression" }

  /// The rows that it learns from.
  func data() throws -> GoldenTable {
    let table = try #require(GoldenFile.tables[table])
    var data = GoldenTable(names: table.features.filter { $0 != label })
    data.rows = try table.numbers(data.names)
    data.labels = try #require(table.columns[label])
    data.weights =
      try weight.map { try table.numbers([$0]).map { $0[0] } }
      ?? Array(repeating: 1, count: data.rows.count)
    if prepared == "standardized" { data.standardize() }
    return data
  }
}

/// The rows of a case as numbers.
struct GoldenTable: Sendable {
  let names: [String]
  /// The features.
  var rows: [[Double]] = []
  /// The labels as they are written.
  var labels: [String] = []
  /// 1 for each row where the case has none.
  var weights: [Double] = []

  init(names: [String]) { self.names = names }

  /// The label of each row as a number: itself, or its place among the classes.
  func targets(_ classes: [String]?) throws -> [Double] {
    try labels.map { label in
      guard let classes else { return try #require(Double(label)) }
      return Double(try #require(classes.firstIndex(of: label)))
    }
  }

  /// Each column less its mean and over its deviation, with n.
  mutating func standardize() {
    let count = Double(rows.count)
    for column in names.indices {
      let mean = rows.reduce(0) { $0 + $1[column] } / count
      let square = rows.reduce(0) { $0 + ($1[column] - mean) * ($1[column] - mean) }
      for row in rows.indices {
        rows[row][column] = (rows[row][column] - mean) / (square / count).squareRoot()
      }
    }
  }
}

/// The whole file, read once.
struct GoldenFile: Decodable, Sendable {
  let cases: [GoldenCase]
  private let tables: [String: Source]

  private struct Source: Decodable {
    let label: String
    let file, csv, libsvm: String?
    let width: Int?
    let aside: [String]?
  }

  /// A table as texts; its features are all columns that are neither the label nor aside.
  struct Table: Sendable {
    var features: [String]
    var columns: [String: [String]]

    func numbers(_ names: [String]) throws -> [[Double]] {
      let columns = try names.map { try (#require(self.columns[$0])).map { Double($0) } }
      return try (0..<(columns.first?.count ?? 0)).map { row in
        try columns.map { try #require($0[row]) }
      }
    }
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Without cases where it cannot be read, which a test tells.
  static let shared: GoldenFile = {
    let path = root.appending(path: "Tests/LinearModelsTests/Golden/linear.json")
    let read = (try? Data(contentsOf: path)).flatMap {
      try? JSONDecoder().decode(GoldenFile.self, from: $0)
    }
    return read ?? GoldenFile(cases: [], tables: [:])
  }()

  static let tables = shared.tables.mapValues { source in
    if let libsvm = source.libsvm { return entries(libsvm, source.width ?? 0) }
    let path = root.appending(path: source.file ?? "")
    let text = source.csv ?? (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    let lines = text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    let names = lines.first ?? []
    var columns: [String: [String]] = [:]
    for (place, name) in names.enumerated() {
      columns[name] = lines.dropFirst().map { $0[place] }
    }
    let aside = [source.label] + (source.aside ?? [])
    return Table(features: names.filter { !aside.contains($0) }, columns: columns)
  }

  /// Lines of libsvm: a label, then `number:value` from 1 on.
  private static func entries(_ text: String, _ width: Int) -> Table {
    let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
    var values = Array(repeating: Array(repeating: "0", count: lines.count), count: width)
    for (row, line) in lines.enumerated() {
      for entry in line.dropFirst() {
        let parts = entry.split(separator: ":")
        guard let place = Int(parts[0]) else { continue }
        values[place - 1][row] = String(parts[1])
      }
    }
    let names = (1...width).map { "x\($0)" }
    var columns = Dictionary(uniqueKeysWithValues: zip(names, values))
    columns["label"] = lines.map { String($0[0]) }
    return Table(features: names, columns: columns)
  }
}
