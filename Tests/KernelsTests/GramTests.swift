import LinearAlgebra
import Testing

@Suite struct GramTests {
  @Test(arguments: dimensions)
  func `a Gram is the chain of the definition, bit for bit, at every level`(dimension: Int) {
    let n = dimension <= 33 ? 131 : dimension <= 100 ? 66 : 3
    compare(Float.self, dimension, n, weighted: true)
    compare(Double.self, dimension, n, weighted: true)
    compare(Float.self, dimension, min(n, 65), weighted: false)
    compare(Double.self, dimension, min(n, 65), weighted: false)
  }

  @Test(arguments: [1, 3, 17])
  func `chains of Float are emptied after 4096 rows, wherever blocks are cut`(dimension: Int) {
    compare(Float.self, dimension, 8_200, weighted: true)
    compare(Double.self, dimension, 4_100, weighted: false)
  }

  @Test(arguments: dimensions)
  func `a Gram in memory of the caller's has the same bits, wherever blocks are cut`(
    dimension: Int
  ) {
    let n = dimension <= 100 ? 131 : 3
    let rows = TestRows<Double>(
      rowCount: n, columnCount: dimension, special: false, seed: UInt64(dimension))
    var random = SplitMix(state: 7)
    let shift: [Double] = (0..<dimension).map { _ in random.element() }
    let reference = Reference.gram(
      (0..<n).map { zip(rows.row($0), shift).map { $0 - $1 } }, weights: nil,
      values: [Double](repeating: 1, count: n))
    for level in KernelLevel.supported {
      let gram = GramSum(dimension: dimension, level: level)
      let (sums, scratch) = (
        Buffer<Double>(count: gram.count), GramScratch(dimension: dimension)
      )
      let order = Buffer<Int32>((0..<n).map { Int32($0) })
      for from in stride(from: 0, to: n, by: 50) {
        unsafe gram.add(
          rows.block(n).selecting(order.pointer + from, count: min(50, n - from)), shift: shift,
          to: sums.pointer, scratch: scratch)
      }
      let upper = (0..<dimension * dimension).map { place in
        let (row, column) = (place / dimension, place % dimension)
        return row <= column ? sums[gram.place(row, column)] : 0
      }
      #expect(firstDifference(upper, reference.upper) == nil, "\(level) d \(dimension)")
      let right = (0..<dimension).map { sums[gram.place(ofSum: $0)] }
      #expect(firstDifference(right, reference.right) == nil, "\(level) d \(dimension)")
    }
  }

  func compare<Element: Scalar>(
    _ type: Element.Type, _ d: Int, _ n: Int, weighted: Bool
  ) {
    let seed = UInt64(d * 7 + n)
    var random = SplitMix(state: seed)
    let rows = TestRows<Element>(rowCount: n, columnCount: d, special: false, seed: seed)
    rows.buffer[rows.offset] = .leastNonzeroMagnitude
    let weights = Buffer<Element>((0..<n).map { _ in random.element() })
    let values = Buffer<Element>((0..<n).map { _ in random.element() })
    let order = Buffer<Int32>((0..<n).map { _ in Int32(random.below(n)) })
    let shift: [Element] = (0..<d).map { _ in random.element() }
    let plain = Reference.gram(
      (0..<n).map(rows.row), weights: weighted ? weights.array : nil,
      values: weighted ? values.array : nil)
    let gathered = Reference.gram(
      order.array.map { r in zip(rows.row(Int(r)), shift).map { $0 - $1 } },
      weights: weighted ? weights.array : nil, values: weighted ? values.array : nil)
    for level in KernelLevel.supported {
      let note = "\(type) \(level) d \(d) rows \(n) weighted \(weighted) seed \(seed)"
      let gram = GramAccumulator<Element>(dimension: d, level: level)
      unsafe gram.add(
        rows.block(n), weights: weighted ? weights.pointer : nil,
        values: weighted ? values.pointer : nil)
      gram.finish()
      #expect(firstDifference(upperOf(gram), plain.upper) == nil, "\(note)")
      #expect(firstDifference(gram.rightHandSide, plain.right) == nil, "\(note)")

      gram.reset()
      var from = 0
      while from < n {
        let count = min(1 + 100 * (from % 3), n - from)
        unsafe gram.add(
          rows.block(n).selecting(order.pointer + from, count: count),
          weights: weighted ? weights.pointer + from : nil,
          values: weighted ? values.pointer + from : nil, shift: shift)
        from += count
      }
      gram.finish()
      #expect(firstDifference(upperOf(gram), gathered.upper) == nil, "gathered \(note)")
      #expect(firstDifference(gram.rightHandSide, gathered.right) == nil, "gathered \(note)")
    }
  }

  /// The upper triangle with zeros below.
  func upperOf<Element: Scalar>(_ gram: GramAccumulator<Element>) -> [Double] {
    let (d, all) = (gram.dimension, gram.upper.elements)
    return (0..<d * d).map { $0 / d <= $0 % d ? all[$0] : 0 }
  }
}
