import Blocks
import Cluster
import LinearAlgebra
import Platform
import Testing

@Suite struct RowDistanceTests {
  private let first: [[Double]] = [[0, 0, 0], [3, 3, 3]]
  private let more: [[Double]] = [[-4, 0, 1]]

  /// Distances to `first`, then to `more` as well.
  private func distances<E: Scalar>(
    _: E.Type, _ rows: PlainRows, in session: Session
  ) throws -> RowDistances<E> {
    let blocks = try rows.blocks(E.self, in: session)
    let distances = try blocks.distances(
      toNearest: .dense(matrix(first)), shift: [0, 0, 0], in: session)
    try distances.add(.dense(matrix(more)), in: session)
    return distances
  }

  private func check<E: Scalar>(_: E.Type) throws {
    let candidates: [[Double]] = [[1, 1, 1], [0, 0, 0], [-2, 3, 4], [50, 0, 0]]
    for count in [1, 2, 300] {
      for isWeighted in [false, true] {
        let rows = PlainRows.whole(count, isWeighted: isWeighted, seed: UInt64(60 + count))
        let book = Textbook(rows: rows, centers: first + more)
        let squares = (0..<count).map { book.nearest($0).square }
        let potentials = candidates.map { candidate in
          book.total { min(squares[$0], book.square($0, candidate)) }
        }
        let eligible = (0..<count).filter { squares[$0] * rows.weight($0) > 0 }
        let byDistance = eligible.sorted { (-squares[$0], $0) < (-squares[$1], $1) }
        let source = RandomSource(seed: 7, purpose: "test")
        // A race: the keys are exponential, with the shares as rates.
        let keys = (0..<count).map { row -> Double in
          var stream = source.stream(round: 2, row: row)
          return stream.exponential(rate: squares[row] * rows.weight(row))
        }
        let byRace = eligible.sorted { (keys[$0], $0) < (keys[$1], $1) }
        for crew in Crew.few {
          let answers = try crew.run { session in
            let distances = try distances(E.self, rows, in: session)
            return (
              try distances.potentials(adding: .dense(matrix(candidates)), in: session),
              try [0, 1, 10, 1000].map { try distances.farthest($0, in: session) },
              try [0, 1, 10, 1000].map {
                try distances.draw($0, from: source, round: 2, in: session)
              }
            )
          }
          for (found, farthest, drawn) in answers {
            let comment: Comment = "\(E.precisionName), \(count) rows, \(crew)"
            #expect(found == potentials, comment)
            for (place, limit) in [0, 1, 10, 1000].enumerated() {
              #expect(farthest[place].numbers == Array(byDistance.prefix(limit)), comment)
              #expect(drawn[place].numbers == Array(byRace.prefix(limit)), comment)
              #expect(
                [farthest[place], drawn[place]].allSatisfy { found in
                  found.numbers.indices.allSatisfy {
                    found.points.matrix.row($0) == rows.values[found.numbers[$0]]
                  }
                }, comment)
            }
          }
        }
      }
    }
  }

  @Test func `potentials, farthest rows and draws are the textbook's in every crew`() throws {
    try check(Double.self)
    try check(Float.self)
  }

  @Test func `rows on a centre are never drawn`() throws {
    let rows = PlainRows(values: first + first + more)
    for crew in Crew.few {
      let answers = try crew.run { session in
        let distances = try distances(Double.self, rows, in: session)
        let source = RandomSource(seed: 1, purpose: "test")
        return [
          try distances.draw(5, from: source, round: 0, in: session),
          try distances.farthest(5, in: session),
        ]
      }
      #expect(answers.allSatisfy { $0.allSatisfy(\.isEmpty) })
    }
  }

  @Test func `a draw from all rows takes different ones, the same in every crew`() throws {
    let rows = PlainRows.whole(300, isWeighted: true, seed: 61)
    let heavy = (0..<300).filter { rows.weight($0) > 0 }
    var seen = Set<[Int]>()
    for crew in Crew.all {
      let answers = try crew.run { session in
        let blocks = try rows.blocks(Float.self, in: session)
        let source = RandomSource(seed: 3, purpose: "test")
        return (
          try blocks.draw(40, from: source, round: 1, in: session).numbers,
          try blocks.draw(300, from: source, round: 1, in: session).numbers
        )
      }
      for (some, all) in answers {
        seen.insert(some)
        #expect(Set(some).count == 40)
        #expect(Array(all.prefix(40)) == some)
        #expect(all.sorted() == heavy, "rows without weight are drawn or others are not")
      }
    }
    #expect(seen.count == 1)
  }

  @Test func `draws follow weight times squared distance`() throws {
    // Shares 1 : 4 : 9 : 2 : 8, and a row that weighs nothing.
    let rows = PlainRows(
      values: [[1, 0, 0], [0, 2, 0], [0, 0, 3], [1, 0, 0], [0, 2, 0], [5, 0, 0]],
      weights: [1, 1, 1, 2, 2, 0])
    let shares = [1.0, 4, 9, 2, 8, 0]
    let session = Session(threads: 1, leaves: smallLeaves)
    let distances = try rows.blocks(Double.self, in: session)
      .distances(toNearest: .dense(matrix([[0, 0, 0]])), shift: [0, 0, 0], in: session)
    let source = RandomSource(seed: 11, purpose: "test")
    let roundCount = 2000
    var counts = [0, 0, 0, 0, 0, 0]
    for round in 0..<roundCount {
      for row in try distances.draw(1, from: source, round: round, in: session).numbers {
        counts[row] += 1
      }
    }
    #expect(counts[5] == 0)
    #expect(counts.reduce(0, +) == roundCount)
    let chiSquare = (0..<5).reduce(0.0) { sum, row in
      let expected = Double(roundCount) * shares[row] / 24
      return sum + (Double(counts[row]) - expected) * (Double(counts[row]) - expected) / expected
    }
    // The 0.999 quantile of chi-square with 4 degrees of freedom; the seed is fixed.
    #expect(chiSquare < 18.467, "seed 11: \(counts)")
  }
}
