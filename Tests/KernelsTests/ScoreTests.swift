import LinearAlgebra
import Testing

@Suite struct ScoreTests {
  @Test(arguments: dimensions)
  func `scores are the chain of the definition, bit for bit, at every level`(dimension: Int) {
    compare(Float.self, dimension, shifted: dimension % 2 == 1)
    compare(Double.self, dimension, shifted: dimension % 2 == 0)
  }

  func compare<Element: Scalar>(_ type: Element.Type, _ dimension: Int, shifted: Bool) {
    // The reference is slow: fewer rows and columns where they are long.
    let (rowLimit, columnLimit) =
      dimension <= 3
      ? (257, 256) : dimension <= 33 ? (257, 65) : dimension <= 100 ? (65, 65) : (33, 13)
    let seed = UInt64(dimension) * 1000 + 7
    var random = SplitMix(state: seed)
    let rows = TestRows<Element>(rowCount: rowLimit, columnCount: dimension, seed: seed)
    let centres = random.matrix(columnLimit, dimension)
    let shift: [Element]? = shifted ? (0..<dimension).map { _ in random.element() } : nil
    let (columns, bias) = Reference.rounded(centres, shift: shift)
    let expected = (0..<rowLimit).map { r in
      Reference.scores(
        rows.row(r).enumerated().map { j, x in shift.map { x - $0[j] } ?? x }, columns, bias)
    }
    for level in KernelLevel.supported {
      let scratch = PanelScratch<Element>()
      for k in columnCounts where k <= columnLimit {
        let leaders = expected.map { Reference.leaders($0, k) }
        let chosen = Matrix(
          rowCount: k, columnCount: dimension,
          elements: Array(centres.elements.prefix(k * dimension)))
        let scorer = PanelScorer<Element>(centres: chosen, shift: shift, level: level)
        for n in rowCounts where n <= rowLimit {
          let note = "\(type) \(level) d \(dimension) k \(k) rows \(n) seed \(seed)"
          let best = Buffer<Int32>(count: n + 1)
          let (score, second) = (Buffer<Element>(count: n + 1), Buffer<Element>(count: n + 1))
          best[n] = 77
          unsafe scorer.assign(
            rows.block(n), best: best.pointer, score: score.pointer, second: second.pointer,
            scratch: scratch)
          #expect(best.array == leaders.prefix(n).map(\.best) + [77], "\(note)")
          #expect(
            firstDifference(Array(score.array.prefix(n)), leaders.prefix(n).map(\.score)) == nil,
            "\(note)")
          #expect(
            firstDifference(Array(second.array.prefix(n)), leaders.prefix(n).map(\.second)) == nil,
            "\(note)")
          let alone = Buffer<Int32>(count: n)
          unsafe scorer.assign(rows.block(n), best: alone.pointer, scratch: scratch)
          #expect(alone.array == Array(best.array.prefix(n)), "\(note)")
          let stride = k + n % 2
          let stored = Buffer<Element>(count: n * stride)
          unsafe scorer.score(
            rows.block(n), into: stored.pointer, stride: stride, scratch: scratch)
          let difference = (0..<n * k).first { i in
            !sameBits(stored[i / k * stride + i % k], expected[i / k][i % k])
          }
          #expect(difference == nil, "\(note)")
          if stride > k { #expect(stored[k] == 0, "\(note): wrote beside the scores") }
        }
      }
    }
  }

  @Test func `rows in another order get the same scores`() {
    let seed: UInt64 = 11
    var random = SplitMix(state: seed)
    let rows = TestRows<Float>(rowCount: 100, columnCount: 19, seed: seed)
    let order = Buffer<Int32>((0..<77).map { _ in Int32(random.below(100)) })
    let centres = random.matrix(29, 19)
    for level in KernelLevel.supported {
      let scorer = PanelScorer<Float>(centres: centres, level: level)
      let scratch = PanelScratch<Float>()
      let (all, some) = (Buffer<Float>(count: 100 * 29), Buffer<Float>(count: 77 * 29))
      unsafe scorer.score(rows.block(100), into: all.pointer, scratch: scratch)
      unsafe scorer.score(
        rows.block(100).selecting(order.pointer, count: 77), into: some.pointer, scratch: scratch)
      for (i, r) in order.array.enumerated() {
        for c in 0..<29 {
          #expect(
            sameBits(some[i * 29 + c], all[Int(r) * 29 + c]), "\(level) row \(r) seed \(seed)")
        }
      }
    }
  }

  @Test func `the first of equal centres wins, and a row that is no number gets the first`() {
    let centres = Matrix(rowCount: 4, columnCount: 2, elements: [5.0, 5, 1, 1, 1, 1, 5, 5])
    let rows = Matrix<Float>(rowCount: 3, columnCount: 2, elements: [1, 1, 5, 5, .nan, 0])
    for level in KernelLevel.supported {
      let scorer = PanelScorer<Float>(centres: centres, level: level)
      let (best, score) = (Buffer<Int32>(count: 3), Buffer<Float>(count: 3))
      let second = Buffer<Float>(count: 3)
      rows.withRows {
        unsafe scorer.assign(
          $0, best: best.pointer, score: score.pointer, second: second.pointer,
          scratch: PanelScratch())
      }
      #expect(best.array == [1, 0, 0])
      #expect(score.array == [1, 25, -.infinity])
      #expect(second.array == [1, 25, -.infinity])
    }
  }

  @Test func `a linear model starts its chain at the given bias`() {
    let weights = Matrix(rowCount: 2, columnCount: 3, elements: [1.0, 2, 3, -1, 0, 0.5])
    let rows = Matrix<Double>(rowCount: 1, columnCount: 3, elements: [10, 20, 30])
    for level in KernelLevel.supported {
      let scorer = PanelScorer<Double>(columns: weights, bias: [0.25, -1], level: level)
      let scores = Buffer<Double>(count: 2)
      rows.withRows { unsafe scorer.score($0, into: scores.pointer, scratch: PanelScratch()) }
      #expect(scores.array == [140.25, 4])
    }
  }
}
