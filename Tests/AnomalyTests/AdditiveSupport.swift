import Anomaly
import Blocks
import Cluster
import Foundation
import Frames
import Learning
import LinearAlgebra
import Testing

/// What PyOD and scikit-learn gave: of Golden/additive.json, made by
/// `scripts/parity/golden_anomalies.py`.
struct AdditiveGolden: Decodable, Sendable {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let detector, table: String
    let settings: [String: Value]
    let scores: [Double]
    let fresh: [Double]?

    var testDescription: String {
      let told = settings.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.text)" }
      return "\(detector) of \(table) \(told.joined(separator: ", "))"
    }

    func number(_ name: String) -> Double? { settings[name]?.number }
  }

  /// A number, a word, true or false.
  enum Value: Decodable, Sendable {
    case number(Double)
    case word(String)
    case flag(Bool)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .word(try container.decode(String.self))
      }
    }

    var number: Double? { if case .number(let number) = self { number } else { nil } }
    var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
    var text: String {
      switch self {
      case .number(let number): "\(number)"
      case .word(let word): word
      case .flag(let flag): "\(flag)"
      }
    }
  }

  let tables: [String: [[Double]]]
  let fresh: [String: [[Double]]]
  let cases: [Case]

  /// Without cases where it cannot be read, which a test tells.
  static let shared: AdditiveGolden = {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/additive.json")
    let read = (try? Data(contentsOf: path)).flatMap {
      try? JSONDecoder().decode(AdditiveGolden.self, from: $0)
    }
    return read ?? AdditiveGolden(tables: [:], fresh: [:], cases: [])
  }()

  static func cases(of detector: String) -> [Case] {
    shared.cases.filter { $0.detector == detector }
  }
}

func matrix<Element: Scalar>(
  _ rows: [[Double]], of type: Element.Type = Double.self
) -> Matrix<Element> {
  Matrix(
    rowCount: rows.count, columnCount: rows.first?.count ?? 0,
    elements: rows.flatMap { $0 }.map { Element($0) })
}

func smallSession(_ communicator: Communicator = .solo(), threads: Int = 2) -> Session {
  Session(
    communicator: communicator, threads: threads, memoryByteCount: 1 << 30,
    leaves: LeafPolicy(byteCount: 1, rowCount: 16))
}

extension AnomalyDetector {
  /// Learns from rows that are all on one worker.
  func fitted(
    _ rows: [[Double]], weights: [Double]? = nil, categories: [Int] = []
  ) throws -> Fit<Fitted> {
    let session = smallSession()
    let names = FeatureNames((0..<(rows.first?.count ?? 0)).map { "x\($0)" })
    let blocks = try BlockMatrix(matrix(rows), weights: weights, in: session)
    return try fit(
      blocks.named(names, categories: categories), inputs: [:], in: session)
  }
}

extension AnomalyModel {
  func scores(_ rows: [[Double]]) -> [Double] { matrix(rows).withRows { scores(of: $0) } }

  /// What the features add, one list a row.
  func contributions(_ rows: [[Double]]) -> [[Double]] {
    let found = matrix(rows).withRows { contributions(to: $0) }
    return rows.indices.map { found.row($0) }
  }
}

/// The largest difference of two lists, in units of the second one's numbers where they exceed 1.
func distance(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).map { ($0 - $1).magnitude / max(1, $1.magnitude) }
    .reduce(0) { $1.isNaN ? .infinity : max($0, $1) }
}

/// Rows of normal numbers, some of them repeated.
func someRows(_ count: Int, _ width: Int, seed: UInt64 = 5) -> [[Double]] {
  var draw = RandomSource(seed: seed, purpose: "tests.anomaly").stream()
  var rows: [[Double]] = []
  for row in 0..<count {
    let isRepeated = row % 9 == 8
    rows.append(
      isRepeated ? rows[row / 2] : (0..<width).map { _ in Double(Float(draw.normal())) })
  }
  return rows
}
