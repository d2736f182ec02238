import LinearAlgebra
import Testing

/// Scores as the kernels promise them: lanes by column mod 8, folded 4, 2 and 1 apart.
private func score(_ row: [Double], _ coefficients: [Double], _ intercept: Double) -> Double {
  var lanes = [Double](repeating: 0, count: 8)
  for (column, value) in row.enumerated() {
    lanes[column % 8] = lanes[column % 8].addingProduct(value, coefficients[column])
  }
  let four = (0..<4).map { lanes[$0] + lanes[$0 + 4] }
  return ((four[0] + four[2]) + (four[1] + four[3])) + intercept
}

@Suite struct LinearScoreTests {
  @Test(arguments: dimensions)
  func `scores and products have the bits of their chains at each level`(dimension: Int) {
    for outputs in [1, 2, 3, 4, 5, 9] {
      check(Float.self, dimension, outputs)
      check(Double.self, dimension, outputs)
    }
  }

  private func check<Element: Scalar>(_ type: Element.Type, _ d: Int, _ outputs: Int) {
    let (n, seed) = (41, UInt64(d * 16 + outputs))
    var random = SplitMix(state: seed)
    let rows = TestRows<Element>(rowCount: n, columnCount: d, special: false, seed: seed)
    // Some zeros, so that sparse rows leave something out.
    for r in 0..<n {
      for j in 0..<d where (r + 3 * j) % 4 == 0 {
        rows.buffer[rows.offset + r * rows.stride + j] = 0
      }
    }
    let coefficients = random.matrix(outputs, d)
    let intercepts = (0..<outputs).map { _ in random.double() }
    let factors = Buffer((0..<outputs * n).map { _ in random.double() })
    let sparse = SparseRows<Element>(
      Matrix(rowCount: n, columnCount: d, elements: (0..<n).flatMap { rows.row($0) }))
    var scores = [Double](repeating: 0, count: outputs * n)
    var products = [Double](repeating: 0, count: outputs * d)
    for c in 0..<outputs {
      for r in 0..<n {
        let row = rows.row(r).map { Double($0) }
        scores[c * n + r] = score(row, coefficients.row(c), intercepts[c])
        for j in 0..<d { products[c * d + j].addProduct(factors[c * n + r], row[j]) }
      }
    }
    for level in KernelLevel.supported {
      let note = "\(type) \(level) d \(d) outputs \(outputs) seed \(seed)"
      let dense = LinearScorer(
        coefficients: coefficients, intercepts: intercepts, isSparse: false, level: level)
      let entries = LinearScorer(
        coefficients: coefficients, intercepts: intercepts, isSparse: true, level: level)
      let found = Buffer<Double>(count: outputs * n)
      unsafe dense.scores(rows.block(n), into: found.pointer, stride: n)
      #expect(firstDifference(found.array, scores) == nil, "\(note)")
      let alone = Buffer<Double>(count: outputs)
      unsafe dense.scores(rows.block(n).rows(7..<8), into: alone.pointer, stride: 1)
      #expect(
        firstDifference(alone.array, (0..<outputs).map { scores[$0 * n + 7] }) == nil, "\(note)")
      let scratch = Buffer<Double>(count: max(1, entries.scratchCount, paddedToEight(outputs)))
      let other = Buffer<Double>(count: outputs * n)
      unsafe entries.scores(
        sparse.block(0..<n), into: other.pointer, stride: n, scratch: scratch.pointer)
      #expect(firstDifference(other.array, scores) == nil, "sparse \(note)")

      let stride = paddedToEight(d)
      let sums = Buffer<Double>(count: outputs * stride)
      for range in [0..<16, 16..<n] {
        unsafe rows.block(n).rows(range).addProducts(
          factors: factors.pointer + range.lowerBound, factorsStride: n, outputs: outputs,
          to: sums.pointer, sumsStride: stride, level: level)
      }
      let added = (0..<outputs).flatMap { c in (0..<d).map { sums[c * stride + $0] } }
      #expect(firstDifference(added, products) == nil, "\(note)")
      let turned = outputs > 1
      let wide = paddedToEight(turned ? outputs : d)
      let apart = Buffer<Double>(count: turned ? wide * d : wide)
      unsafe sparse.block(0..<n).addProducts(
        factors: factors.pointer, factorsStride: n, outputs: outputs, to: apart.pointer,
        sumsStride: wide, scratch: scratch.pointer, level: level)
      let gathered = (0..<outputs).flatMap { c in
        (0..<d).map { apart[turned ? $0 * wide + c : $0] }
      }
      #expect(firstDifference(gathered, products) == nil, "sparse \(note)")
    }
  }

  @Test(arguments: dimensions)
  func `moments have the bits of their chains at each level`(dimension: Int) {
    let (n, d, seed) = (37, dimension, UInt64(dimension) + 900)
    var random = SplitMix(state: seed)
    let rows = TestRows<Float>(rowCount: n, columnCount: d, special: false, seed: seed)
    let weights = Buffer((0..<n).map { _ in random.double() + 1 })
    let shift = Buffer<Double>(count: paddedToEight(d))
    for j in 0..<d { shift[j] = random.double() }
    var (sums, squares) = ([Double](repeating: 0, count: d), [Double](repeating: 0, count: d))
    for r in 0..<n {
      for j in 0..<d {
        let apart = Double(rows[r, j]) - shift[j]
        sums[j].addProduct(weights[r], apart)
        squares[j].addProduct(weights[r] * apart, apart)
      }
    }
    for level in KernelLevel.supported {
      let (a, b) = (
        Buffer<Double>(count: paddedToEight(d)), Buffer<Double>(count: paddedToEight(d))
      )
      unsafe rows.block(n).addMoments(
        shift: shift, weights: weights.pointer, sums: a.pointer, squares: b.pointer, level: level)
      #expect(firstDifference(Array(a.array.prefix(d)), sums) == nil, "\(level) d \(d)")
      #expect(firstDifference(Array(b.array.prefix(d)), squares) == nil, "\(level) d \(d)")
    }
  }

  @Test(arguments: [1, 2, 3, 7])
  func `what margins cost has the bits of its formulas at each level`(outputs: Int) {
    let (n, seed) = (67, UInt64(outputs) + 40)
    let classCount = max(2, outputs)
    var random = SplitMix(state: seed)
    var margins = (0..<outputs * n).map { _ in random.double() * 12 }
    // Far out, where exponentials end, and zeros of both signs.
    for (place, value) in [800.0, -800, 1e9, -1e9, 0, -0.0, 1e-300, 36.9].enumerated() {
      margins[place] = value
    }
    let places = Buffer((0..<n).map { Double($0 * 5 % classCount) })
    let weights = Buffer((0..<n).map { $0 % 6 == 0 ? 0 : random.double() + 1 })
    let classWeights = Buffer((0..<classCount).map { 0.5 + Double($0) })
    var residuals = [Double](repeating: 0, count: outputs * n)
    var curvatures = residuals
    var probabilities = [Double](repeating: 0, count: classCount * n)
    var lanes = [Double](repeating: 0, count: LogLoss.laneCount(outputs: outputs))
    func exp(_ x: Double) -> Double { Portable.exp(max(x, -700)) }
    for r in 0..<n {
      let (y, weight) = (Int(places[r]), weights[r] * classWeights[Int(places[r])])
      if outputs == 1 {
        let m = y == 1 ? margins[r] : -margins[r]
        let e = exp(-m.magnitude)
        let inverse = 1 / (1 + e)
        let small = e * inverse
        let wrong = weight * (m >= 0 ? small : inverse)
        residuals[r] = y == 1 ? -wrong : wrong
        curvatures[r] = weight * (small * inverse)
        lanes[r % 8] += weight * (Portable.log1p(e) + (m >= 0 ? 0 : -m))
        lanes[8 + r % 8] += residuals[r]
        probabilities[r] = margins[r] >= 0 ? small : inverse
        probabilities[n + r] = margins[r] >= 0 ? inverse : small
        continue
      }
      let own = (0..<outputs).map { margins[$0 * n + r] }
      let most = own.dropFirst().reduce(own[0]) { $1 > $0 ? $1 : $0 }
      let exps = own.map { exp($0 - most) }
      let sum = exps.reduce(0, +)
      let inverse = 1 / sum
      lanes[r % 8] += weight * (Portable.log(sum) + (most - own[y]))
      for c in 0..<outputs {
        let p = exps[c] * inverse
        probabilities[c * n + r] = p
        residuals[c * n + r] = weight * (p - (c == y ? 1 : 0))
        curvatures[c * n + r] = weight * (p * (1 - p))
        lanes[8 * (c + 1) + r % 8] += residuals[c * n + r]
      }
    }
    let stored = Buffer(margins)
    for level in KernelLevel.supported {
      let (a, b) = (Buffer<Double>(count: outputs * n), Buffer<Double>(count: outputs * n))
      let (c, d) = (Buffer<Double>(count: lanes.count), Buffer<Double>(count: classCount * n))
      let loss = unsafe LogLoss(
        places: places.pointer, weights: weights.pointer, classWeights: classWeights,
        outputs: outputs)
      // Two pieces; the second begins at a row that is a multiple of eight.
      for range in [0..<24, 24..<n] {
        let from = range.lowerBound
        unsafe loss.terms(
          rows: from, count: range.count, margins: stored.pointer + from, stride: n,
          residuals: a.pointer + from, curvatures: b.pointer + from, lanes: c.pointer,
          level: level)
      }
      unsafe LogLoss.probabilities(
        outputs: outputs, count: n, margins: stored.pointer, stride: n, into: d.pointer,
        level: level)
      #expect(firstDifference(a.array, residuals) == nil, "\(level)")
      #expect(firstDifference(b.array, curvatures) == nil, "\(level)")
      #expect(firstDifference(c.array, lanes) == nil, "\(level)")
      #expect(firstDifference(d.array, probabilities) == nil, "\(level)")
    }
  }

  @Test func `vectors kept in single precision are multiplied in a fixed order at each level`() {
    var random = SplitMix(state: 78)
    for count in [1, 7, 8, 9, 100, 3000] {
      let slope = (0..<count).map { _ in random.double() }
      let scales = [Double](repeating: 1, count: count)
      for level in KernelLevel.supported {
        var state = SlicedDescent(
          slope[...], prices: slope[...], memory: 2, threads: 2, level: level)
        for place in scales.indices { state.scales[place] = 1 }
        let (first, way) = (Buffer(slope), Buffer<Double>(count: count))
        var found: [[[Double]]] = []
        do {
          found.append(try state.advance(first, factor: 0.5, step: nil))
          found.append(try state.descend(StepWeights(numbers: [-1]), into: way))
          try state.move(0.25, along: way)
          found.append(try state.advance(first, factor: 0.25, step: 0.25))
        } catch { Issue.record(error) }
        let book = kept(slope)
        #expect(found.count == 3 && firstDifference(found[2][0], book) == nil, "\(level) \(count)")
      }
    }
  }

  /// What a step along minus the gradient leaves, lane by lane.
  private func kept(_ slope: [Double]) -> [Double] {
    let old = slope.map { $0 * 0.5 + $0 * $0 }
    let point = slope.indices.map { slope[$0].addingProduct(0.25, -old[$0]) }
    let new = slope.indices.map { slope[$0] * 0.25 + slope[$0] * point[$0] }
    let step = old.map { Float(0.25 * -$0) }
    let change = slope.indices.map { Float(new[$0] - old[$0]) }
    var square = 0.0
    for first in stride(from: 0, to: slope.count, by: 2048) {
      var lanes = [Double](repeating: 0, count: 32)
      for place in first..<min(slope.count, first + 2048) {
        lanes[(place - first) % 32].addProduct(new[place], new[place])
      }
      for half in [16, 8, 4, 2, 1] { for i in 0..<half { lanes[i] += lanes[i + half] } }
      square += lanes[0]
    }
    func product(_ a: [Float], _ b: [Double]) -> Double {
      var lanes = [Double](repeating: 0, count: 8)
      for place in a.indices { lanes[place % 8].addProduct(Double(a[place]), b[place]) }
      for half in [4, 2, 1] { for i in 0..<half { lanes[i] += lanes[i + half] } }
      return lanes[0]
    }
    let others = [new, step.map { Double($0) }, change.map { Double($0) }]
    return [square] + [step, change].flatMap { own in others.map { product(own, $0) } }
  }

  @Test func `long vectors are added in a fixed order at each level`() {
    var random = SplitMix(state: 77)
    for count in [0, 1, 7, 31, 32, 33, 100, 1000] {
      let (x, y) = (
        (0..<count).map { _ in random.double() }, (0..<count).map { _ in random.double() }
      )
      var lanes = [Double](repeating: 0, count: 32)
      for i in 0..<count { lanes[i % 32].addProduct(x[i], y[i]) }
      for half in [16, 8, 4, 2, 1] { for i in 0..<half { lanes[i] += lanes[i + half] } }
      let sum = (0..<count).map { y[$0].addingProduct(0.7, x[$0]) }
      for level in KernelLevel.supported {
        let arithmetic = LongVector(level: level)
        #expect(sameBits(arithmetic.dot(x, y), lanes[0]), "\(level) \(count)")
        var to = y
        arithmetic.add(0.7, x, to: &to)
        #expect(firstDifference(to, sum) == nil, "\(level) \(count)")
      }
    }
  }
}
