import Anomaly
import Blocks
import Cluster
import Frames
import Learning
import LinearAlgebra
import Platform
import Testing

struct TailTests {
  @Test(arguments: AdditiveGolden.cases(of: "ecod"))
  func `scores of training rows are those of PyOD's ECOD`(_ golden: AdditiveGolden.Case) throws {
    let rows = try #require(AdditiveGolden.shared.tables[golden.table])
    let model = try ECOD().fitted(rows).model
    #expect(distance(model.scores(rows), golden.scores) < 1e-9)
  }

  @Test(arguments: AdditiveGolden.cases(of: "copod"))
  func `scores of training rows are those of PyOD's COPOD`(_ golden: AdditiveGolden.Case) throws {
    let rows = try #require(AdditiveGolden.shared.tables[golden.table])
    let model = try COPOD().fitted(rows).model
    #expect(distance(model.scores(rows), golden.scores) < 1e-9)
  }

  @Test func `there are golden cases`() {
    #expect(AdditiveGolden.cases(of: "ecod").count == 4)
    #expect(AdditiveGolden.cases(of: "copod").count == 4)
  }

  /// By counting; columns are skewed, for a symmetric one would add both tails.
  private func slow(_ training: [[Double]], _ row: [Double]) -> Double {
    row.indices.reduce(0) { sum, column in
      let values = training.map { $0[column] }.filter { !$0.isNaN }
      if row[column].isNaN || values.isEmpty { return sum }
      let below = max(1, values.count { $0 <= row[column] })
      let above = max(1, values.count { $0 >= row[column] })
      return sum - Portable.log(Double(min(below, above)) / Double(values.count))
    }
  }

  @Test func `new rows are scored by the training rows alone`() throws {
    var training = someRows(300, 3).map { $0.map { $0 * $0 * $0 + $0 * $0 } }
    for row in stride(from: 0, to: 300, by: 7) { training[row][1] = .nan }
    let model = try ECOD { $0.contamination = 0 }.fitted(training).model
    var probes = someRows(500, 3, seed: 8).map { $0.map { $0 * 3 } } + training
    for probe in [Double.infinity, -.infinity, .nan, 0, -0.0, 1e300] {
      probes.append([probe, probe, probe])
    }
    for (row, score) in zip(probes, model.scores(probes)) {
      #expect((score - slow(training, row)).magnitude < 1e-12 * max(1, score), "\(row)")
    }
  }

  @Test(arguments: [0.25, 1, 1e-300, 1e12])
  func `places are found among values of any spread`(base: Double) throws {
    // From one value to many a bucket: powers, equal steps, and both signs.
    let values = (0..<3000).map { $0 < 1000 ? base * Double($0) : -base * Double($0 * $0 * $0) }
    let model = try ECOD { $0.contamination = 0 }.fitted(values.map { [$0] }).model
    // 0 is there twice, as 0 and as -0.
    for value in values where value != 0 {
      let (below, above) = (values.count { $0 <= value }, values.count { $0 >= value })
      let expected = -Portable.log(Double(min(below, above)) / 3000)
      #expect((model.scores([[value]])[0] - expected).magnitude < 1e-12)
    }
  }

  @Test(arguments: [1, 2, 3])
  func `training rows get the scores that the model gives them, on any workers`(
    workers: Int
  ) throws {
    // More columns than are ordered at a time.
    let rows = someRows(2500, 20).map { row in
      row.enumerated().map { column, number -> Double in
        switch column % 5 {
        case 1: return number.rounded()
        case 2: return number > 1.5 ? .nan : number
        case 3: return 3
        case 4: return number * 1e-30
        default: return number
        }
      }
    }
    func check<Element: Scalar>(_ type: Element.Type) throws {
      let scores = try Communicator.withThreads(workers, patience: 60) { group in
        let session = smallSession(group)
        let mine = rows.indices.filter { $0 % workers == group.rank }.map { rows[$0] }
        let blocks = try BlockMatrix(matrix(mine, of: type), in: session)
        let found = try blocks.sortedColumns(scoringBy: .largest, in: session)
        let again = try blocks.map("again", in: session) {
          found.columns.sums(by: .largest, for: $0)
        }
        #expect(found.scores == again)
        return try group.allGather(found.scores).flatMap { $0 }.sorted()
      }
      let alone = try BlockMatrix(matrix(rows, of: type), in: smallSession())
        .sortedColumns(scoringBy: .largest, in: smallSession())
      #expect(scores.allSatisfy { $0 == alone.scores.sorted() })
    }
    try check(Double.self)
    try check(Float.self)
  }

  @Test func `contributions sum to the score`() throws {
    let rows = someRows(200, 4) + [[.nan, 0, 1e9, -1e9]]
    let ecod = try ECOD().fitted(rows).model
    let copod = try COPOD().fitted(rows).model
    #expect(ecod.contributions(rows).map { $0.reduce(0, +) } == ecod.scores(rows))
    #expect(copod.contributions(rows).map { $0.reduce(0, +) } == copod.scores(rows))
  }

  @Test func `a column that mirrors itself adds both tails`() throws {
    let model = try ECOD { $0.contamination = 0 }.fitted([[-2], [-1], [0], [1], [2]]).model
    let expected = -Portable.log(0.2)
    #expect((model.scores([[-2]])[0] - expected).magnitude < 1e-12)
    #expect((model.scores([[0]])[0] + 2 * Portable.log(0.6)).magnitude < 1e-12)
  }

  @Test func `odd columns have scores`() throws {
    let missing = Double.nan
    let tables: [[[Double]]] = [
      [[7]], [[7], [7], [7]], [[missing], [missing]], [[1e308], [-1e308]],
      [[0], [Double.leastNonzeroMagnitude]],
      [[1, missing], [2, 3]], [[0], [-0.0]], [[1e308], [-1e308], [0]],
    ]
    for rows in tables {
      for share in [0, 0.1, 0.5] {
        let ecod = try ECOD { $0.contamination = share }.fitted(rows).model
        let copod = try COPOD { $0.contamination = share }.fitted(rows).model
        let probes =
          rows + rows.map { $0.map { $0 + 1 } }
          + [-Double.infinity, .infinity, missing, 0].map { probe in rows[0].map { _ in probe } }
        #expect(ecod.scores(probes).allSatisfy { $0.isFinite && $0 >= 0 }, "\(rows)")
        #expect(copod.scores(probes).allSatisfy { $0.isFinite && $0 >= 0 }, "\(rows)")
        #expect((ecod.threshold == nil) == (share == 0))
      }
    }
    // All rows alike: no value is in a tail, and all reach the threshold.
    let alike = try ECOD().fitted([[Double]](repeating: [4, 5], count: 9)).model
    #expect(alike.scores([[4, 5]]) == [0] && alike.threshold?.reachedCount == 9)
  }

  @Test func `no row is refused in words`() {
    #expect(throws: Failure.self) { try ECOD().fitted([]) }
    #expect(throws: Failure.self) { try COPOD().fitted([]) }
  }
}
