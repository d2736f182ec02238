import LinearAlgebra
import Testing

/// What a row chooses, by sorting all of its scores.
private func best<Element: Scalar>(
  _ scores: [Element], _ limit: Int, allowed: [Int32]?, without: Set<Int32>
) -> [(column: Int32, score: Element)] {
  let columns = allowed ?? scores.indices.map { Int32($0) }
  let offered = columns.filter { !without.contains($0) && scores[Int($0)] > -.infinity }
  let sorted = offered.sorted {
    let (a, b) = (scores[Int($0)], scores[Int($1)])
    return a != b ? a > b : $0 < $1
  }
  return sorted.prefix(limit).map { ($0, scores[Int($0)]) }
}

@Suite struct TopTests {
  @Test(arguments: [0, 1, 3, 8, 16, 17, 33, 64])
  func `the best columns are those of a sort, bit for bit, at every level`(dimension: Int) {
    compare(Float.self, dimension)
    compare(Double.self, dimension)
  }

  func compare<Element: Scalar>(_ type: Element.Type, _ d: Int) {
    // More rows than are scored together, and more columns than lie in the cache together.
    let (rowCount, most) = (263, 781)
    let seed = UInt64(d) + 4000
    var random = SplitMix(state: seed)
    var rows = Matrix<Element>(
      rowCount: rowCount, columnCount: d,
      elements: (0..<rowCount * d).map { _ in random.element() })
    if d > 0 {
      for (row, value) in [(5, Element.nan), (6, .infinity), (7, -.infinity), (8, 0)] {
        rows[row, d / 2] = value
      }
    }
    for count in [0, 1, 2, 5, 11, 12, 13, 40, most] where d < 20 || count < 50 || d == 64 {
      var columns = Matrix<Element>(
        rowCount: count, columnCount: d,
        elements: (0..<count * d).map { _ in random.element() })
      // Equal columns, whose scores tie.
      for c in stride(from: 9, to: count, by: 3) {
        for j in 0..<d { columns[c, j] = columns[c % 9, j] }
      }
      // Coarse, so that biases tie as well where nothing else speaks.
      let bias = (0..<count).map { $0 % 3 == 0 ? Element($0 % 9) : Element(random.below(8)) / 2 }
      let chains = (0..<rowCount).map {
        Reference.scores(rows.row($0), (0..<count).map { columns.row($0) }, bias)
      }
      let members = Buffer((0..<Int32(count)).filter { $0 % 4 != 1 })
      let lists = (0..<rowCount).map { r -> Range<Int> in
        let begin = members.count == 0 ? 0 : r * 7 % members.count
        return begin..<min(members.count, begin + r % 50)
      }
      let positions = (0..<Int32(rowCount)).map { ($0 * 89 + 3) % Int32(rowCount) }
      let some = count > 12 ? 20 : 2
      for (limit, filtered) in [(1, false), (10, true), (some, true), (3000, count < 50)] {
        let allowed = filtered ? (0..<Int32(count)).filter { $0 % 5 != 2 } : nil
        let expected = positions.indices.map { r in
          best(
            chains[Int(positions[r])], limit, allowed: allowed,
            without: filtered ? Set(lists[r].map { members[$0] }) : [])
        }
        for level in KernelLevel.supported {
          let scorer = TopScorer(columns: columns, bias: bias, allowed: allowed, level: level)
          let note = "\(type) \(level) d \(d) columns \(count) limit \(limit) seed \(seed)"
          check(scorer, limit, rows, positions, filtered ? (members, lists) : nil, expected, note)
        }
      }
    }
  }

  @Test(arguments: [3, 100])
  func `no score up to a row's floor is chosen`(limit: Int) {
    var random = SplitMix(state: 4100)
    let (rows, columns) = (
      Matrix<Float>(
        rowCount: 70, columnCount: 5, elements: (0..<350).map { _ in random.element() }),
      Matrix<Float>(rowCount: 90, columnCount: 5, elements: (0..<450).map { _ in random.element() })
    )
    let chains = (0..<70).map {
      Reference.scores(
        rows.row($0), (0..<90).map { columns.row($0) }, [Float](repeating: 0, count: 90))
    }
    // One of a row's own scores, none, or one that nothing passes.
    let floors = (0..<70).map { (row: Int) -> Float in
      switch row % 3 {
      case 0: chains[row][0]
      case 1: -Float.infinity
      default: Float.infinity
      }
    }
    for level in KernelLevel.supported {
      let found = TopScorer(columns: columns, level: level).top(
        limit, of: rows, at: (0..<70).map { $0 }, above: Buffer(floors), scratch: PanelScratch())
      for row in 0..<70 {
        let passing: [Float] = chains[row].map { $0 > floors[row] ? $0 : -Float.infinity }
        let expected = best(passing, limit, allowed: nil, without: []).map { $0.column }
        #expect(found.places(ofRow: row).map { found.columns[$0] } == expected)
      }
    }
  }

  /// All rows at once, and a few cut out of them.
  func check<Element: Scalar>(
    _ scorer: TopScorer<Element>, _ limit: Int, _ rows: Matrix<Element>, _ positions: [Int32],
    _ without: (members: Buffer<Int32>, lists: [Range<Int>])?,
    _ expected: [[(column: Int32, score: Element)]], _ note: String
  ) {
    let scratch = PanelScratch<Element>()
    for range in [0..<positions.count, 0..<1, 40..<73] {
      let found = scorer.top(
        limit, of: rows, at: Array(positions[range]),
        without: without.map { RowLists(members: $0.members, stretches: Array($0.lists[range])) },
        scratch: scratch)
      for r in range {
        let places = found.places(ofRow: r - range.lowerBound)
        let wanted = expected[r]
        #expect(places.map { found.columns[$0] } == wanted.map(\.column), "\(note) row \(r)")
        #expect(
          firstDifference(places.map { found.scores[$0] }, wanted.map(\.score)) == nil,
          "\(note) row \(r)")
      }
    }
  }

  @Test func `without a bias scores start at zero`() throws {
    let columns = Matrix<Float>(rowCount: 3, columnCount: 1, elements: [2, -1, 2])
    let rows = Matrix<Float>(rowCount: 2, columnCount: 1, elements: [3, -1])
    let scorer = TopScorer(columns: columns, level: try KernelLevel.current())
    let found = scorer.top(2, of: rows, at: [0, 1], scratch: PanelScratch())
    #expect(found.columns.array == [0, 2, 1, 0])
    #expect(found.scores.array == [6, 6, 1, -2])
  }

  @Test func `a row that may have nothing chooses nothing`() throws {
    let columns = Matrix<Float>(rowCount: 2, columnCount: 1, elements: [1, 2])
    let rows = Matrix<Float>(rowCount: 1, columnCount: 1, elements: [1])
    let scorer = TopScorer(columns: columns, level: try KernelLevel.current())
    let all = RowLists(members: Buffer([0, 0, 1, 1]), stretches: [0..<4])
    #expect(scorer.top(5, of: rows, at: [0], without: all, scratch: PanelScratch()).counts[0] == 0)
    let none = TopScorer(columns: columns, allowed: [], level: try KernelLevel.current())
    #expect(none.top(5, of: rows, at: [0], scratch: PanelScratch()).counts[0] == 0)
  }
}
