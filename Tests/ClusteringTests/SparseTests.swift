import Blocks
import Cluster
import Clustering
import Datasets
import Frames
import Learning
import LinearAlgebra
import Platform
import Testing

/// Fits rows in memory by their entries.
private func fitSparse<Element: Scalar>(
  _ estimator: KMeans, _ rows: [[Double]], of type: Element.Type = Double.self,
  weights: [Double]? = nil, from first: [[Double]]? = nil, in session: Session = smallSession()
) throws -> Fit<KMeansModel> {
  let matrix = try BlockMatrix(
    SparseRows(Matrix<Element>(rows)), weights: weights, in: session)
  return try estimator.fit(
    matrix, inputs: first.map { ["initialCenters": Matrix<Double>($0)] } ?? [:], in: session)
}

/// Documents of three topics: of 300 words each topic has a third, and a document ten of them.
private func documents(_ count: Int, seed: UInt64) -> [[Double]] {
  var draw = RandomSource(seed: seed, purpose: "tests.documents").stream()
  return (0..<count).map { number in
    var row = [Double](repeating: 0, count: 300)
    for _ in 0..<10 {
      row[number % 3 * 100 + draw.integer(below: 100)] = Double(1 + draw.integer(below: 3))
    }
    return row
  }
}

struct SparseTests {
  private static let ways = KMeans.Initialization.allCases

  @Test(arguments: [false, true])
  func `given centres lead where the textbook goes`(isWeighted: Bool) throws {
    let rows = documents(151, seed: 31)
    let weights = isWeighted ? (0..<151).map { Double($0 % 4) } : nil
    let first = [rows[1], rows[2], rows[3], rows[4]]
    for iterations in [1, 2, 25] {
      let book = Textbook(rows, weights: weights, from: first, iterations: iterations)
      let estimator = KMeans {
        $0.k = 4
        $0.maxIterations = iterations
        $0.tolerance = 0
      }
      for fit in [
        try fitSparse(estimator, rows, weights: weights, from: first),
        try fitSparse(estimator, rows, of: Float.self, weights: weights, from: first),
      ] {
        // Some hundred additions of like signs, each of which rounds by 2^-53.
        #expect(difference(fit.model.centers.rows, book.centers) < 1e-13, "seed 31")
        #expect(abs(fit.model.inertia - book.inertia) < 1e-12 * book.inertia, "seed 31")
        #expect(fit.model.labels(rows) == book.labels, "seed 31")
        let sparse = fit.model.predict(SparseRows(Matrix<Double>(rows)))
        let dense = fit.model.predict(Matrix<Double>(rows))
        #expect(
          (0..<151).allSatisfy { row in
            sparse.indices.allSatisfy { sparse[$0][row] == dense[$0][row] }
          })
      }
    }
  }

  @Test(arguments: [KMeans.Initialization.parallel, .plusPlus])
  func `topics are found from drawn starts, as many as there are`(
    way: KMeans.Initialization
  ) throws {
    let rows = documents(120, seed: 32)
    let estimator = KMeans {
      $0.k = 3
      $0.`init` = way
      $0.starts = 6
    }
    let fit = try fitSparse(estimator, rows)
    let labels = fit.model.labels(rows)
    #expect((0..<120).allSatisfy { labels[$0] == labels[$0 % 3] }, "seed 32")
    #expect(fit.report.facts.contains("sparse rows, walked by their entries"))
  }

  @Test(arguments: ways)
  func `more clusters than distinct sparse rows are said and counted`(
    way: KMeans.Initialization
  ) throws {
    let rows = (0..<40).map { row in (0..<50).map { $0 == row % 4 * 9 ? 0.1 : 0 } }
    let fit = try fitSparse(
      KMeans {
        $0.k = 9
        $0.`init` = way
      }, rows)
    #expect(fit.report.count("clusters") == 4)
    #expect(fit.model.clusterSizes == [10, 10, 10, 10])
    // Means of ten times 0.1 round.
    #expect(fit.model.inertia < 1e-30)
  }

  @Test func `an empty cluster of sparse rows gets the farthest row`() throws {
    let rows = [[0.0, 0], [1, 0], [2, 0], [10, 0], [11, 0], [12, 0], [14, 0]]
    let fit = try fitSparse(KMeans { $0.k = 3 }, rows, from: [[1, 0], [11, 0], [1000, 0]])
    #expect(fit.report.count("clustersReseeded") == 1)
    #expect(ordered(fit.model.centers.rows) == [[1, 0], [11, 0], [14, 0]])
  }

  @Test func `a sparse model is the same when it comes back, and scores the same`() throws {
    let rows = documents(60, seed: 33)
    let model = try fitSparse(KMeans { $0.k = 3 }, rows).model
    let loaded = try KMeansModel(model.saved)
    #expect(model.takesSparseRows && loaded.takesSparseRows)
    let matrix = Matrix<Double>(rows)
    for (a, b) in zip(model.predict(matrix), loaded.predict(SparseRows(matrix))) {
      #expect((0..<60).allSatisfy { a[$0] == b[$0] })
    }
  }

  @Test func `a wide libsvm column is learned from and scored within a small budget`() throws {
    let width = 100_000
    let vectors = (0..<200).map { row in
      let start = row % 4 * 25_000
      return Optional(
        VectorValue.sparse(
          width: width, indices: (0..<5).map { Int32(start + (row * 7 + $0 * 40) % 300) }.sorted(),
          values: [1, 2, 1, 3, 1]))
    }
    let data = Dataset(
      FrameSource(Frame([("v", Column(vectors: vectors, width: width))]), rowsPerSplit: 17))
    let session = Session(threads: 2, memoryByteCount: 64 << 20)
    let fit = try Pipeline([KMeans { $0.k = 4 }.on("v")]).fit(data, in: session)
    let model = try #require(fit.model.model as? KMeansModel)
    #expect(model.featureNames.runs == [.vector("v", count: width)])
    #expect(model.clusterSizes.reduce(0, +) == 200)
    let scored = try data.scored(by: PipelineModel(model)).collect(in: session)
    let again = try data.scored(by: fit.model).collect(in: session)
    for name in ["cluster", "distance"] {
      let (a, b) = (try scored.column(name), try again.column(name))
      #expect((0..<200).allSatisfy { a[$0] == b[$0] })
    }
    let alone = try model.scorer(for: Schema([.init("v", .vector)]))
    let row = RowScorer(alone)
    for place in [0, 77, 199] {
      try row.set(0, .vector(#require(vectors[place])))
      #expect(try row.score())
      #expect(row[1] == (try scored.column("distance"))[place])
    }
  }
}
