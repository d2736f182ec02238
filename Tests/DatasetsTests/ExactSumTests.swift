import Datasets
import LinearAlgebra
import Testing

/// Sums without rounding errors, held to whole numbers of 128 bits and to cases known by hand.
@Suite struct ExactSumTests {
  private func sum(_ numbers: [Double]) -> Double {
    var sum = ExactSum()
    for number in numbers { sum.add(number) }
    return sum.rounded()
  }

  @Test func `what cancels leaves the small rest`() {
    #expect(sum([]) == 0)
    #expect(sum([1e300, 1, -1e300]) == 1)
    #expect(sum([1, 1e-300, -1]) == 1e-300)
    #expect(sum([0.1, 0.2, -0.3]) == 0x1p-55)
    #expect(sum(.init(repeating: 0.1, count: 10)) == 1)
    #expect(sum([.leastNonzeroMagnitude, .leastNonzeroMagnitude]) == 2 * .leastNonzeroMagnitude)
    #expect(
      sum([-.leastNormalMagnitude, .leastNonzeroMagnitude]) == -.leastNormalMagnitude.nextDown)
  }

  @Test func `a sum beyond the largest double comes back`() {
    let most = Double.greatestFiniteMagnitude
    #expect(sum([most, most]) == .infinity)
    #expect(sum([most, most, -most]) == most)
    var many = ExactSum()
    many.add(-most, times: 1 << 40)
    #expect(many.rounded() == -.infinity)
    #expect(many.rounded(scaledBy: -40) == -most)
    many.add(most, times: 1 << 40)
    #expect(many.rounded() == 0)
  }

  @Test func `ties go to the even double, and the least bit below decides`() {
    #expect(sum([1, 0x1p-53]) == 1)
    #expect(sum([1, 0x1p-53, 0x1p-1000]) == 1 + 0x1p-52)
    #expect(sum([1, 0x1p-52, 0x1p-53]) == 1 + 0x1p-51)
    #expect(sum([-1, -0x1p-53, -0x1p-1000]) == -1 - 0x1p-52)
  }

  @Test(arguments: [1, 2, 511, 512, 513, 5000])
  func `random sums are those of whole numbers, in any order and any grouping`(count: Int) {
    let seed: UInt64 = 7
    var draw = Philox(seed: seed, stage: 0, row: UInt64(count))
    // Multiples of 2^-30 below 2^80: 128 bits hold any sum of them.
    let numbers = (0..<count).map { _ -> Double in
      let mantissa = Double(draw.integer(below: 1 << 53)) - 0x1p52
      return Double(
        sign: .plus, exponent: draw.integer(below: 55) - 30, significand: mantissa)
    }
    let exact = numbers.reduce(Int128(0)) { $0 + Int128($1 * 0x1p30) }
    let expected = Double(exact) * 0x1p-30
    #expect(sum(numbers) == expected, "seed \(seed)")
    var shuffled = numbers
    draw.shuffle(&shuffled)
    #expect(sum(shuffled) == expected)
    var whole = ExactSum()
    var words = [Int64](repeating: 0, count: ExactSum.wordCount)
    for start in stride(from: 0, to: count, by: 100) {
      var part = ExactSum()
      for number in shuffled[start..<min(count, start + 100)] { part.add(number) }
      whole.add(part)
      for (index, word) in part.words.enumerated() { words[index] += word }
    }
    #expect(whole.rounded() == expected)
    #expect(ExactSum(words: words).rounded() == expected)
  }

  @Test(arguments: [2, 3, 1000, 1 << 31, (1 << 31) - 1, (1 << 31) + 12345])
  func `many times a number is what whole numbers say`(times: Int) {
    let numbers: [Double] = [0.1, -0.1, 1e-300, 3, -.leastNonzeroMagnitude, 0x1.fffffffffffffp40]
    for number in numbers {
      var sum = ExactSum()
      sum.add(number, times: times)
      let mantissa = Int128(number.significand * 0x1p52) * Int128(times)
      var expected = ExactSum()
      // The product in parts that are doubles.
      let low = mantissa & 0xFFFF_FFFF_FFFF
      for part in [Double(low), Double(mantissa - low)] where part != 0 {
        // Scaled in two steps, so that neither power of two is out of range.
        let half = (number.exponent - 52) / 2
        let near = Double(sign: number.sign, exponent: half, significand: part)
        expected.add(Double(sign: .plus, exponent: number.exponent - 52 - half, significand: near))
      }
      #expect(sum.rounded() == expected.rounded(), "\(number) \(times) times")
    }
  }
}
