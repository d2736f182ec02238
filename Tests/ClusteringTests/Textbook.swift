import Blocks
import Cluster
import Clustering
import Datasets
import Foundation
import Frames
import Learning
import LinearAlgebra

/// Lloyd's method as a textbook writes it, in Double, with loops and nothing else.
struct Textbook {
  var centers: [[Double]]
  var labels: [Int] = []
  var inertia = 0.0

  init(_ rows: [[Double]], weights: [Double]? = nil, from first: [[Double]], iterations: Int) {
    centers = first
    for _ in 0..<iterations {
      assign(rows, weights)
      var sums = first.map { $0.map { _ in 0.0 } }
      var mass = first.map { _ in 0.0 }
      for (index, row) in rows.enumerated() {
        let weight = weights?[index] ?? 1
        mass[labels[index]] += weight
        for column in row.indices { sums[labels[index]][column] += weight * row[column] }
      }
      for cluster in centers.indices where mass[cluster] > 0 {
        centers[cluster] = sums[cluster].map { $0 / mass[cluster] }
      }
    }
    assign(rows, weights)
  }

  private mutating func assign(_ rows: [[Double]], _ weights: [Double]?) {
    inertia = 0
    labels = rows.enumerated().map { index, row in
      let distances = centers.map { center in
        zip(row, center).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      let best = distances.indices.min { (distances[$0], $0) < (distances[$1], $1) } ?? 0
      inertia += distances[best] * (weights?[index] ?? 1)
      return best
    }
  }
}

/// Random clumps whose seed is printed by the test that fails.
struct Clumps {
  var rows: [[Double]] = []
  var weights: [Double] = []

  init(seed: UInt64, rowCount: Int, columnCount: Int, clumps: Int, distance: Double = 6) {
    var draw = RandomSource(seed: seed, purpose: "tests.clumps").stream()
    let places = (0..<clumps).map { _ in (0..<columnCount).map { _ in distance * draw.normal() } }
    for _ in 0..<rowCount {
      let place = places[draw.integer(below: clumps)]
      // Values that Float holds exactly, so that both precisions see the same rows.
      rows.append(place.map { Double(Float($0 + draw.normal())) })
      weights.append(0.5 + draw.uniform())
    }
  }
}

/// Leaves of a few rows, so that small data has several.
let smallLeaves = LeafPolicy(byteCount: 1, rowCount: 16)

func smallSession(seed: UInt64 = 42) -> Session {
  Session(threads: 2, memoryByteCount: 1 << 30, seed: seed, leaves: smallLeaves)
}

/// Fits rows in memory.
func fit<Element: Scalar>(
  _ estimator: KMeans, _ rows: [[Double]], of type: Element.Type = Double.self,
  weights: [Double]? = nil, from first: [[Double]]? = nil, seed: UInt64 = 42
) throws -> Fit<KMeansModel> {
  let session = smallSession(seed: seed)
  let matrix = try BlockMatrix(
    Matrix<Element>(rows), weights: weights, in: session)
  return try estimator.fit(
    matrix, inputs: first.map { ["initialCenters": Matrix<Double>($0)] } ?? [:], in: session)
}

extension Matrix {
  /// Rows of equal length.
  init(_ rows: [[Double]]) {
    self.init(
      rowCount: rows.count, columnCount: rows.first?.count ?? 0,
      elements: rows.flatMap { $0 }.map { Element($0) })
  }

  var rows: [[Element]] { (0..<rowCount).map { row($0) } }
}

extension KMeansModel {
  /// The cluster of each row.
  func labels<Element: Scalar>(_ rows: [[Double]], of type: Element.Type = Double.self) -> [Int?] {
    let clusters = predict(Matrix<Element>(rows))[0]
    return (0..<rows.count).map { row in
      if case .integer(let cluster) = clusters[row] { Int(cluster) } else { nil }
    }
  }
}

extension FitReport {
  func count(_ name: String) -> Int? { counts.first { $0.name == name }?.value }
}

/// The largest relative difference of two lists of rows, relative to the size of the second.
func difference(_ a: [[Double]], _ b: [[Double]]) -> Double {
  guard a.count == b.count else { return .infinity }
  let size = b.flatMap { $0 }.map(abs).max() ?? 0
  let apart = zip(a, b).map { zip($0, $1).map { abs($0 - $1) }.max() ?? 0 }.max() ?? 0
  return apart / max(size, .leastNormalMagnitude)
}

/// Rows in an order of their own, to compare sets of centres.
func ordered(_ rows: [[Double]]) -> [[Double]] {
  rows.sorted { $0.lexicographicallyPrecedes($1) }
}
