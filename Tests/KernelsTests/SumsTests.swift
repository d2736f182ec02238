import LinearAlgebra
import Testing

@Suite struct SumsTests {
  @Test(arguments: dimensions)
  func `a pass of Lloyd adds each row to its cluster in row order`(dimension: Int) {
    passOfLloyd(Float.self, dimension, weighted: dimension % 2 == 0, shifted: dimension % 3 != 0)
    passOfLloyd(Double.self, dimension, weighted: dimension % 2 == 1, shifted: dimension % 3 == 0)
  }

  func passOfLloyd<Element: Scalar>(
    _ type: Element.Type, _ d: Int, weighted: Bool, shifted: Bool
  ) {
    let (n, k, seed) = (101, 5, UInt64(d) + 500)
    var random = SplitMix(state: seed)
    let rows = TestRows<Element>(rowCount: n, columnCount: d, special: false, seed: seed)
    let centres = random.matrix(k, d)
    let weights = Buffer((0..<n).map { _ in weighted ? random.double() + 1 : 1 })
    let shift: [Element]? = shifted ? (0..<d).map { _ in random.element() } : nil
    for level in KernelLevel.supported {
      let note = "\(type) \(level) d \(d) seed \(seed)"
      let scorer = PanelScorer<Element>(centres: centres, shift: shift, level: level)
      let scratch = PanelScratch<Element>()
      let best = Buffer<Int32>(count: n)
      let fused = SumsMemory(k, d)
      // In two pieces, cut inside a panel.
      for range in [0..<37, 37..<n] {
        let part = unsafe RowBlock(
          rows.buffer.pointer + rows.offset + range.lowerBound * rows.stride,
          rowCount: range.count, columnCount: d, stride: rows.stride)
        unsafe scorer.assign(
          part, best: best.pointer + range.lowerBound,
          weights: weighted ? weights.pointer + range.lowerBound : nil, adding: fused.sums,
          scratch: scratch)
      }
      let expected = SumsMemory(k, d)
      for r in 0..<n {
        let c = Int(best[r])
        for j in 0..<d {
          let value = Double(rows[r, j]) - (shift.map { Double($0[j]) } ?? 0)
          expected.values[c * d + j] =
            expected.values[c * d + j].addingProduct(weights[r], value)
        }
        expected.weights[c] += weights[r]
        expected.counts[c] += 1
      }
      #expect(firstDifference(fused.values.array, expected.values.array) == nil, "\(note)")
      #expect(firstDifference(fused.weights.array, expected.weights.array) == nil, "\(note)")
      #expect(fused.counts.array == expected.counts.array, "\(note)")

      let apart = SumsMemory(k, d)
      unsafe apart.sums.add(
        rows.block(n), to: best.pointer, weights: weights.pointer, shift: shift, level: level)
      #expect(firstDifference(apart.values.array, expected.values.array) == nil, "\(note)")

      let (columns, total) = (SumsMemory(1, d), SumsMemory(1, d))
      var weightSum = 0.0
      unsafe rows.block(n).addColumns(
        weights: weighted ? weights.pointer : nil, shift: shift, to: columns.values.pointer,
        weightSum: &weightSum, level: level)
      let zeros = Buffer<Int32>(count: n)
      unsafe total.sums.add(
        rows.block(n), to: zeros.pointer, weights: weighted ? weights.pointer : nil, shift: shift,
        level: level)
      #expect(firstDifference(columns.values.array, total.values.array) == nil, "\(note)")
      #expect(weightSum == total.weights[0], "\(note)")
    }
  }

  @Test(arguments: dimensions)
  func `distances are eight lanes and a fixed tree`(dimension: Int) {
    distances(Float.self, dimension)
    distances(Double.self, dimension)
  }

  func distances<Element: Scalar>(_ type: Element.Type, _ d: Int) {
    let (n, seed) = (35, UInt64(d) + 900)
    var random = SplitMix(state: seed)
    let rows = TestRows<Element>(rowCount: n, columnCount: d, seed: seed)
    let centres = random.matrix(6, d)
    let chosen = Buffer<Int32>((0..<n).map { _ in Int32(random.below(6)) })
    let own = (0..<n).map { Reference.squaredDistance(rows.row($0), centres.row(Int(chosen[$0]))) }
    let first = (0..<n).map { Reference.squaredDistance(rows.row($0), centres.row(0)) }
    for level in KernelLevel.supported {
      for count in [1, 2, 3, 4, 5, n] {
        let found = Buffer<Double>(count: count)
        unsafe rows.block(count).squaredDistances(
          to: centres, chosen: chosen.pointer, into: found.pointer, level: level)
        #expect(
          firstDifference(found.array, Array(own.prefix(count))) == nil,
          "\(type) \(level) d \(d) rows \(count) seed \(seed)")
        unsafe rows.block(count).squaredDistances(
          to: centres, into: found.pointer, level: level)
        #expect(
          firstDifference(found.array, Array(first.prefix(count))) == nil,
          "\(type) \(level) d \(d) rows \(count) seed \(seed)")
      }
    }
  }
}

/// Owned memory for sums by cluster.
struct SumsMemory {
  let values: Buffer<Double>
  let weights: Buffer<Double>
  let counts: Buffer<Int64>
  let dimension: Int

  init(_ clusters: Int, _ dimension: Int) {
    values = Buffer(count: clusters * dimension)
    weights = Buffer(count: clusters)
    counts = Buffer(count: clusters)
    self.dimension = dimension
  }

  var sums: ClusterSums {
    unsafe ClusterSums(
      sums: values.pointer, weights: weights.pointer, counts: counts.pointer,
      clusterCount: weights.count, dimension: dimension)
  }
}
