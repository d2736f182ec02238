import Martlet
import Testing

/// Hashes of near vectors, and what is found by them.
struct LSHTests {
  private func frame(_ rows: [VectorValue], width: Int, isSparse: Bool = true) -> Frame {
    Frame(
      Schema([
        Schema.Field("v", .vector, metadata: ColumnMetadata(width: width, isSparse: isSparse))
      ]), [Column(vectors: rows, width: width)])
  }

  private func sparse(_ width: Int, _ places: [Int]) -> VectorValue {
    .sparse(
      width: width, indices: places.map { Int32($0) },
      values: [Double](repeating: 1, count: places.count))
  }

  private func minHash(_ tables: Int, seed: UInt64 = 42) -> MinHashLSH {
    MinHashLSH {
      $0.inputs = ["v"]
      $0.numHashTables = tables
      $0.seed = seed
    }
  }

  private func projection(_ tables: Int, bucket: Double) -> BucketedRandomProjectionLSH {
    BucketedRandomProjectionLSH {
      $0.inputs = ["v"]
      $0.numHashTables = tables
      $0.bucketLength = bucket
    }
  }

  private func hashed(_ step: any LSHStep, _ frame: Frame) throws -> [VectorValue?] {
    let model = PipelineModel(input: frame.schema, steps: [step], document: .object(JSONObject()))
    return vectors(try restored(model).scorer(for: frame.schema).score(frame))
  }

  // MARK: Formulas, by coefficients that are given

  @Test func `MinHash is Spark's formula (MinHashLSHSuite of Spark)`() throws {
    let step = try MinHashLSHStep(
      minHash(3), width: 10, coefficients: [(a: 0, b: 1), (a: 1, b: 2), (a: 3, b: 0)])
    #expect(
      try hashed(step, frame([sparse(10, [2, 3, 5, 7])], width: 10)) == [.dense([1, 5, 9])])
  }

  @Test func `MinHash takes the remainder of products beyond 32 bits`() throws {
    let (a, b) = (2_038_074_741, 2_038_074_000)
    let step = try MinHashLSHStep(minHash(1), width: 1 << 20, coefficients: [(a: a, b: b)])
    let wanted = [77, 1_000_000].map { ((1 + $0) * a + b) % 2_038_074_743 }.min() ?? 0
    #expect(
      try hashed(step, frame([sparse(1 << 20, [77, 1_000_000])], width: 1 << 20))
        == [.dense([Double(wanted)])])
  }

  @Test func `projections are Spark's formula (BucketedRandomProjectionLSHSuite of Spark)`() throws
  {
    let step = try BucketedRandomProjectionLSHStep(
      projection(2, bucket: 0.5),
      units: Matrix(rowCount: 2, columnCount: 2, elements: [0, 1, 1, 0]))
    #expect(
      try hashed(
        step, frame([.dense([1.23, 4.56]), .dense([-0.1, 0])], width: 2, isSparse: false))
        == [.dense([9, 2]), .dense([0, -1])])
  }

  @Test func `coefficients follow from the seed alone and are of their kind`() throws {
    let data = frame([sparse(6, [1])], width: 6)
    func fitted(_ stage: any Stage) throws -> any Step {
      let fit = try Pipeline([stage]).fit(Dataset(data), in: Session())
      #expect(fit.report.passes == 0)
      return fit.model.steps[0]
    }
    let one = try #require(try fitted(minHash(50)) as? MinHashLSHStep)
    let again = try #require(try fitted(minHash(50)) as? MinHashLSHStep)
    let other = try #require(try fitted(minHash(50, seed: 7)) as? MinHashLSHStep)
    #expect(one.coefficients.map(\.a) == again.coefficients.map(\.a))
    #expect(one.coefficients.map(\.a) != other.coefficients.map(\.a))
    #expect(one.coefficients.allSatisfy { (1..<MinHashLSHStep.prime).contains($0.a) })
    #expect(Set(one.coefficients.map(\.a)).count == 50)
    let units = try #require(
      try fitted(projection(50, bucket: 1)) as? BucketedRandomProjectionLSHStep
    ).units
    for row in 0..<50 {
      let numbers = units.elements[row * 6..<(row + 1) * 6]
      #expect(abs(numbers.reduce(0) { $0 + $1 * $1 } - 1) < 1e-14)
    }
  }

  @Test func `a vector of zeros and one with a NaN are errors that name the row`() throws {
    let step = try MinHashLSHStep(minHash(1), width: 3, coefficients: [(a: 1, b: 1)])
    let data = frame([sparse(3, [1]), .dense([0, 0, 0])], width: 3)
    #expect {
      try hashed(step, data)
    } throws: { Failure($0).description.contains("row 2") }
    let other = try BucketedRandomProjectionLSHStep(
      projection(1, bucket: 1), units: Matrix(rowCount: 1, columnCount: 3, elements: [1, 0, 0]))
    #expect {
      try hashed(other, frame([.dense([0, .nan, 0])], width: 3, isSparse: false))
    } throws: { Failure($0).description.contains("row 1") }
  }

  @Test func `stored coefficients that do not fit are refused`() throws {
    let step = try MinHashLSHStep(minHash(2), width: 3, coefficients: [(a: 1, b: 1), (a: 2, b: 3)])
    for numbers: [Int64] in [[1, 1], [1, 1, 2], [1, 1, 2, -3], [1, 1, 2, 2_038_074_743]] {
      var saved = step.saved
      saved.tensors["coefficients"] = Tensor(numbers)
      #expect(throws: Failure.self) { try MinHashLSHStep(saved) }
    }
    let units = try BucketedRandomProjectionLSHStep(
      projection(1, bucket: 1), units: Matrix(rowCount: 1, columnCount: 2, elements: [1, 0]))
    for elements in [[Double.nan, 0], [1]] {
      var saved = units.saved
      saved.tensors["units"] =
        elements.count == 2
        ? Tensor(Matrix(rowCount: 1, columnCount: 2, elements: elements)) : Tensor(elements)
      #expect(throws: Failure.self) { try BucketedRandomProjectionLSHStep(saved) }
    }
    #expect(throws: SettingError.self) {
      try BucketedRandomProjectionLSH { $0.inputs = ["v"] }.check()
    }
  }

  // MARK: Near rows

  private func randomSets(_ count: Int, _ name: String) -> [VectorValue] {
    var draw = RandomSource(seed: 3, purpose: name).stream(row: 0)
    return (0..<count).map { _ in sparse(20, draw.sample(1 + draw.integer(below: 6), of: 20)) }
  }

  private func jaccard(_ a: VectorValue, _ b: VectorValue) -> Double {
    let (one, other) = (Set(a.entries.map(\.index)), Set(b.entries.map(\.index)))
    return 1 - Double(one.intersection(other).count) / Double(one.union(other).count)
  }

  private func sharesHash(_ a: VectorValue?, _ b: VectorValue?) -> Bool {
    guard case .dense(let one)? = a, case .dense(let other)? = b else { return false }
    return zip(one, other).contains { $0 == $1 }
  }

  @Test(arguments: [1, 2, 3])
  func `neighbours and joins are those of the textbook, on any number of workers`(
    workers: Int
  ) throws {
    let (a, b) = (randomSets(60, "tests.lsh.a"), randomSets(40, "tests.lsh.b"))
    let (first, second) = (frame(a, width: 20), frame(b, width: 20))
    let fit = try Pipeline([minHash(4)]).fit(Dataset(first), in: Session())
    let step = try #require(fit.model.steps[0] as? MinHashLSHStep)
    let (aHashes, bHashes) = (try hashed(step, first), try hashed(step, second))

    var wantedPairs: [SimilarPair] = []
    for (row, one) in a.enumerated() {
      for (place, other) in b.enumerated()
      where sharesHash(aHashes[row], bHashes[place]) && jaccard(one, other) < 0.7 {
        wantedPairs.append(
          SimilarPair(first: row, second: place, distance: jaccard(one, other)))
      }
    }
    #expect(wantedPairs.count > 20)
    func nearest(_ rows: [Int]) -> [Neighbor] {
      rows.map { Neighbor(row: $0, distance: jaccard(a[$0], b[0])) }
        .sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }
    }
    let sharing = a.indices.filter { sharesHash(aHashes[$0], bHashes[0]) }
    let wantedFew = Array(nearest(sharing).prefix(5))
    // Fewer than 55 share a hash; then all rows are as near as the next.
    #expect(sharing.count < 55)
    let wantedMany = Array(nearest(Array(a.indices)).prefix(55))

    let found = try Communicator.withThreads(workers) { communicator in
      let session = Session(communicator: communicator, threads: 2)
      return (
        try step.approxSimilarityJoin(
          Dataset(first), Dataset(second), threshold: 0.7, session: session),
        try step.approxNearestNeighbors(of: b[0], count: 5, in: Dataset(first), session: session),
        try step.approxNearestNeighbors(
          of: b[0], count: 55, in: Dataset(first), singleProbe: false, session: session)
      )
    }
    for (pairs, few, many) in found {
      #expect(pairs == wantedPairs)
      #expect(few == wantedFew)
      #expect(many == wantedMany)
    }
  }

  @Test func `a join with itself finds each row, and Euclid's distances`() throws {
    let rows: [VectorValue] = [
      .dense([1, 1]), .dense([1, -1]), .dense([-1, -1]), .dense([-1, 1]), .dense([1, 1.5]),
    ]
    let data = frame(rows, width: 2, isSparse: false)
    let step = try BucketedRandomProjectionLSHStep(
      projection(2, bucket: 2), units: Matrix(rowCount: 2, columnCount: 2, elements: [1, 0, 0, 1]))
    let pairs = try step.approxSimilarityJoin(
      Dataset(data), Dataset(data), threshold: 1, session: Session())
    #expect(
      pairs.map { [Double($0.first), Double($0.second), $0.distance] } == [
        [0, 0, 0], [0, 4, 0.5], [1, 1, 0], [2, 2, 0], [3, 3, 0], [4, 0, 0.5], [4, 4, 0],
      ])
    // A threshold is a limit that is not reached.
    #expect(
      try step.approxSimilarityJoin(
        Dataset(data), Dataset(data), threshold: 0.5, session: Session()
      ).count == 5)
    let near = try step.approxNearestNeighbors(
      of: .dense([1, 0]), count: 10, in: Dataset(data), session: Session())
    #expect(near.map(\.row) == [0, 1, 4, 3])
  }

  @Test func `wrong keys and columns are refused in words`() throws {
    let data = frame([sparse(3, [1])], width: 3)
    let step = try MinHashLSHStep(minHash(1), width: 3, coefficients: [(a: 1, b: 1)])
    for (key, count) in [(sparse(4, [1]), 1), (sparse(3, []), 1), (sparse(3, [1]), 0)] {
      #expect(throws: Failure.self) {
        try step.approxNearestNeighbors(
          of: key, count: count, in: Dataset(data), session: Session())
      }
    }
    #expect {
      try step.approxNearestNeighbors(
        of: sparse(3, [1]), count: 1, in: Dataset(textFrame(["x"], name: "v")), session: Session())
    } throws: { Failure($0).description.contains("'v'") }
  }
}
