import Blocks
import Cluster
import Datasets
import Frames
import Platform
import Testing

@Suite struct VectorFeatureTests {
  private static let rows: [VectorValue?] = [
    .sparse(width: 3, indices: [0, 2], values: [1, 2]), .sparse(width: 3, indices: [], values: []),
    .sparse(width: 3, indices: [1], values: [5]), .sparse(width: 3, indices: [2], values: [7]),
  ]
  private static let plain: [Double] = [9, 1, 0, 2, 8, 0, 0, 0, 7, 0, 5, 0, 6, 0, 0, 7]

  private func data(_ vectors: Column, rowsPerSplit: Int) -> Dataset {
    Dataset(
      FrameSource(
        Frame([("a", Column([9, 8, 7, 6] as [Int32?])), ("v", vectors)]),
        rowsPerSplit: rowsPerSplit))
  }

  @Test(arguments: [1, 2, 4]) func `vectors give a feature for each of their numbers`(
    rowsPerSplit: Int
  ) throws {
    let sparse = Column(vectors: Self.rows, width: 3)
    let dense = Column(
      vectors: (0..<4).map { row in .dense(Array(Self.plain[row * 4 + 1..<row * 4 + 4])) },
      width: 3)
    for (vectors, crew) in [(sparse, 1), (sparse, 3), (sparse, 7), (dense, 1), (dense, 3)] {
      let held = try Communicator.withThreads(crew) { communicator in
        let session = Session(communicator: communicator, threads: 1)
        let matrix: BlockMatrix<Double> = try data(vectors, rowsPerSplit: rowsPerSplit).blocks(
          features: ["a", "v"], in: session
        ).0
        #expect(matrix.featureNames == ["a", "v[0]", "v[1]", "v[2]"])
        return matrix.rows.flatMap { matrix.row($0) }
      }
      #expect(held.flatMap { $0 } == Self.plain, "\(crew) workers")
    }
  }

  @Test func `a row with a missing vector is named, or left out`() throws {
    let vectors = Column(vectors: [Self.rows[0], nil, Self.rows[2], Self.rows[3]], width: 3)
    let session = Session(threads: 1)
    let failure = #expect(throws: Failure.self) {
      _ = try data(vectors, rowsPerSplit: 4).blocks(
        of: Double.self, features: ["v", "a"], in: session)
    }
    #expect(failure?.message == "memory, row 2, column v: the value is missing")
    let (kept, report) = try data(vectors, rowsPerSplit: 4).blocks(
      of: Double.self, features: ["a", "v"], unusable: .skip, in: session)
    #expect(kept.rows.flatMap { kept.row($0) } == [9, 1, 0, 2, 7, 0, 5, 0, 6, 0, 0, 7])
    #expect(report.unusableRowCount == 1)
  }

  @Test func `vectors too wide for the budget are refused, not tried`() throws {
    let wide = Column(
      vectors: (0..<100).map { .sparse(width: 1000, indices: [$0], values: [1]) }, width: 1000)
    let source = FrameSource(Frame([("v", wide)]), rowsPerSplit: 10)
    for threads in [1, 2] {
      let session = Session(threads: threads, memoryByteCount: 200 << 10)
      let failure = #expect(throws: Failure.self) {
        _ = try Dataset(source).blocks(of: Double.self, features: ["v"], in: session)
      }
      #expect(failure?.kind == .memory)
      #expect(
        failure?.message == "1000 numbers of each row do not fit into the budget of 200 KiB")
    }
  }

  @Test(arguments: ["v[0]", "v[12]", "a b[3]", "v[1][2]"]) func `names of numbers are read`(
    name: String
  ) { #expect(VectorElement(name)?.name == name) }

  @Test(arguments: ["v", "v[]", "v[-1]", "v[01]", "v[+1]", "v[1", "v[1] "])
  func `other names are not`(name: String) { #expect(VectorElement(name) == nil) }
}
