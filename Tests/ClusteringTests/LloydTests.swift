import Clustering
import Learning
import LinearAlgebra
import Platform
import Testing

/// Rounding of some thousand additions in Double, far below what a wrong row would cause.
private let roundOff = 1e-12

struct LloydTests {
  @Test(arguments: [(1, 3), (7, 2), (60, 1), (301, 5), (300, 17)], [false, true])
  func `the textbook gets the same centres and labels`(
    shape: (rows: Int, columns: Int), isWeighted: Bool
  ) throws {
    for seed in [1, 2, 3, 5] as [UInt64] {
      let data = Clumps(
        seed: seed, rowCount: shape.rows, columnCount: shape.columns, clumps: 4)
      let k = min(4, shape.rows)
      let first = Array(data.rows.prefix(k))
      let weights = isWeighted ? data.weights : nil
      let settings = KMeans {
        $0.k = k
        $0.maxIterations = 7
        $0.tolerance = 0
      }
      func check<Element: Scalar>(_ type: Element.Type) throws {
        let fit = try fit(settings, data.rows, of: type, weights: weights, from: first)
        try #require(fit.report.count("clustersReseeded") == 0, "seed \(seed)")
        let book = Textbook(
          data.rows, weights: weights, from: first, iterations: fit.report.iterations)
        let apart = difference(fit.model.centers.rows, book.centers)
        #expect(apart < roundOff, "seed \(seed), \(Element.precisionName)")
        #expect(
          fit.model.labels(data.rows, of: type) == book.labels,
          "seed \(seed), \(Element.precisionName)")
        let inertia = fit.report.objective ?? .nan
        #expect(
          abs(inertia - book.inertia) <= 1e-10 * max(1, book.inertia),
          "seed \(seed): \(inertia), not \(book.inertia)")
        #expect(
          fit.model.clusterSizes
            == (0..<k).map { cluster in book.labels.filter { $0 == cluster }.count })
      }
      try check(Double.self)
      try check(Float.self)
    }
  }

  @Test func `a weight of 2 is a row that is there twice`() throws {
    let data = Clumps(seed: 11, rowCount: 200, columnCount: 4, clumps: 3)
    let twice = (0..<200).filter { $0 % 3 == 0 }
    let first = Array(data.rows.prefix(3))
    let settings = KMeans { $0.k = 3 }
    let weighted = try fit(
      settings, data.rows, weights: (0..<200).map { $0 % 3 == 0 ? 2 : 1 }, from: first)
    let doubled = try fit(settings, data.rows + twice.map { data.rows[$0] }, from: first)
    #expect(weighted.report.iterations == doubled.report.iterations)
    #expect(
      difference(weighted.model.centers.rows, doubled.model.centers.rows) < roundOff)
    #expect(abs(weighted.model.inertia / doubled.model.inertia - 1) < roundOff)
  }

  @Test func `rows of weight 0 move no centre, but get a cluster`() throws {
    let data = Clumps(seed: 12, rowCount: 90, columnCount: 2, clumps: 3)
    let far = (0..<10).map { [1e4 + Double($0), -1e4] }
    let first = Array(data.rows.prefix(3))
    let settings = KMeans { $0.k = 3 }
    let alone = try fit(settings, data.rows, from: first)
    let beside = try fit(
      settings, data.rows + far,
      weights: data.rows.map { _ in 1 } + far.map { _ in 0 }, from: first)
    #expect(difference(beside.model.centers.rows, alone.model.centers.rows) < roundOff)
    #expect(beside.model.clusterSizes.reduce(0, +) == 100)
    #expect(throws: Failure.self) {
      _ = try fit(settings, far, weights: far.map { _ in 0 })
    }
  }

  @Test(arguments: KMeans.Initialization.allCases)
  func `the objective never rises`(way: KMeans.Initialization) throws {
    for seed in 1...5 as ClosedRange<UInt64> {
      let data = Clumps(seed: seed, rowCount: 400, columnCount: 3, clumps: 9, distance: 2)
      let report = try fit(
        KMeans {
          $0.k = 9
          $0.`init` = way
          $0.tolerance = 0
        }, data.rows, of: Float.self, weights: data.weights, seed: seed
      ).report
      #expect(report.converged == true, "seed \(seed)")
      #expect(report.objectives.count == report.iterations)
      for (before, after) in zip(report.objectives, report.objectives.dropFirst()) {
        #expect(after <= before * (1 + roundOff), "seed \(seed), \(way)")
      }
      let last = try #require(report.objectives.last)
      #expect(abs((report.objective ?? 0) / last - 1) < 1e-10, "seed \(seed)")
    }
  }

  @Test func `a far offset costs no digits, in Float neither`() throws {
    // Timestamps: 1e9 seconds with a spread of 1; Float holds such numbers in steps of 64 only,
    // so the rows lie on those steps, three clumps of them.
    let clumps = [0.0, 640, 1280]
    let rows = (0..<300).map { row -> [Double] in
      let time: Double = 1e9 + clumps[row % 3] + Double(row % 2) * 64
      return [time, Double(row % 3) * 4]
    }
    let expected: [[Double]] = [[1e9 + 32, 0], [1e9 + 672, 4], [1e9 + 1312, 8]]
    for way in KMeans.Initialization.allCases where way != .random {
      let model = try fit(
        KMeans {
          $0.k = 3
          $0.`init` = way
        }, rows, of: Float.self
      ).model
      let labels = model.labels(rows, of: Float.self)
      #expect(Set(labels.prefix(3)).count == 3)
      #expect(labels == (0..<300).map { labels[$0 % 3] })
      #expect(ordered(model.centers.rows) == expected)
    }
    // In Double a spread of 1 at 1e9 is seen as it is.
    let fine = Clumps(seed: 5, rowCount: 300, columnCount: 2, clumps: 3)
    let moved = fine.rows.map { $0.map { $0 + 1e9 } }
    let settings = KMeans { $0.k = 3 }
    let near = try fit(settings, fine.rows, from: Array(fine.rows.prefix(3)))
    let far = try fit(settings, moved, from: Array(moved.prefix(3)))
    #expect(far.model.labels(moved) == near.model.labels(fine.rows))
    #expect(abs(far.model.inertia / near.model.inertia - 1) < 1e-6)
  }

  @Test func `a constant column changes nothing`() throws {
    let data = Clumps(seed: 6, rowCount: 120, columnCount: 3, clumps: 3)
    let wider = data.rows.map { [$0[0], 17, $0[1], $0[2]] }
    let settings = KMeans { $0.k = 3 }
    let plain = try fit(settings, data.rows, from: Array(data.rows.prefix(3)))
    let constant = try fit(settings, wider, from: Array(wider.prefix(3)))
    #expect(constant.model.labels(wider) == plain.model.labels(data.rows))
    #expect(constant.model.centers.rows.allSatisfy { $0[1] == 17 })
  }
}
