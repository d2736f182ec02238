import Foundation
import Martlet

/// The tables and answers of Golden/evaluation.json, made by `scripts/parity/golden_evaluation.py`.
enum GoldenFile {
  static let document: JSONValue = {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/evaluation.json")
    guard let data = try? Data(contentsOf: url) else { return .null }
    return (try? JSONValue(parsing: Array(data))) ?? .null
  }()

  static let cases = ((try? document.list("cases")) ?? []).compactMap { GoldenCase($0) }
  static let names = cases.map(\.name)
}

/// One table with what others say of it.
struct GoldenCase: Sendable {
  let name: String
  let kind: String
  let document: JSONValue

  init?(_ document: JSONValue) {
    guard let name = try? document.text("name"), let kind = try? document.text("kind") else {
      return nil
    }
    (self.name, self.kind, self.document) = (name, kind, document)
  }

  func numbers(_ member: String) throws -> [Double] {
    try document.list(member).map { try Self.number($0) }
  }

  static func number(_ value: JSONValue) throws -> Double {
    switch value {
    case .integer(let number): return Double(number)
    case .number(let number): return number
    default: throw Failure(.data, "\(value.kind) where a number should be")
    }
  }

  var weights: [Double]? { try? numbers("weights") }
  var labels: [ClassLabel] {
    get throws { try numbers("labels").map { .code(Int($0)) } }
  }
  var predictions: [ClassLabel] {
    get throws { try numbers("predictions").map { .code(Int($0)) } }
  }
  var probabilities: [[Double]] {
    get throws {
      try document.list("probabilities").map { row in
        guard case .list(let row) = row else { return [] }
        return try row.map { try Self.number($0) }
      }
    }
  }

  /// What a peer says, by metric.
  func answers(of peer: String) throws -> [(name: String, value: Double)] {
    guard case .object(let object) = try document.member(peer) else { return [] }
    return try object.members.filter { !$0.name.hasPrefix("_") }.map { member in
      (member.name, member.value == .null ? .nan : try Self.number(member.value))
    }
  }

  var options: EvaluationOptions {
    var options = EvaluationOptions()
    options.beta = (try? Self.number(document.member("beta"))) ?? 1
    return options
  }

  func evaluation() throws -> ClassificationEvaluation {
    let scores = try probabilities
    if kind == "binary" {
      return try ClassificationEvaluation(
        labels: numbers("labels").map { $0 == 1 }, scores: scores.map { $0[0] },
        threshold: Self.number(document.member("threshold")), weights: weights)
    }
    let classes = try numbers("classes").map { ClassLabel.code(Int($0)) }
    return try ClassificationEvaluation(
      labels: labels, predictions: predictions,
      probabilities: Matrix(
        rowCount: scores.count, columnCount: classes.count, elements: scores.flatMap { $0 }),
      classes: classes, weights: weights)
  }

  func report(in session: Session = Session()) throws -> EvaluationReport {
    if kind == "regression" {
      return try RegressionEvaluation(
        labels: numbers("labels"), predictions: numbers("predictions"), weights: weights
      ).report(options, in: session)
    }
    return try evaluation().report(options, in: session)
  }
}
