import Anomaly
import Blocks
import Cluster
import Frames
import Learning
import LinearAlgebra
import Platform
import Testing

struct CovarianceTests {
  @Test func `there are golden cases`() {
    #expect(AdditiveGolden.cases(of: "mahalanobis").count == 16)
    #expect(AdditiveGolden.cases(of: "pca-anomaly").count == 30)
  }

  @Test(arguments: AdditiveGolden.cases(of: "mahalanobis"))
  func `distances are scikit-learn's`(_ golden: AdditiveGolden.Case) throws {
    let rows = try #require(AdditiveGolden.shared.tables[golden.table])
    let fresh = try #require(AdditiveGolden.shared.fresh[golden.table])
    let text = try #require(golden.settings["shrinkage"]?.text)
    let model = try Mahalanobis {
      $0.shrinkage = Shrinkage(settingText: text) ?? .none
    }.fitted(rows).model
    #expect(distance(model.scores(rows), golden.scores) < 1e-9)
    #expect(distance(model.scores(fresh), try #require(golden.fresh)) < 1e-9)
  }

  @Test(arguments: AdditiveGolden.cases(of: "pca-anomaly"))
  func `errors are those of scikit-learn's PCA`(_ golden: AdditiveGolden.Case) throws {
    let rows = try #require(AdditiveGolden.shared.tables[golden.table])
    let fresh = try #require(AdditiveGolden.shared.fresh[golden.table])
    let standardize = try #require(golden.settings["standardize"]?.flag as Bool?)
    let model = try PCAAnomaly {
      $0.components = golden.number("components").map { Int($0) }
      if let variance = golden.number("variance") { $0.variance = variance }
      $0.standardize = standardize
    }.fitted(rows).model
    // What is left of a row is rounded as the row is long.
    func check(_ found: [Double], _ expected: [Double], of rows: [[Double]]) {
      let lengths = rows.map { row in
        row.indices.reduce(0) { $0 + (row[$1] - model.mean[$1]) * (row[$1] - model.mean[$1]) }
      }
      for place in found.indices {
        let size = max(1, expected[place], lengths[place] * 1e-3)
        #expect((found[place] - expected[place]).magnitude < 1e-9 * size, "row \(place)")
      }
    }
    check(model.scores(rows), golden.scores, of: rows)
    check(model.scores(fresh), try #require(golden.fresh), of: fresh)
  }

  @Test func `contributions sum to the score`() throws {
    let rows = someRows(100, 5)
    func check(_ model: some AnomalyModel) {
      let sums = model.contributions(rows).map { $0.reduce(0, +) }
      #expect(model.contributionsSumToScore && sums == model.scores(rows))
      #expect(Set(sums).count > 50)
    }
    check(try Mahalanobis().fitted(rows).model)
    check(try PCAAnomaly().fitted(rows).model)
  }

  @Test func `a weight of 2 is the row twice, and of 0 not at all`() throws {
    let rows = someRows(60, 3)
    let weights = rows.indices.map { Double($0 % 3) }
    let repeated = rows.indices.flatMap { [[Double]](repeating: rows[$0], count: $0 % 3) }
    for shrinkage in [Shrinkage.none, .ledoitWolf, .share(0.2)] {
      let detector = Mahalanobis {
        $0.shrinkage = shrinkage
        $0.contamination = 0
      }
      let (weighted, plain) = (
        try detector.fitted(rows, weights: weights).model, try detector.fitted(repeated).model
      )
      #expect(distance(weighted.scores(rows), plain.scores(rows)) < 1e-10)
    }
    let detector = PCAAnomaly { $0.contamination = 0 }
    let (weighted, plain) = (
      try detector.fitted(rows, weights: weights).model, try detector.fitted(repeated).model
    )
    #expect(distance(weighted.scores(rows), plain.scores(rows)) < 1e-10)
  }

  @Test func `columns that determine each other have a ridge, which is said`() throws {
    let rows = someRows(50, 2).map { [$0[0], $0[1], 2 * $0[0] - $0[1]] }
    let fit = try Mahalanobis().fitted(rows)
    #expect(fit.report.facts.contains { $0.contains("determine each other") })
    // Two directions: distances as without the third column; and what breaks the rule is far.
    let two = try Mahalanobis().fitted(rows.map { Array($0.prefix(2)) }).model
    let found = fit.model.scores(rows)
    #expect(distance(found, two.scores(rows.map { Array($0.prefix(2)) })) < 1e-4)
    var broken = rows[0]
    broken[2] += 0.1
    #expect(fit.model.scores([broken])[0] > 100 * (found.max() ?? 0))
  }

  @Test func `a constant column adds nothing, which is said`() throws {
    let rows = someRows(50, 2).map { [$0[0], 1e9 / 3, $0[1]] }
    let fit = try Mahalanobis().fitted(rows)
    let plain = try Mahalanobis().fitted(rows.map { [$0[0], $0[2]] }).model
    let expected = plain.scores(rows.map { [$0[0], $0[2]] })
    #expect(distance(fit.model.scores(rows), expected) < 1e-9)
    #expect(fit.report.facts.contains { $0.contains("1 columns do not vary") })
  }

  @Test func `odd tables have scores or an error in words`() throws {
    let tables: [[[Double]]] = [
      [[7]], [[7], [7]], [[1, 2]], [[1, 2], [1, 2]], [[1], [2]], [[0, 1], [1, 0]],
      [[1e-160, 1], [2e-160, 2]], [[0], [Double.leastNonzeroMagnitude]],
    ]
    for rows in tables {
      for share in [0, 0.1, 0.5] {
        for shrinkage in [Shrinkage.none, .ledoitWolf, .share(1)] {
          let model = try Mahalanobis {
            $0.contamination = share
            $0.shrinkage = shrinkage
          }.fitted(rows).model
          #expect(model.scores(rows).allSatisfy { $0.isFinite }, "\(rows)")
          #expect((model.threshold == nil) == (share == 0))
        }
        for standardize in [true, false] {
          let model = try PCAAnomaly {
            $0.contamination = share
            $0.standardize = standardize
          }.fitted(rows).model
          #expect(model.scores(rows).allSatisfy { $0.isFinite && $0 >= 0 }, "\(rows)")
        }
      }
    }
    for rows in [[[1e200], [-1e200]], []] {
      #expect(throws: Failure.self) { try Mahalanobis().fitted(rows) }
      #expect(throws: Failure.self) { try PCAAnomaly().fitted(rows) }
    }
    #expect(throws: Failure.self) { try Mahalanobis().fitted([[1], [2]], weights: [0, 0]) }
  }

  @Test func `what is not finite cannot be scored`() throws {
    let rows = someRows(30, 2)
    let probes = [[Double.nan, 0], [0, .infinity], [-.infinity, 1]]
    #expect(try Mahalanobis().fitted(rows).model.scores(probes).allSatisfy { $0.isNaN })
    #expect(try PCAAnomaly().fitted(rows).model.scores(probes).allSatisfy { $0.isNaN })
  }

  @Test func `one feature alone is scored by its squared standard score`() throws {
    let model = try PCAAnomaly { $0.contamination = 0 }.fitted([[1], [3]]).model
    #expect(model.kept == 0 && model.scores([[1], [3], [6]]) == [1, 1, 16])
  }

  @Test func `components that explain all leave nothing, and are not all kept by themselves`()
    throws
  {
    let rows = someRows(100, 2).map { [$0[0], $0[1], $0[0] + $0[1], 3] } + [[9, -9, 0, 3]]
    let model = try PCAAnomaly { $0.variance = 1 }.fitted(rows).model
    // Two directions vary, so one is left.
    #expect(model.kept == 1)
    let scores = model.scores(rows)
    #expect(scores.indices.max { scores[$0] < scores[$1] } == 100)
    let whole = try PCAAnomaly { $0.components = 2 }.fitted(rows)
    #expect(whole.report.warnings.first?.contains("explain all of the variance") == true)
  }

  @Test func `variances beyond all numbers are refused, wherever they lie`() {
    for numbers in [[1e300, -1e300, 1e299, 1], [1, 1e299, -1e300, 1e300], [1.7e308, 1, 2, 3]] {
      let rows = zip(numbers, [1.0, 2, 3, 7]).map { [$1, $0] }
      #expect(throws: Failure.self) { try Mahalanobis().fitted(rows) }
      #expect(throws: Failure.self) { try PCAAnomaly().fitted(rows) }
    }
  }

  @Test func `settings that cannot be are refused`() {
    let rows = someRows(30, 2)
    #expect(throws: SettingError.self) { try PCAAnomaly { $0.components = 2 }.fitted(rows) }
    #expect(throws: SettingError.self) { try PCAAnomaly { $0.variance = 1.1 }.fitted(rows) }
    #expect(throws: SettingError.self) {
      try Mahalanobis { $0.shrinkage = .share(1.5) }.fitted(rows)
    }
    #expect(Shrinkage(settingText: "ledoit-wolf") == .ledoitWolf)
    #expect(Shrinkage(settingText: "half") == nil && Shrinkage(settingText: "0.5") == .share(0.5))
  }
}
