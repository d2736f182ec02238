import LinearAlgebra
import Testing

/// Ratings of random columns of a random table of factors.
private struct FactorCase {
  let dimension: Int
  let pieces: [Range<Int>]
  let observations: FactorObservations
  let ridges: [Float]
  let upper: [Double]
  let common: CommonPart

  static let targets: [FactorTarget] = [
    .value(), .value(shift: 0.25, bias: 40), .preference(alpha: 2),
  ]

  init(dimension: Int, counts: [Int], target: FactorTarget, seed: UInt64) {
    var random = SplitMix(state: seed)
    let stride = FactorObservations.width(of: dimension) + 48
    let columnCount = 37
    self.dimension = dimension
    var pieces: [Range<Int>] = []
    var from = 3
    for count in counts {
      pieces.append(from..<from + count)
      from += count + 1
    }
    self.pieces = pieces
    let total = from
    observations = FactorObservations(
      factors: Buffer((0..<columnCount * stride).map { _ in random.element() }), stride: stride,
      dimension: dimension,
      indices: Buffer((0..<total).map { _ in Int32(random.below(columnCount)) }),
      values: Buffer((0..<total).map { _ in Float(random.below(11)) - 3 }), target: target)
    ridges = counts.map { 0.1 * Float(max(1, $0)) }
    let rows = (0..<columnCount).map { _ in (0..<dimension).map { _ in random.double() } }
    upper = (0..<dimension * dimension).map { place in
      let (i, j) = (place / dimension, place % dimension)
      return i > j ? 0 : rows.reduce(0) { $0 + $1[i] * $1[j] }
    }
    common = CommonPart(dimension: dimension, upper: upper)
  }

  func reference(_ piece: Range<Int>) -> FactorReference {
    let (table, stride) = (observations.factors, observations.stride)
    return FactorReference(
      piece.map { entry in
        let column = Int(observations.indices[entry])
        return (0..<stride).map { table[column * stride + $0] }
      }, piece.map { observations.values[$0] }, dimension: dimension, target: observations.target)
  }

  var note: String { "d \(dimension) \(observations.target)" }
}

@Suite struct FactorTests {
  static let dimensions = [1, 2, 3, 4, 5, 7, 8, 10, 15, 16, 17, 31, 32, 33, 48, 64, 65, 100]
  static let counts = [5, 0, 1, 64, 65, 2, 15, 16, 17, 130, 63, 3, 31, 33, 7, 129]

  @Test(arguments: dimensions)
  func `systems are formed and solved as written, bit for bit, at every level`(dimension: Int) {
    for target in FactorCase.targets {
      let test = FactorCase(
        dimension: dimension, counts: dimension > 48 ? [65, 0, 3, 130] : Self.counts,
        target: target, seed: UInt64(dimension))
      for isCommon in [false, true] { check(test, isCommon: isCommon) }
    }
  }

  private func check(_ test: FactorCase, isCommon: Bool) {
    let d = test.dimension
    let expected = test.pieces.indices.map { k in
      let reference = test.reference(test.pieces[k])
      let common = test.upper.map { isCommon ? Float($0) : 0 }
      let (matrix, right) = reference.system(on: common, d)
      return (
        FactorReference.solve(matrix, right, ridge: test.ridges[k], limit: 1e-3),
        reference.squares
      )
    }
    for level in KernelLevel.supported {
      let systems = FactorSystems(dimension: d, level: level)
      let table = Buffer<Float>(count: d + 5)
      systems.form(test.pieces, of: test.observations, on: isCommon ? test.common : nil)
      systems.solve(ridges: test.ridges, pivotLimit: 1e-3)
      for (k, (solution, squares)) in expected.enumerated() {
        let note = "\(level) \(test.note) common \(isCommon) row \(k) of \(test.pieces[k].count)"
        #expect(sameBits(systems.squares(k), squares), "\(note)")
        #expect(systems.isAccepted(k) == solution.isAccepted, "\(note)")
        guard solution.isAccepted else { continue }
        systems.store(k, in: table, at: 5)
        #expect(firstDifference(Array(table.array.dropFirst(5)), solution.x) == nil, "\(note)")
        #expect(sameBits(systems.gain(k), solution.gain), "\(note)")
      }
    }
  }

  @Test(arguments: [1, 7, 16, 33])
  func `a row has the same bits alone and among others`(dimension: Int) {
    let test = FactorCase(
      dimension: dimension, counts: Self.counts, target: .preference(alpha: 1), seed: 5)
    let level = KernelLevel.supported.last ?? .plain
    let (many, one) = (
      FactorSystems(dimension: dimension, level: level),
      FactorSystems(dimension: dimension, level: level)
    )
    let (left, right) = (Buffer<Float>(count: dimension), Buffer<Float>(count: dimension))
    many.form(test.pieces, of: test.observations, on: test.common)
    many.solve(ridges: test.ridges, pivotLimit: 1e-3)
    for k in test.pieces.indices {
      one.form([test.pieces[k]], of: test.observations, on: test.common)
      one.solve(ridges: [test.ridges[k]], pivotLimit: 1e-3)
      many.store(k, in: left, at: 0)
      one.store(0, in: right, at: 0)
      #expect(firstDifference(left.array, right.array) == nil, "row \(k)")
      #expect(sameBits(many.gain(k), one.gain(0)))
    }
  }

  @Test func `a system whose pivot vanishes is refused and its neighbours are not`() {
    // Two unknowns that no rating tells apart, in the second row only.
    let stride = 16
    let factors = Buffer<Float>(count: 2 * stride)
    (factors[0], factors[1], factors[stride], factors[stride + 1]) = (1, 1, 1, 2)
    let observations = FactorObservations(
      factors: factors, stride: stride, dimension: 2, indices: Buffer([0, 1, 0, 0]),
      values: Buffer([3, 5, 1, 2]), target: .value())
    for level in KernelLevel.supported {
      let systems = FactorSystems(dimension: 2, level: level)
      systems.form([0..<2, 2..<4, 2..<2], of: observations)
      systems.solve(ridges: [0, 0, 0], pivotLimit: 1e-3)
      #expect([0, 1, 2].map(systems.isAccepted) == [true, false, false], "\(level)")
      let table = Buffer<Float>(count: 2)
      systems.store(0, in: table, at: 0)
      #expect(abs(table[0] - 1) < 1e-5 && abs(table[1] - 2) < 1e-5)
    }
  }

  @Test func `pieces of a long row add up in double`() {
    let test = FactorCase(
      dimension: 17, counts: [4096, 4096, 11], target: .value(shift: 0.5), seed: 9)
    let sums = FactorSums(dimension: 17)
    let systems = FactorSystems(
      dimension: 17, level: KernelLevel.supported.last ?? .plain)
    systems.form(test.pieces, of: test.observations)
    for k in 0..<3 { systems.add(k, to: sums) }
    var exact = [Double](repeating: 0, count: 17 * 17)
    for reference in test.pieces.map(test.reference) {
      for y in reference.rows {
        for i in 0..<17 {
          for j in i..<17 { exact[i * 17 + j] += Double(y[i]) * Double(y[j]) }
        }
      }
    }
    for i in 0..<17 {
      for j in i..<17 {
        #expect(abs(sums.upper[i * 17 + j] - exact[i * 17 + j]) <= 1e-4 * exact[i * 17 + i])
      }
    }
  }

  @Test(arguments: dimensions)
  func `steps of conjugate gradients go as written, bit for bit, at every level`(dimension: Int) {
    for target in FactorCase.targets {
      let test = FactorCase(
        dimension: dimension, counts: dimension > 48 ? [65, 0, 3] : Self.counts, target: target,
        seed: UInt64(dimension))
      for isCommon in [false, true] {
        var random = SplitMix(state: 3)
        let start: [Float] = (0..<dimension).map { _ in random.element() }
        let rows = (0..<dimension).map { i in
          (0..<dimension).map { Float(test.upper[min(i, $0) * dimension + max(i, $0)]) }
        }
        let expected = test.pieces.indices.map { k in
          test.reference(test.pieces[k]).descend(
            from: start, on: isCommon ? rows : nil, ridge: test.ridges[k], steps: 3)
        }
        for level in KernelLevel.supported {
          let descent = FactorDescent(dimension: dimension, level: level)
          let table = Buffer<Float>(test.pieces.flatMap { _ in start })
          descent.descend(
            test.pieces, of: test.observations, on: isCommon ? test.common : nil,
            ridges: test.ridges, steps: 3, in: table,
            at: test.pieces.indices.map { $0 * dimension })
          for (k, expected) in expected.enumerated() {
            let note =
              "\(level) \(test.note) common \(isCommon) row \(k) of \(test.pieces[k].count)"
            let x = (0..<dimension).map { table[k * dimension + $0] }
            #expect(firstDifference(x, expected.x) == nil, "\(note)")
            #expect(sameBits(descent.gain(k), expected.gain), "\(note)")
            #expect(sameBits(descent.squares(k), test.reference(test.pieces[k]).squares), "\(note)")
          }
        }
      }
    }
  }

  @Test func `many steps of conjugate gradients end where Cholesky does`() {
    let test = FactorCase(
      dimension: 8, counts: [40, 100], target: .preference(alpha: 1), seed: 11)
    let level = KernelLevel.supported.last ?? .plain
    let (systems, descent) = (
      FactorSystems(dimension: 8, level: level), FactorDescent(dimension: 8, level: level)
    )
    systems.form(test.pieces, of: test.observations, on: test.common)
    systems.solve(ridges: test.ridges, pivotLimit: 1e-3)
    let (exact, table) = (Buffer<Float>(count: 16), Buffer<Float>(count: 16))
    descent.descend(
      test.pieces, of: test.observations, on: test.common, ridges: test.ridges, steps: 20,
      in: table, at: [0, 8])
    for k in 0..<2 {
      systems.store(k, in: exact, at: 8 * k)
      // Both hold 2 b x - x A x, which is b x at the solution.
      #expect(abs(systems.gain(k) - descent.gain(k)) < 1e-5 * systems.gain(k))
    }
    for place in 0..<16 { #expect(abs(exact[place] - table[place]) < 1e-4) }
  }

  @Test func `elements that must not be negative end at 0 where the slope is upward`() {
    // minimise over x >= 0: the optimum of (x - 1)² + (y + 2)² + (x + y)² / 2 is x = 2/3, y = 0.
    let sums = FactorSums(dimension: 2)
    (sums.upper[0], sums.upper[1], sums.upper[3]) = (3, 1, 3)
    (sums.right[0], sums.right[1]) = (2, -4)
    let descent = BoundedDescent(dimension: 2)
    var x = [5.0, 5.0]
    #expect(
      descent.minimise(sums, ridge: 0, bounded: 2, from: &x, rounds: 100, tolerance: 1e-12))
    #expect(abs(x[0] - 2.0 / 3) < 1e-12 && x[1] == 0)
    // With the second free: 3 x + y = 2, x + 3 y = -4.
    #expect(
      descent.minimise(sums, ridge: 0, bounded: 1, from: &x, rounds: 100, tolerance: 1e-12))
    #expect(abs(x[0] - 1.25) < 1e-10 && abs(x[1] + 1.75) < 1e-10)
    x = [5, 5]
    #expect(
      !descent.minimise(sums, ridge: 0, bounded: 1, from: &x, rounds: 1, tolerance: 1e-12))
  }
}
