import Anomaly
import Blocks
import Cluster
import Frames
import Learning
import LinearAlgebra
import Platform
import Testing

struct HBOSTests {
  @Test func `there are golden cases`() {
    #expect(AdditiveGolden.cases(of: "hbos").count == 8)
  }

  @Test(arguments: AdditiveGolden.cases(of: "hbos"))
  func `scores are PyOD's`(_ golden: AdditiveGolden.Case) throws {
    let rows = try #require(AdditiveGolden.shared.tables[golden.table])
    let fresh = try #require(AdditiveGolden.shared.fresh[golden.table])
    let model = try HBOS {
      $0.bins = Int(golden.number("bins") ?? 0)
      $0.alpha = golden.number("alpha") ?? 0
      $0.tolerance = golden.number("tolerance") ?? 0
    }.fitted(rows).model
    #expect(distance(model.scores(rows), golden.scores) < 1e-9)
    #expect(distance(model.scores(fresh), try #require(golden.fresh)) < 1e-9)
  }

  @Test func `a value at an inner edge is found in the bin that counted it`() throws {
    // PyOD counts it above the edge and looks it up below.
    let rows = [[0.0], [1], [1], [1], [2], [3], [4], [4], [4], [5]]
    let model = try HBOS {
      $0.bins = 5
      $0.contamination = 0
    }.fitted(rows).model
    func score(_ share: Double) -> Double { -Portable.log(share + 0.1) / Portable.log(2) }
    let expected = [0.1, 0.3, 0.3, 0.3, 0.1, 0.1, 0.4, 0.4, 0.4, 0.4].map(score)
    #expect(distance(model.scores(rows), expected) < 1e-12)
  }

  @Test func `contributions sum to the score`() throws {
    let rows = someRows(200, 4)
    let model = try HBOS().fitted(rows).model
    let sums = model.contributions(rows).map { $0.reduce(0, +) }
    #expect(model.contributionsSumToScore && sums == model.scores(rows))
  }

  @Test func `a weight of 2 is the row twice, and of 0 not at all`() throws {
    let rows = someRows(60, 3)
    let weights = rows.indices.map { Double($0 % 3) }
    let repeated = rows.indices.flatMap { [[Double]](repeating: rows[$0], count: $0 % 3) }
    let weighted = try HBOS { $0.contamination = 0 }.fitted(rows, weights: weights).model
    let plain = try HBOS { $0.contamination = 0 }.fitted(repeated).model
    #expect(distance(weighted.scores(rows), plain.scores(rows)) < 1e-12)
  }

  @Test func `a missing value is a bin of its own`() throws {
    let rows = (0..<100).map { [$0 < 5 ? Double.nan : Double($0 % 10)] }
    let model = try HBOS { $0.contamination = 0 }.fitted(rows).model
    // A share of 0.05 on a width of 0.9, and -log2 of it and 0.1.
    let expected = -Portable.log(0.05 / 0.9 + 0.1) / Portable.log(2)
    #expect(distance(model.scores([[.nan]]), [expected]) < 1e-12)
    // Never seen: an empty bin.
    let whole = try HBOS { $0.contamination = 0 }.fitted(Array(rows.dropFirst(5))).model
    let empty = -Portable.log(0.1) / Portable.log(2)
    #expect(distance(whole.scores([[.nan]]), [empty]) < 1e-12)
  }

  @Test func `each category is a bin, and an unseen one is empty`() throws {
    let rows = (0..<20).map { [$0 < 15 ? 0.0 : $0 < 19 ? 1 : 2] }
    let model = try HBOS { $0.contamination = 0.05 }.fitted(rows, categories: [0]).model
    let expected = [0.75, 0.2, 0.05, 0, 0, 0].map { -Portable.log($0 + 0.1) / Portable.log(2) }
    let found = model.scores([[0], [1], [2], [3], [-1], [0.5]])
    #expect(distance(found, expected) < 1e-12)
    #expect(model.threshold?.reachedCount == 1)
  }

  @Test func `relative heights do not know units`() throws {
    let rows = someRows(100, 3)
    let scaled = rows.map { [$0[0] * 1024, $0[1] / 64, $0[2]] }
    let detector = HBOS {
      $0.heights = .relative
      $0.contamination = 0
    }
    let (one, other) = (try detector.fitted(rows).model, try detector.fitted(scaled).model)
    #expect(distance(one.scores(rows), other.scores(scaled)) < 1e-12)
  }

  @Test(arguments: HBOS.Heights.allCases)
  func `odd columns have scores`(heights: HBOS.Heights) throws {
    let missing = Double.nan
    let tables: [[[Double]]] = [
      [[7]], [[7], [7], [7]], [[missing], [missing]], [[1e300], [-1e300]],
      [[0], [Double.leastNonzeroMagnitude]],
      [[1e17], [1e17]], [[1e300], [1e300]], [[1, missing], [2, 3]], [[0], [-0.0]],
    ]
    for rows in tables {
      for share in [0, 0.1, 0.5] {
        let detector = HBOS {
          $0.heights = heights
          $0.contamination = share
        }
        let model = try detector.fitted(rows).model
        let probes =
          rows + rows.map { $0.map { $0 + 1 } }
          + [-Double.infinity, .infinity, missing, 0].map { probe in rows[0].map { _ in probe } }
        #expect(model.scores(probes).allSatisfy { $0.isFinite }, "\(rows)")
        #expect((model.threshold == nil) == (share == 0))
      }
    }
  }

  @Test func `what cannot be cut into bins is refused in words`() {
    #expect(throws: Failure.self) {
      try HBOS().fitted([[Double.greatestFiniteMagnitude], [-Double.greatestFiniteMagnitude]])
    }
    #expect(throws: Failure.self) { try HBOS().fitted([[1], [2]], weights: [0, 0]) }
    #expect(throws: (any Error).self) { try HBOS { $0.contamination = 0.6 }.fitted([[1], [2]]) }
    #expect(throws: (any Error).self) { try HBOS { $0.alpha = 0 }.fitted([[1], [2]]) }
  }

  @Test func `equal scores at the threshold are all anomalies`() throws {
    let rows = [[Double]](repeating: [1], count: 30) + [[9.0], [9], [9]]
    let model = try HBOS { $0.contamination = 0.05 }.fitted(rows).model
    #expect(model.threshold?.reachedCount == 3)
  }

  @Test func `explanations count from the most usual bin, so that units do not lead`() throws {
    // The first feature's heights are near 1, the second one's near 1000.
    let rows = (0..<200).map { [Double($0 % 20) / 10, Double($0 % 17) / 10_000] } + [[1, 0.02]]
    let model = try HBOS().fitted(rows).model
    let usual = try #require(model.usualContributions)
    let contributions = try #require(model.contributions([[1, 0.02]]).first)
    #expect(contributions[0] > contributions[1])
    #expect(contributions[1] - usual[1] > contributions[0] - usual[0])
    #expect(model.contributions(rows).allSatisfy { zip($0, usual).allSatisfy { $0 >= $1 } })
  }

  @Test func `features in large units are said to count for little`() throws {
    let rows = (0..<300).map { [Double($0 % 30) * 1000, Double($0 * $0 % 13)] }
    let plain = try HBOS { $0.contamination = 0 }.fitted(rows).report.warnings
    #expect(plain.count == 1 && plain[0].contains("1 features hardly count"))
    #expect(plain[0].contains("x0") && !plain[0].contains("x1"))
    let relative = HBOS {
      $0.contamination = 0
      $0.heights = .relative
    }
    #expect(try relative.fitted(rows).report.warnings.isEmpty)
  }

  @Test func `numbers closer than bins can be have one value`() throws {
    let rows = (0..<20).map { [Double($0) * 1e-300 * 1e-11, Double($0 % 3)] }
    let model = try HBOS().fitted(rows).model
    #expect(model.scores(rows).allSatisfy { $0.isFinite })
    #expect(Set(model.contributions(rows).map { $0[0] }).count == 1)
  }

  @Test func `bins of as many rows are equally rare, wherever they lie`() throws {
    let model = try HBOS().fitted([[1], [2], [3], [4], [9]]).model
    #expect(Set(model.scores([[1], [2], [3], [4], [9]])).count == 1)
  }
}
