import Blocks
import Cluster
import Datasets
import Frames
import LinearAlgebra
import Platform
import Testing

/// Rows with a few entries in many columns.
private struct WideRows: Sendable {
  static let width = 1500
  var entries: [[(column: Int, value: Double)]]
  var weights: [Double]

  init(_ count: Int, seed: UInt64) {
    var random = SplitMix(state: seed)
    entries = (0..<count).map { row in
      // Some rows are empty, one is full of entries.
      let wanted = row % 11 == 3 ? 0 : row == 5 ? 400 : 1 + random.below(9)
      let columns = Set((0..<wanted).map { _ in random.below(Self.width) }).sorted()
      return columns.map { ($0, [-3.0, -1, 1, 2, 4][random.below(5)]) }
    }
    weights = (0..<count).map { _ in Double(random.below(4)) }
  }

  var rows: [[Double]] {
    entries.map { entries in
      var row = [Double](repeating: 0, count: Self.width)
      for (column, value) in entries { row[column] = value }
      return row
    }
  }

  var plain: PlainRows { PlainRows(values: rows, weights: weights) }

  /// A column of numbers that are not vectors, and the rest as sparse vectors.
  func dataset(rowsPerSplit: Int) -> Dataset {
    let vectors = entries.map { entries -> VectorValue? in
      let inside = entries.filter { $0.column > 0 }
      return .sparse(
        width: Self.width - 1, indices: inside.map { Int32($0.column - 1) },
        values: inside.map(\.value))
    }
    let firsts = rows.map { Optional($0[0]) }
    return Dataset(
      FrameSource(
        Frame([
          ("a", Column(firsts)), ("v", Column(vectors: vectors, width: Self.width - 1)),
          ("w", Column(weights.map { Optional($0) })),
        ]), rowsPerSplit: rowsPerSplit))
  }

  func blocks<E: Scalar>(
    _: E.Type = E.self, rowsPerSplit: Int = 23, in session: Session
  ) throws -> BlockMatrix<E> {
    try dataset(rowsPerSplit: rowsPerSplit).blocks(
      of: E.self, features: ["a", "v"], weight: "w", in: session
    ).0
  }
}

@Suite struct SparseTests {
  @Test(arguments: [0, 1, 2, 300]) func `wide sparse vectors stay sparse, and no row is lost`(
    count: Int
  ) throws {
    let wide = WideRows(count, seed: 71)
    for crew in Crew.all {
      for rowsPerSplit in [1, 37, 1000] where count < 300 || rowsPerSplit > 1 {
        let held = try crew.run { session in
          let matrix = try wide.blocks(Float.self, rowsPerSplit: rowsPerSplit, in: session)
          if count > 0 {
            #expect(matrix.isSparse)
            #expect(matrix.columnCount == WideRows.width)
            #expect(
              [0, 1, 1499].map { matrix.featureNames[$0] } == ["a", "v[0]", "v[1498]"])
          }
          return HeldRows(matrix)
        }
        expectHeld(held, wide.plain, "seed 71, \(crew), \(count) rows, \(rowsPerSplit) a split")
      }
    }
  }

  @Test func `dense splits among sparse ones become sparse`() throws {
    let width = Dataset.sparseWidth
    let dense = (0..<20).map { row in
      VectorValue.dense((0..<width).map { $0 == row ? Double(row + 1) : 0 })
    }
    let frame = Frame([("v", Column(vectors: dense.map { Optional($0) }, width: width))])
    for crew in Crew.few {
      let forms = try crew.run { session -> [Bool] in
        let mixed = Dataset(FrameSource(frame, rowsPerSplit: 3)).transforming(
          "make some sparse", columns: { _ in nil }, schema: { $0 }
        ) { rows in
          let columns = rows.frame.columns.map { rows.split == 2 ? $0.sparse() : $0 }
          return (Frame(rows.frame.schema, columns, rowCount: rows.frame.rowCount), nil)
        }
        let matrix: BlockMatrix<Double> = try mixed.blocks(features: ["v"], in: session).0
        for row in matrix.rows {
          let entries = matrix.entries(ofRow: row)
          #expect(entries.map(\.column) == [row])
          #expect(entries.map(\.value) == [Double(row + 1)])
        }
        let plain: BlockMatrix<Double> = try Dataset(FrameSource(frame)).blocks(
          features: ["v"], in: session
        ).0
        return [matrix.isSparse, plain.isSparse]
      }
      #expect(forms.allSatisfy { $0 == [true, false] })
    }
  }

  @Test func `narrow sparse vectors are spread out`() throws {
    let width = Dataset.sparseWidth - 1
    let column = Column(vectors: [.sparse(width: width, indices: [3], values: [2])], width: width)
    let matrix: BlockMatrix<Double> = try Dataset(FrameSource(Frame([("v", column)]))).blocks(
      features: ["v"], in: Session(threads: 1)
    ).0
    #expect(!matrix.isSparse)
    #expect(matrix.row(0)[3] == 2)
  }

  @Test func `a sparse row that cannot be used is named, or left out`() throws {
    let width = 2000
    var vectors: [VectorValue?] = (0..<9).map {
      .sparse(width: width, indices: [Int32($0), 1999], values: [1, 2])
    }
    vectors[4] = .sparse(width: width, indices: [7], values: [.infinity])
    vectors[6] = nil
    let data = Dataset(
      FrameSource(
        Frame([
          ("v", Column(vectors: vectors, width: width)),
          ("a", Column((0..<9).map { $0 == 2 ? nil : Double($0) })),
        ]), rowsPerSplit: 4))
    let session = Session(threads: 2)
    let refusal = failure {
      _ = try data.blocks(of: Double.self, features: ["v", "a"], in: session)
    }
    #expect(refusal.message == "memory, row 3, column a: the value is missing")
    let (matrix, report) = try data.blocks(
      of: Double.self, features: ["v", "a"], unusable: .skip, in: session)
    #expect(report.unusableRowCount == 3)
    #expect(matrix.rows.map { matrix.row($0)[width] } == [0, 1, 3, 5, 7, 8])
  }

  @Test func `a million features cost neither memory nor names`() throws {
    let vectors = (0..<100).map { row in
      Optional(VectorValue.sparse(width: 1_000_000, indices: [Int32(row * 9999)], values: [1]))
    }
    let session = Session(threads: 1, memoryByteCount: 1 << 20)
    let matrix: BlockMatrix<Double> = try Dataset(
      FrameSource(Frame([("v", Column(vectors: vectors, width: 1_000_000))]), rowsPerSplit: 9)
    ).blocks(features: ["v"], in: session).0
    #expect(matrix.byteCount == 100 * (8 + 12))
    #expect(matrix.featureNames.runs == [.vector("v", count: 1_000_000)])
    #expect(matrix.featureNames.last == "v[999999]")
    let refusal = failure { _ = try matrix.spread(in: session) }
    #expect(refusal.kind == .memory)
  }

  @Test func `sums, tallies and distances of whole numbers are those of the spread rows`() throws {
    let wide = WideRows(300, seed: 72)
    let centers = matrix(Array(wide.rows[10..<14]))
    let zeros = [Double](repeating: 0, count: WideRows.width)
    var answers = Set<[Double]>()
    for crew in Crew.few {
      let found = try crew.run { session -> [[Double]] in
        let sparse = try wide.blocks(Double.self, in: session)
        return try [sparse, sparse.spread(in: session)].map { rows in
          let tally = try rows.tally(nearest: centers, shift: zeros, in: session)
          let quality = try rows.quality(of: centers, shift: zeros, in: session)
          let weights = try rows.weights(nearest: .dense(centers), shift: zeros, in: session)
          let spread = try rows.spread(around: wide.rows[3], in: session)
          let distances = try rows.distances(
            toNearest: .dense(centers), shift: zeros, in: session)
          let potentials = try distances.potentials(
            adding: rows.isSparse
              ? .sparse(SparseRows(Array(wide.entries.suffix(3)), columnCount: WideRows.width))
              : .dense(matrix(Array(wide.rows.suffix(3)))), in: session)
          let source = RandomSource(seed: 3, purpose: "test")
          let drawn = try distances.draw(9, from: source, round: 1, in: session)
          let farthest = try distances.farthest(5, in: session)
          let (sums, weight) = (
            try rows.columnSums(in: session),
            rows.isSparse ? try rows.origin(in: session).weight : wide.weights.reduce(0, +)
          )
          return sums + tally.sums.elements + tally.weights + weights + [weight, spread]
            + [quality.inertia] + quality.counts.map { Double($0) } + potentials
            + (drawn.numbers + farthest.numbers).map { Double($0) }
            + drawn.points.matrix.elements
        }
      }
      for answer in found {
        #expect(answer[0] == answer[1], "seed 72, \(crew): sparse and spread rows differ")
        answers.formUnion(answer)
      }
    }
    #expect(answers.count == 1, "seed 72")
  }

  @Test func `a method of dense rows says so, and gets them by spreading`() throws {
    let session = Session(threads: 2, leaves: smallLeaves)
    let sparse = try WideRows(50, seed: 73).blocks(Double.self, in: session)
    let sum = { (rows: BlockMatrix<Double>) in
      unsafe try rows.sum("test", count: 1, in: session) { block, sums in
        let values = unsafe try block.values
        for place in 0..<block.rowCount * block.columnCount { unsafe sums[0] += values[place] }
      }
    }
    let refusal = failure { _ = try sum(sparse) }
    #expect(
      refusal.message
        == "the rows are held without their zeros, and this method knows only dense ones")
    #expect(try sum(sparse.spread(in: session)).count == 1)
  }

  @Test func `a row alone, a batch and its dense form get the same nearest centre`() throws {
    let wide = WideRows(60, seed: 74)
    let centers = matrix(wide.rows[0..<9].map { $0.map { $0 / 3 } })
    let zeros = [Double](repeating: 0.25, count: WideRows.width)
    for shift in [nil, zeros] {
      let nearest = try NearestCentre<Float>(centers, shift: shift)
      let rows = SparseRows<Float>(
        wide.entries.map { $0.map { ($0.column, Float($0.value)) } }, columnCount: WideRows.width)
      let batch = nearest.nearest(to: rows)
      #expect(batch == nearest.nearest(to: rows.matrix), "shift \(shift != nil)")
      for row in 0..<60 {
        let alone = SparseRows([rows.entries(ofRow: row)], columnCount: WideRows.width)
        #expect(nearest.nearest(to: alone) == [batch[row]], "row \(row)")
      }
      let bad = SparseRows<Float>([[(3, 1), (9, .nan)], []], columnCount: WideRows.width)
      #expect(nearest.nearest(to: bad)[0] == nil)
      #expect(nearest.nearest(to: bad)[1] != nil)
    }
  }
}
