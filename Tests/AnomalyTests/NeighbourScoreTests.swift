import Anomaly
import Blocks
import Cluster
import Foundation
import Frames
import Learning
import LinearAlgebra
import Platform
import Testing

/// What scikit-learn and PyOD say of small tables; scripts/parity/golden_neighbours.py makes them.
private struct Golden: Decodable {
  struct Said: Decodable {
    let lof, lofOthers: [Double]
    let distance, distanceOthers: [String: [Double]]
  }

  struct Case: Decodable {
    let name: String
    let rows, others: [[Double]]
    let neighbors: Int
    let plain, standardized: Said
  }

  let sklearn, pyod: String
  let cases: [Case]

  static func read() throws -> Golden {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "Golden/neighbours.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: path))
  }
}

private func scores(_ model: some AnomalyModel, _ rows: [[Double]]) -> [Double] {
  matrix(rows).withRows { model.scores(of: $0) }
}

/// The largest difference, relative to numbers above 1.
private func gap(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { max($0, ($1.0 - $1.1).magnitude / max(1, $1.1.magnitude)) }
}

private func fit<E: Estimator>(_ estimator: E, _ rows: [[Double]]) throws -> Fit<E.Fitted> {
  let session = Session(threads: 1)
  return try estimator.fit(BlockMatrix(matrix(rows), in: session), inputs: [:], in: session)
}

private func factor(_ neighbors: Int, _ standardize: Bool, _ share: Double = 0)
  -> LocalOutlierFactor
{
  var estimator = LocalOutlierFactor()
  (estimator.neighbors, estimator.standardize) = (neighbors, standardize)
  estimator.contamination = share
  return estimator
}

private func distance(
  _ neighbors: Int, _ standardize: Bool, _ method: NeighbourDistance.Method = .largest,
  _ share: Double = 0
) -> NeighbourDistance {
  var estimator = NeighbourDistance()
  (estimator.neighbors, estimator.standardize) = (neighbors, standardize)
  (estimator.method, estimator.contamination) = (method, share)
  return estimator
}

/// The scores of the training rows, read off the thresholds that shares of them have.
private func trainingScores<E: AnomalyDetector>(
  _ ranks: [Int], _ make: (Double) -> E, _ rows: [[Double]]
) throws -> [Double] {
  try ranks.compactMap { rank in
    try fit(make(Double(rank) / Double(rows.count)), rows).model.threshold?.score
  }
}

@Suite struct NeighbourScoreTests {
  /// Both sides sum a few dozen numbers in another order.
  private let tolerance = 1e-9

  @Test func `rows score as scikit-learn and PyOD score them`() throws {
    let golden = try Golden.read()
    #expect(golden.cases.count == 9)
    for table in golden.cases {
      for (said, standardize) in [(table.plain, false), (table.standardized, true)] {
        let note: Comment = "\(table.name), standardized \(standardize)"
        let model = try fit(factor(table.neighbors, standardize), table.rows).model
        #expect(gap(scores(model, table.others), said.lofOthers) < tolerance, note)
        for method in NeighbourDistance.Method.allCases {
          let model = try fit(distance(table.neighbors, standardize, method), table.rows).model
          let expected = try #require(said.distanceOthers[method.rawValue])
          #expect(gap(scores(model, table.others), expected) < tolerance, "\(note) \(method)")
        }
      }
    }
  }

  @Test func `training rows score as if each were not among the others`() throws {
    for table in try Golden.read().cases {
      // Some of those that a contamination can ask for.
      let half = table.rows.count / 2
      let ranks = Array(stride(from: 1, through: half, by: max(1, half / 6)))
      func expected(_ scores: [Double]) -> [Double] {
        ranks.map { scores.sorted(by: >)[$0 - 1] }
      }
      for (said, standardize) in [(table.plain, false), (table.standardized, true)] {
        let note: Comment = "\(table.name), standardized \(standardize)"
        let found = try trainingScores(
          ranks, { factor(table.neighbors, standardize, $0) }, table.rows)
        #expect(gap(found, expected(said.lof)) < tolerance, note)
        for method in NeighbourDistance.Method.allCases {
          let found = try trainingScores(
            ranks, { distance(table.neighbors, standardize, method, $0) }, table.rows)
          let said = try #require(said.distance[method.rawValue])
          #expect(gap(found, expected(said)) < tolerance, note)
        }
      }
    }
  }

  private func contributions(_ model: some AnomalyModel, _ rows: [[Double]]) -> [[Double]] {
    let parts = matrix(rows).withRows { model.contributions(to: $0) }
    return rows.indices.map { parts.row($0) }
  }

  @Test func `contributions sum to the score and name the feature that is strange`() throws {
    let table = try #require(try Golden.read().cases.first)
    let others = table.others + [[0, 0, 500]]
    func check(_ model: some AnomalyModel) {
      let (parts, scores) = (contributions(model, others), scores(model, others))
      #expect(gap(parts.map { $0.reduce(0, +) }, scores) < 1e-12)
      #expect(parts.allSatisfy { $0.allSatisfy { $0 >= 0 } })
      #expect(parts[others.count - 1][2] > 0.9 * scores[others.count - 1])
    }
    check(try fit(factor(20, true), table.rows).model)
    for method in NeighbourDistance.Method.allCases {
      check(try fit(distance(5, true, method), table.rows).model)
    }
  }
}

@Suite struct NeighbourEdgeTests {
  private let line = (0..<30).map { [Double($0), Double($0 * $0 % 7)] }

  @Test func `one row has no neighbour, and that is said`() {
    for run in [
      { try _ = fit(factor(5, true), [[1, 2]]) }, { try _ = fit(distance(5, true), [[1, 2]]) },
    ] {
      #expect(throws: Failure.self) { try run() }
      do { try run() } catch { #expect("\(error)".contains("which has no neighbour")) }
    }
  }

  @Test func `two rows are each other's neighbour`() throws {
    let model = try fit(distance(5, false, .largest, 0.5), [[0, 0], [3, 4]]).model
    #expect(model.neighborCount == 1)
    #expect(model.threshold?.score == 5)
    #expect(model.threshold?.reachedCount == 2)
    // As thin there as anywhere: both rows and the new one have density 1 / 5.
    let other = try fit(factor(5, false), [[0, 0], [3, 4]]).model
    #expect(scores(other, [[1, 0]]) == [1])
  }

  @Test func `more neighbours than rows are all the others, with a warning`() throws {
    let all = try fit(distance(29, true), line)
    let more = try fit(distance(1000, true), line)
    #expect(all.report.warnings.isEmpty)
    #expect(more.report.warnings == ["1000 neighbors were asked for; 30 rows have 29 each"])
    #expect(scores(all.model, line) == scores(more.model, line))
  }

  @Test func `rows that are all equal are not strange, and another row is`() throws {
    let equal = (0..<40).map { _ in [1.5, 2] }
    for standardize in [false, true] {
      let near = try fit(distance(5, standardize), equal).model
      #expect(scores(near, [[1.5, 2], [2.5, 2]]) == [0, 1])
      let factor = try fit(factor(5, standardize), equal)
      let found = scores(factor.model, [[1.5, 2], [2.5, 2]])
      #expect(found[0] == 1)
      #expect(found[1] > 1e9 && found[1].isFinite)
      #expect(
        factor.report.counts.contains(FitReport.Count("rows equal to all their neighbors", 40)))
      let parts = matrix([[1.5, 2]]).withRows { factor.model.contributions(to: $0) }
      #expect(parts.elements == [0.5, 0.5])
    }
  }

  @Test func `a constant column changes no score`() throws {
    let wider = line.map { [$0[0], 1e9, $0[1]] }
    for standardize in [false, true] {
      let (a, b) = (
        try fit(factor(4, standardize), line).model, try fit(factor(4, standardize), wider).model
      )
      #expect(gap(scores(a, line), scores(b, wider)) < 1e-13)
      // What differs there afterwards counts as it is.
      #expect(scores(b, [[3, 1e9 + 50, 2]])[0] > 2 * scores(a, [[3, 2]])[0])
    }
  }

  @Test func `a row with a missing or an infinite number has no score`() throws {
    let model = try fit(factor(4, true), line).model
    let found = scores(
      model, [[.nan, 1], [2, 3], [.infinity, 1], [1, -.infinity], [1e300, 0]])
    #expect(found.map(\.isNaN) == [true, false, true, true, true])
    #expect(found[1] == scores(model, [[2, 3]])[0])
    let parts = matrix([[.nan, 1], [2, 3]]).withRows { model.contributions(to: $0) }
    #expect(parts.row(0).map(\.isNaN) == [true, true])
    #expect(gap([parts.row(1).reduce(0, +)], [found[1]]) < 1e-13)
    let columns = model.predict(matrix([[.nan, 1], [2, 3]]))
    #expect(columns[0][0] == .missing)
  }

  @Test func `numbers whose squares are infinite are refused`() {
    let far = line.map { [$0[0] * 1e300, $0[1]] }
    for standardize in [false, true] {
      #expect(throws: Failure.self) { _ = try fit(distance(3, standardize), far) }
    }
  }

  @Test func `all rows that tie at the threshold are anomalies`() throws {
    // Two far rows at the same distance; half of one row in a hundred asks for one.
    let rows = (0..<98).map { [Double($0 % 10), Double($0 / 10)] } + [[-50, 0], [59, 0]]
    let model = try fit(distance(1, false, .largest, 0.005), rows).model
    #expect(model.threshold?.reachedCount == 2)
    #expect(model.threshold?.score == 50)
    let (none, half) = (
      try fit(distance(1, false, .largest, 0), rows).model,
      try fit(distance(1, false, .largest, 0.5), rows).model
    )
    #expect(none.threshold == nil)
    // 98 rows of a grid at distance 1 all tie.
    #expect(half.threshold?.reachedCount == 100)
  }

  @Test func `float rows score as the same rows in double`() throws {
    let session = Session(threads: 2)
    let floats = Matrix<Float>(
      rowCount: line.count, columnCount: 2, elements: line.flatMap { $0 }.map { Float($0) })
    let fitted = try factor(4, false).fit(
      BlockMatrix(floats, in: session), inputs: [:], in: session)
    let expected = scores(try fit(factor(4, false), line).model, line)
    #expect(floats.withRows { fitted.model.scores(of: $0) } == expected)
  }
}
