import Blocks
import Cluster
import Clustering
import Datasets
import Frames
import Learning
import LinearAlgebra
import Platform
import Testing

private let ways = KMeans.Initialization.allCases

struct EdgeTests {
  @Test(arguments: ways)
  func `one cluster is the mean of all rows`(way: KMeans.Initialization) throws {
    let data = Clumps(seed: 21, rowCount: 57, columnCount: 3, clumps: 2)
    let fit = try fit(
      KMeans {
        $0.k = 1
        $0.`init` = way
      }, data.rows)
    let mean = (0..<3).map { column in data.rows.reduce(0) { $0 + $1[column] } / 57 }
    #expect(difference(fit.model.centers.rows, [mean]) < 1e-13)
    #expect(fit.model.clusterSizes == [57])
  }

  @Test(arguments: ways)
  func `as many clusters as rows leave nothing over`(way: KMeans.Initialization) throws {
    let data = Clumps(seed: 22, rowCount: 23, columnCount: 2, clumps: 4)
    let fit = try fit(
      KMeans {
        $0.k = 23
        $0.`init` = way
      }, data.rows)
    #expect(difference(ordered(fit.model.centers.rows), ordered(data.rows)) < 1e-13)
    #expect(fit.model.inertia < 1e-20)
    #expect(fit.report.warnings.isEmpty)
  }

  @Test(arguments: ways)
  func `more clusters than distinct rows are said and counted`(way: KMeans.Initialization) throws {
    let rows = (0..<40).map { [Double($0 % 4), 0] }
    let fit = try fit(
      KMeans {
        $0.k = 9
        $0.`init` = way
      }, rows)
    #expect(ordered(fit.model.centers.rows) == [[0, 0], [1, 0], [2, 0], [3, 0]])
    #expect(fit.report.count("clusters") == 4)
    #expect(fit.report.warnings.contains { $0.contains("only 4 clusters instead of 9") })
    #expect(fit.model.clusterSizes == [10, 10, 10, 10])
    #expect(fit.model.inertia == 0)
  }

  @Test(arguments: ways)
  func `equal rows are one cluster, and one row is, too`(way: KMeans.Initialization) throws {
    for count in [1, 50] {
      for k in [1, 3] {
        let fit = try fit(
          KMeans {
            $0.k = k
            $0.`init` = way
          }, [[Double]](repeating: [2.5, -1], count: count))
        #expect(fit.model.centers.rows == [[2.5, -1]], "\(count) rows, k \(k)")
        #expect(fit.model.inertia == 0)
        #expect(fit.report.warnings.isEmpty == (k == 1))
      }
    }
  }

  @Test func `an empty cluster gets the farthest row, and is counted`() throws {
    // The third centre lies behind the second and gets nothing; the row 14 is the farthest.
    let rows = [[0.0], [1], [2], [10], [11], [12], [14]]
    let fit = try fit(KMeans { $0.k = 3 }, rows, from: [[1], [11], [1000]])
    #expect(fit.report.count("clustersReseeded") == 1)
    #expect(fit.report.warnings.contains { $0.contains("lost all its rows") })
    #expect(ordered(fit.model.centers.rows) == [[1], [11], [14]])
    #expect(fit.model.clusterSizes == [3, 3, 1])
  }

  @Test(arguments: [KMeans.Initialization.plusPlus, .parallel, .random])
  func `first centres are distinct rows of the data`(way: KMeans.Initialization) throws {
    // The limit of one iteration and rows that lie alone: the centres stay where they were drawn.
    let rows = (0..<64).map { [Double($0 * $0 * $0), Double($0 % 5)] }
    for seed in 1...10 as ClosedRange<UInt64> {
      let model = try fit(
        KMeans {
          $0.k = 64
          $0.`init` = way
          $0.maxIterations = 1
        }, rows, seed: seed
      ).model
      #expect(Set(model.centers.rows).count == 64, "seed \(seed)")
      #expect(Set(model.centers.rows).isSubset(of: Set(rows)), "seed \(seed)")
    }
  }

  @Test func `a seed draws its own centres, and the same ones again`() throws {
    let data = Clumps(seed: 23, rowCount: 300, columnCount: 4, clumps: 20, distance: 1)
    for way in ways {
      let settings = KMeans {
        $0.k = 12
        $0.`init` = way
        $0.maxIterations = 1
      }
      let centers = try [1, 2, 1].map {
        try fit(settings, data.rows, seed: $0).model.centers.rows
      }
      #expect(centers[0] == centers[2])
      #expect(centers[0] != centers[1])
    }
  }

  @Test func `several starts keep the best`() throws {
    let data = Clumps(seed: 24, rowCount: 300, columnCount: 2, clumps: 12, distance: 3)
    var settings = KMeans {
      $0.k = 12
      $0.`init` = .random
    }
    let one = try fit(settings, data.rows).model.inertia
    settings.starts = 12
    let best = try fit(settings, data.rows).model.inertia
    #expect(best < one)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func `a value that is no finite number is refused by its row and column`(value: Double) throws {
    let column = Column([1, 2, value, 4].map { Optional($0) })
    let data = Dataset(
      Frame([("a", Column([1, 2, 3, 4].map { Optional(Double($0)) })), ("b", column)]))
    #expect {
      _ = try data.blocks(of: Double.self, features: ["a", "b"], in: smallSession())
    } throws: { error in
      let text = Failure(error).description
      return Failure(error).kind == .data && text.contains("row 3") && text.contains("column b")
    }
    let skipped = try data.blocks(
      of: Float.self, features: ["a", "b"], unusable: .skip, in: smallSession())
    #expect(skipped.0.rowCount == 3)
    #expect(skipped.1.unusableRowCount == 1)
  }

  @Test func `wrong first centres are refused in words`() throws {
    let rows = [[0.0, 0], [1, 1], [5, 5]]
    for (first, words) in [
      ([[0.0], [1]], "columns"), ([[0, 0]], "k must be"), ([[0, 0], [.nan, 1]], "finite"),
    ] {
      #expect {
        _ = try fit(KMeans { $0.k = 2 }, rows, from: first)
      } throws: { Failure($0).description.contains(words) }
    }
    #expect(throws: Failure(.data, "there are no rows to learn from")) {
      _ = try KMeans().fit(
        BlockMatrix(Matrix<Double>(rowCount: 0, columnCount: 2), in: smallSession()), inputs: [:],
        in: smallSession())
    }
  }

  @Test func `a row without numbers gets no cluster`() throws {
    let model = try fit(KMeans { $0.k = 2 }, [[0], [1], [10], [11]], from: [[0], [10]]).model
    #expect(model.labels([[0.2], [.nan], [12], [.infinity]]) == [0, nil, 1, nil])
  }

  @Test(arguments: ways)
  func `no number of clusters is too large`(way: KMeans.Initialization) throws {
    let fit = try fit(
      KMeans {
        $0.k = .max
        $0.`init` = way
      }, [[0.0], [1], [1], [5]])
    #expect(ordered(fit.model.centers.rows) == [[0], [1], [5]])
    #expect(fit.report.warnings.count == 1)
  }
}
