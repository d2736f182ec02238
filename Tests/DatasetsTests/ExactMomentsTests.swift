import Cluster
import Datasets
import LinearAlgebra
import Testing

/// Exact sums of many variables: neither order, nor blocks, nor levels of the kernels show.
struct ExactMomentsTests {
  /// Numbers of all magnitudes within a range, with zeros of both signs and some NaN.
  private func numbers(_ count: Int, exponents: ClosedRange<Int>, seed: UInt64) -> [Double] {
    var random = Philox(seed: seed, stage: 0, row: 0)
    return (0..<count).map { _ in
      let draw = random.next()
      if draw % 37 == 0 { return draw % 2 == 0 ? 0 : -0.0 }
      if draw % 41 == 0 { return .nan }
      let span = UInt64(exponents.count)
      let exponent = exponents.lowerBound + Int((draw >> 8) % span)
      let significand = 1 + Double(random.next() >> 12) * 0x1p-52
      return Double(sign: draw % 2 == 0 ? .plus : .minus, exponent: exponent, significand: 1)
        * significand
    }
  }

  private func sum(of numbers: [Double]) -> ExactSum {
    var sum = ExactSum()
    for number in numbers where !number.isNaN { sum.add(number) }
    return sum
  }

  private static let ranges: [ClosedRange<Int>] = [
    0...0, -3...10, -60...60, -400...400, -1000...1000, 480...520, -500...(-440),
    -1074...(-1000), 990...1022,
  ]

  @Test(arguments: ranges, [1, 2, 7, 31, 255, 256])
  func `the parts of a block add up to its numbers and their squares at every level`(
    exponents: ClosedRange<Int>, count: Int
  ) {
    for seed in UInt64(0)..<8 {
      let numbers = numbers(count * 3, exponents: exponents, seed: seed + UInt64(count))
      for level in KernelLevel.supported {
        for stride in [1, 3] {
          let own = (0..<count).map { numbers[$0 * stride] }
          var parts = ExactParts()
          let outcome = unsafe numbers.withUnsafeBufferPointer { pointer in
            unsafe pointer.baseAddress.map {
              unsafe parts.take($0, count: count, stride: stride, squares: true, level: level)
            }
          }
          let note = "seed \(seed), \(level), stride \(stride), \(exponents)"
          let there = own.filter { !$0.isNaN }
          #expect(parts.count == there.count, "\(note)")
          #expect(parts.least == there.min() ?? 0, "\(note)")
          #expect(parts.greatest == there.max() ?? 0, "\(note)")
          guard outcome == .done else {
            let isNarrow =
              exponents.count < 100 && exponents.lowerBound > -400
              && exponents.upperBound < 480
            #expect(!isNarrow, "\(note) is not done")
            continue
          }
          var (ofSum, ofSquares) = (ExactSum(), ExactSum())
          parts.forEachSum { ofSum.add($0) }
          parts.forEachSquare { ofSquares.add($0) }
          #expect(ofSum.words == sum(of: own).words, "\(note)")
          let squares = there.flatMap { number in
            let square = number * number
            return [square, (-square).addingProduct(number, number)]
          }
          #expect(ofSquares.words == sum(of: squares).words, "\(note)")
        }
      }
    }
  }

  @Test(arguments: ranges)
  func `blocks, single numbers, any order and three workers give the same figures`(
    exponents: ClosedRange<Int>
  ) throws {
    let all = numbers(2_000, exponents: exponents, seed: 5)
    @Sendable func moments(_ numbers: [Double], block: Int) throws -> ExactMoments {
      var moments = try ExactMoments(count: 2, wantsSquares: true)
      for first in stride(from: 0, to: numbers.count, by: block) {
        let part = Array(numbers[first..<min(numbers.count, first + block)])
        if block == 1 {
          let isDone = moments.add(part[0], to: 1)
          #expect(isDone)
        } else {
          unsafe part.withUnsafeBufferPointer { pointer in
            let isFinite = unsafe pointer.baseAddress.map {
              unsafe moments.add($0, count: part.count, to: 1)
            }
            #expect(isFinite == true)
          }
        }
      }
      return moments
    }
    let expected = try #require(try moments(all, block: 256)[1])
    #expect(try moments(all, block: 256)[0] == nil)
    for block in [1, 2, 97] { #expect(try moments(all, block: block)[1] == expected) }
    #expect(try moments(all.reversed(), block: 256)[1] == expected)
    var merged = try moments(Array(all[..<700]), block: 256)
    merged.add(try moments(Array(all[700...]), block: 256))
    #expect(merged[1] == expected)
    let totals = try Communicator.withThreads(3) { group in
      let own = (0..<all.count).filter { $0 % 7 % 3 == group.rank }.map { all[$0] }
      return try moments(own, block: 100).total(in: group)[1]
    }
    for total in totals { #expect(total == expected) }
  }

  @Test func `variances are right to the last bit or two, with no cancellation`() throws {
    for offset in [0, 1_000_000_007, 1 << 52] as [Int64] {
      var random = Philox(seed: 3, stage: 0, row: 0)
      let whole = (0..<1_000).map { _ in offset + Int64(random.next() % 1_000) }
      var moments = try ExactMoments(count: 1, wantsSquares: true)
      for number in whole {
        let isDone = moments.add(Double(number), to: 0)
        #expect(isDone)
      }
      let moment = try #require(moments[0])
      let sum = whole.reduce(Int128(0)) { $0 + Int128($1) }
      let squares = whole.reduce(Int128(0)) { $0 + Int128($1) * Int128($1) }
      let count = Int128(whole.count)
      let expected = Double(count * squares - sum * sum) / Double(count * (count - 1))
      #expect((moment.variance - expected).magnitude <= 2 * expected.ulp, "offset \(offset)")
      #expect(moment.deviation == moment.variance.squareRoot())
      #expect((moment.mean - Double(sum) / Double(count)).magnitude <= moment.mean.ulp)
    }
  }

  @Test(arguments: [0.1, -1e300, .leastNonzeroMagnitude, 1e200, 123.456, .greatestFiniteMagnitude])
  func `what does not vary has a deviation of exactly 0`(number: Double) throws {
    for count in [1, 2, 3, 10, 1_000] {
      var moments = try ExactMoments(count: 1, wantsSquares: true)
      for _ in 0..<count {
        let isDone = moments.add(number, to: 0)
        #expect(isDone)
      }
      let moment = try #require(moments[0])
      #expect(moment.mean == number)
      #expect(moment.deviation == 0)
      #expect(moment.variance == 0)
    }
  }

  @Test func `deviations beyond the squares of doubles are found`() throws {
    var moments = try ExactMoments(count: 2, wantsSquares: true)
    for number in [1, 3, 2] as [Double] {
      let isDone = moments.add(number * 0x1p1000, to: 0)
      #expect(isDone)
      let isAdded = moments.add(number * 0x1p-1000, to: 1)
      #expect(isAdded)
    }
    #expect(try #require(moments[0]).deviation == 0x1p1000)
    #expect(try #require(moments[1]).deviation == 0x1p-1000)
    #expect(try #require(moments[0]).variance == .infinity)
  }

  @Test func `an infinite number is refused and leaves nothing behind`() throws {
    var moments = try ExactMoments(count: 1, wantsSquares: true)
    let isDone = moments.add(.infinity, to: 0)
    #expect(!isDone)
    let numbers = [1, -Double.infinity, 2]
    unsafe numbers.withUnsafeBufferPointer { pointer in
      if let start = pointer.baseAddress {
        let isFinite = unsafe moments.add(start, count: 3, to: 0)
        #expect(!isFinite)
      }
    }
    #expect(moments[0] == nil)
    #expect(moments.counts == [0])
  }

  @Test func `zeros that are left out count`() throws {
    var moments = try ExactMoments(count: 1, wantsSquares: true)
    let isDone = moments.add(3, to: 0)
    #expect(isDone)
    moments.addZeros(2, to: 0)
    let moment = try #require(moments[0])
    #expect(moment.count == 3 && moment.mean == 1 && moment.variance == 3)
    #expect(moment.least == 0 && moment.greatest == 3)
  }
}
