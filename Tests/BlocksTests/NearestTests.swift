import Cluster
import LinearAlgebra
import Platform
import Testing

@testable import Blocks

@Suite struct NearestTests {
  private let centers: [[Double]] = [
    [0, 0, 0], [2, -1, 3], [2, -1, 3], [-4, 4, 1], [100, 0, 0],
  ]

  private func samples() -> [PlainRows] {
    [1, 2, 40, 700].flatMap { count in
      [false, true].map { PlainRows.whole(count, isWeighted: $0, seed: UInt64(51 + count)) }
    }
  }

  private func checkExact<E: Scalar>(_: E.Type) throws {
    for rows in samples() {
      let book = Textbook(rows: rows, centers: centers)
      let chosen = (0..<rows.count).map { book.nearest($0) }
      let weight = book.total { _ in 1 }
      let sums = (0..<3).map { column in book.total { rows.values[$0][column] } }
      var clusterSums = centers.map { $0.map { _ in 0.0 } }
      var clusterWeights = centers.map { _ in 0.0 }
      for row in 0..<rows.count {
        clusterWeights[chosen[row].index] += rows.weight(row)
        for column in 0..<3 {
          clusterSums[chosen[row].index][column] +=
            rows.weight(row) * (rows.values[row][column] - 1)
        }
      }
      let (points, ones) = (matrix(centers), [1.0, 1, 1])
      for crew in Crew.few {
        let answers = try crew.run { session in
          let blocks = try rows.blocks(E.self, in: session)
          return (
            try blocks.columnSums(in: session), try blocks.columnMeans(in: session),
            try blocks.spread(around: [2, -1, 3], in: session),
            try blocks.tally(nearest: points, shift: ones, in: session),
            try blocks.quality(of: points, shift: ones, in: session)
          )
        }
        for (columnSums, means, spread, tally, quality) in answers {
          let comment: Comment = "\(E.precisionName), \(rows.count) rows, \(crew)"
          #expect(columnSums == sums + [weight], comment)
          #expect(means.weight == weight, comment)
          #expect(means.values == sums.map { weight > 0 ? Double(E($0 / weight)) : 0 }, comment)
          #expect(spread == book.total { book.square($0, [2, -1, 3]) }, comment)
          #expect(tally.sums == matrix(clusterSums), comment)
          #expect(tally.weights == clusterWeights, comment)
          #expect(
            tally.emptyClusters == clusterWeights.indices.filter { clusterWeights[$0] == 0 },
            comment)
          #expect(quality.inertia == book.total { chosen[$0].square }, comment)
          #expect(
            quality.counts == centers.indices.map { index in chosen.count { $0.index == index } },
            comment)
        }
      }
    }
  }

  @Test func `means, spread, tally and inertia of whole numbers are the textbook's`() throws {
    try checkExact(Double.self)
    try checkExact(Float.self)
  }

  @Test func `a tally gives means, and keeps the centres of empty clusters`() throws {
    let tally = ClusterTally(
      sums: matrix([[4, 8], [0, 0], [-3, 3]]), weights: [4, 0, 1])
    let old = matrix([[9, 9], [7, 6], [9, 9]])
    let means = tally.means(orKeeping: old, shift: [10, 20])
    #expect(means == matrix([[11, 22], [7, 6], [7, 23]]))
    #expect(tally.explained == 38, "(16 + 64) / 4 + (9 + 9) / 1")
    #expect(tally.emptyClusters == [1])
  }

  @Test func `the inertia around the means is the spread less what the means explain`() throws {
    let rows = PlainRows.real(500, isWeighted: true, seed: 52)
    let session = Session(threads: 2, leaves: smallLeaves)
    let blocks = try rows.blocks(Double.self, in: session)
    let centers = matrix([[0.5, 0, 0], [-0.5, 0, 0]])
    let shift = try blocks.columnMeans(in: session).values
    let tally = try blocks.tally(nearest: centers, shift: shift, in: session)
    let spread = try blocks.spread(around: shift, in: session)
    let means = tally.means(orKeeping: centers, shift: shift)
    let book = Textbook(rows: rows, centers: [centers.row(0), centers.row(1)])
    let inertia = book.total { row in
      book.square(row, means.row(book.nearest(row).index))
    }
    // Each of the about n (d + 4) operations rounds by at most 2^-53 of the spread.
    #expect(abs(spread - tally.explained - inertia) <= 500 * 7 * 0x1p-53 * spread, "seed 52")
  }

  @Test func `of real numbers all crews get the same bits, near the textbook's`() throws {
    let rows = PlainRows.real(900, width: 7, isWeighted: true, seed: 53)
    let centers = PlainRows.real(6, width: 7, seed: 54).values
    let book = Textbook(rows: rows, centers: centers)
    let inertia = book.total { book.nearest($0).square }
    var seen = Set<[UInt64]>()
    for crew in Crew.all {
      let answers = try crew.run { session -> [Double] in
        let blocks = try rows.blocks(Double.self, in: session)
        let means = try blocks.columnMeans(in: session)
        let tally = try blocks.tally(nearest: matrix(centers), shift: means.values, in: session)
        let quality = try blocks.quality(of: matrix(centers), shift: means.values, in: session)
        return [quality.inertia, means.weight] + means.values + tally.sums.elements + tally.weights
      }
      for answer in answers {
        seen.insert(answer.map(\.bitPattern))
        // Sums of n terms that are not negative: each term is off by at most d + 3 roundings, the
        // sum by n more.
        #expect(abs(answer[0] - inertia) <= (900 + 10) * 0x1p-53 * inertia, "seed 53, \(crew)")
      }
    }
    #expect(seen.count == 1)
  }

  @Test func `single rows get the nearest centre that a pass over all gives`() throws {
    let rows = PlainRows.whole(300, seed: 55)
    let book = Textbook(rows: rows, centers: centers)
    let nearest = try NearestCentre<Float>(matrix(centers), shift: [0, 0, 0])
    var values = rows.values.flatMap { $0.map { Float($0) } }
    values[3 * 17 + 1] = .nan
    values[3 * 18] = .infinity
    let answers = nearest.nearest(
      to: Matrix(rowCount: 300, columnCount: 3, elements: values))
    for (row, answer) in answers.enumerated() {
      if row == 17 || row == 18 {
        #expect(answer == nil)
        continue
      }
      #expect(answer?.index == book.nearest(row).index)
      #expect(answer?.squaredDistance == book.nearest(row).square)
      let alone = nearest.nearest(
        to: Matrix(rowCount: 1, columnCount: 3, elements: Array(values[3 * row..<3 * row + 3])))
      #expect(alone == [answer])
    }
    #expect(nearest.nearest(to: Matrix(rowCount: 0, columnCount: 3)).isEmpty)
  }
}
