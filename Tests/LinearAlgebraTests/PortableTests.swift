import Foundation
import LinearAlgebra
import Testing

@Suite struct PortableTests {
  /// Numbers over the whole range, many about 1 where the logarithm is small.
  static func arguments(seed: UInt64) -> [Double] {
    var draw = Philox(seed: seed, stage: 0, row: 0)
    var numbers: [Double] = []
    for _ in 0..<20_000 {
      numbers.append(draw.openUniform())
      numbers.append(1 + (draw.uniform() - 0.5) * 0x1p-10)
      numbers.append(0.6 + draw.uniform())
      let bits = draw.next() & 0x7FFF_FFFF_FFFF_FFFF
      let any = Double(bitPattern: bits)
      if any.isFinite && any > 0 { numbers.append(any) }
    }
    return numbers
  }

  @Test func `the logarithm is within one unit in the last place of the C library's`() {
    var worst = 0.0
    for x in Self.arguments(seed: 21) {
      let ours = Portable.log(x)
      let theirs = Foundation.log(x)
      worst = max(worst, (ours - theirs).magnitude / theirs.ulp)
    }
    #expect(worst <= 1)
  }

  #if arch(x86_64)
    @Test func `the logarithm is off by less than a unit in the last place`() {
      // Against the C library's logarithm with a significand of 64 bits.
      var worst: Float80 = 0
      for x in Self.arguments(seed: 22) {
        let exact = Foundation.log(Float80(x))
        let error = (Float80(Portable.log(x)) - exact).magnitude / Float80(Double(exact).ulp)
        worst = max(worst, error)
      }
      print("largest error of Portable.log: \(Double(worst)) units in the last place")
      #expect(worst < 0.9)
    }
  #endif

  @Test func `the logarithm gives the bits that it gave on the first machine`() {
    // The nearest numbers by mpmath with 40 digits; only that of 3 is the second nearest.
    let golden: [(Double, Double)] = [
      (0.1, -0x1.26bb1bbb55515p+1), (0.5, -0x1.62e42fefa39efp-1),
      (0.7071067811865475, -0x1.62e42fefa39f1p-2), (0.7071067811865476, -0x1.62e42fefa39eep-2),
      (1 - 0x1p-53, -0x1p-53), (1 + 0x1p-52, 0x1.fffffffffffffp-53),
      (2, 0x1.62e42fefa39efp-1), (3, 0x1.193ea7aad030ap+0), (10, 0x1.26bb1bbb55516p+1),
      (1e300, 0x1.5963447f87fb5p+9), (.leastNonzeroMagnitude, -0x1.74385446d71c3p+9), (1, 0),
    ]
    for (x, expected) in golden { #expect(Portable.log(x) == expected, "log \(x)") }
  }

  @Test func `the logarithm of what has none is NaN or infinite`() {
    #expect(Portable.log(0) == -.infinity)
    #expect(Portable.log(-0.0) == -.infinity)
    #expect(Portable.log(.infinity) == .infinity)
    #expect(Portable.log(-1).isNaN && Portable.log(.nan).isNaN && Portable.log(-.infinity).isNaN)
  }

  @Test func `normal quantiles agree with forty digits`() {
    // mpmath, sqrt(2) erfinv(2p - 1). AS 241 promises about 16 digits; p itself is rounded, too.
    let golden: [(Double, Double)] = [
      (0x1p-54, -8.29236107581359554), (1e-10, -6.3613409024040562), (1e-5, -4.26489079392282461),
      (0.01, -2.32634787404084109), (0.025, -1.95996398454005421), (0.07, -1.47579102817917069),
      (0.08, -1.40507156030963254), (0.25, -0.674489750196081743), (0.5, 0),
      (0.6, 0.253347103135799741), (0.975, 1.95996398454005386),
    ]
    for (p, expected) in golden {
      #expect((Portable.normalQuantile(p) - expected).magnitude <= 4 * expected.ulp, "\(p)")
    }
    #expect(Portable.normalQuantile(0) == -.infinity && Portable.normalQuantile(1) == .infinity)
    #expect(Portable.normalQuantile(-0.1).isNaN && Portable.normalQuantile(1.5).isNaN)
    #expect(Portable.normalQuantile(.nan).isNaN)
  }

  @Test func `normal quantiles rise and are odd about one half`() {
    var last = -Double.infinity
    for step in 1..<4096 {
      let p = Double(step) / 4096
      let quantile = Portable.normalQuantile(p)
      #expect(quantile > last)
      #expect(Portable.normalQuantile(1 - p) == -quantile)
      last = quantile
    }
  }
}
