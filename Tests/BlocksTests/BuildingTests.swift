import Blocks
import Cluster
import Datasets
import Frames
import LinearAlgebra
import Platform
import Testing

@Suite struct BuildingTests {
  private func check<E: Scalar>(_: E.Type, _ count: Int) throws {
    for isWeighted in [false, true] {
      let rows = PlainRows.whole(count, isWeighted: isWeighted, seed: UInt64(count))
      for crew in Crew.all {
        let held = try crew.run { session in HeldRows(try rows.blocks(E.self, in: session)) }
        expectHeld(held, rows, "\(crew), \(count) rows")
        let leaves = smallLeaves.leafCount(
          rows: count, bytes: count * 3 * MemoryLayout<E>.stride)
        #expect(held.allSatisfy { $0.leafCount == leaves })
      }
    }
  }

  @Test(arguments: [0, 1, 2, 7, 255, 256, 257, 1000, 5000])
  func `every crew holds exactly the rows of the data`(count: Int) throws {
    try check(Double.self, count)
    try check(Float.self, count)
  }

  @Test(arguments: [1, 5, 64, 5000])
  func `how the data is split does not show`(rowsPerSplit: Int) throws {
    let rows = PlainRows.whole(700, isWeighted: true, seed: 3)
    for crew in Crew.few {
      let held = try crew.run { session in
        HeldRows<Double>(
          try rows.dataset(rowsPerSplit: rowsPerSplit)
            .blocks(features: rows.features, weight: "w", in: session).0)
      }
      expectHeld(held, rows, "\(crew), splits of \(rowsPerSplit)")
    }
  }

  @Test func `after a filter that leaves all rows with one worker each holds its share`() throws {
    let rows = PlainRows.whole(600, isWeighted: true, seed: 4)
    for kept in [0..<80, 520..<600, 250..<330, 599..<600, 0..<0] {
      var expected = rows
      expected.values = Array(rows.values[kept])
      expected.weights = Array((rows.weights ?? [])[kept])
      for crew in Crew.all {
        let held = try crew.run { session in
          let data = rows.dataset(rowsPerSplit: 20).filter(reading: ["row"]) { frame in
            (try frame.column("row").doubles ?? []).map { kept.contains(Int($0 ?? -1)) }
          }
          return HeldRows<Float>(
            try data.blocks(features: rows.features, weight: "w", in: session).0)
        }
        expectHeld(held, expected, "\(crew), rows \(kept)")
        // Whole leaves, dealt evenly: no worker holds much more than its share.
        let most = held.map(\.range.count).max() ?? 0
        let leafRows = (kept.count + held[0].leafCount - 1) / held[0].leafCount
        #expect(most <= kept.count / crew.ranks + 2 * leafRows, "\(crew), rows \(kept)")
      }
    }
  }

  @Test func `columns of every numeric type become features, in the order asked for`() throws {
    let frame = Frame([
      ("bool", Column([true, false])), ("int", Column([3, -4] as [Int64?])),
      ("float", Column([0.5, 0.25] as [Float?])), ("double", Column([1e-3, 7] as [Double?])),
    ])
    let (matrix, report) = try Dataset(frame).blocks(
      of: Double.self, features: ["double", "bool", "float", "int"], in: Session(threads: 1))
    #expect(matrix.row(0) == [1e-3, 1, 0.5, 3])
    #expect(matrix.row(1) == [7, 0, 0.25, -4])
    #expect(matrix.featureNames == ["double", "bool", "float", "int"])
    #expect(!matrix.isWeighted)
    #expect(report.unusableRowCount == 0 && report.unreadableRowCount == 0)
    #expect(Set(report.schema.names) == ["bool", "int", "float", "double"])
  }

  @Test func `matrices in memory follow each other in the order of the workers`() throws {
    let rows = PlainRows.whole(91, isWeighted: true, seed: 5)
    for crew in Crew.all {
      let held = try crew.run { session in
        let (rank, size) = (session.communicator.rank, session.communicator.size)
        // Uneven shares: worker r has about r times as many as worker 1.
        let mine = rank * rank * 91 / (size * size)..<(rank + 1) * (rank + 1) * 91 / (size * size)
        let matrix = Matrix<Double>(
          rowCount: mine.count, columnCount: 3, elements: rows.values[mine].flatMap { $0 })
        return HeldRows(
          try BlockMatrix(
            matrix, weights: rows.weights.map { Array($0[mine]) }, in: session))
      }
      expectHeld(held, rows, "\(crew)")
    }
  }
}
