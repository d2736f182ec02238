/// Functions whose bits are the same on every machine.
///
/// The C library chooses among several versions of its logarithm by the processor, and versions of
/// the library differ. These use only additions, multiplications, divisions and square roots, which
/// IEEE 754 defines to the bit, and Swift never fuses a product with a sum unless told to.
public enum Portable {
  /// The natural logarithm, off by at most 0.8 units in the last place.
  ///
  /// Method: x = 2^k m with m in [√½, √2); with s = (m - 1) / (m + 1), log m = 2 artanh s, whose
  /// series after s^21 is below 2^-59 of the result; k log 2 is added in two parts.
  /// - Returns: -infinity for 0, NaN for negative numbers and NaN.
  @inlinable
  public static func log(_ x: Double) -> Double {
    guard x > 0 else { return x == 0 ? -.infinity : .nan }
    guard x < .infinity else { return x }
    // A subnormal number is brought into the normal range first.
    let isSubnormal = x < .leastNormalMagnitude
    let bits = (isSubnormal ? x * 0x1p54 : x).bitPattern
    // The bits from √½ up; the difference in exponent is k, and what is left is m.
    let offset = bits &- 0x3FE6_A09E_667F_3BCD
    let k = Int64(bitPattern: offset) >> 52 - (isSubnormal ? 54 : 0)
    let m = Double(bitPattern: (offset & 0x000F_FFFF_FFFF_FFFF) &+ 0x3FE6_A09E_667F_3BCD)
    let f = m - 1
    let s = f / (2 + f)
    let z = s * s
    let w = z * z
    // Even and odd terms apart, so that they are computed side by side.
    var even = w * (2.0 / 19.0) + 2.0 / 15.0
    even = w * even + 2.0 / 11.0
    even = w * even + 2.0 / 7.0
    even = w * even + 2.0 / 3.0
    var odd = w * (2.0 / 21.0) + 2.0 / 17.0
    odd = w * odd + 2.0 / 13.0
    odd = w * odd + 2.0 / 9.0
    odd = w * odd + 2.0 / 5.0
    let series = z * (even + z * odd)
    // 2s = f - s f, and s f = f²/2 - s f²/2: so the largest part, f, is exact.
    let half = 0.5 * f * f
    let scale = Double(k)
    // log 2 in two parts; the upper has 32 zero bits, so that its product with k is exact.
    let upper = scale * 0x1.62e42feep-1
    let lower = scale * 0x1.a39ef35793c76p-33
    return upper - ((half - (s * (half + series) + lower)) - f)
  }

  /// The number below which a standard normal one lies with the given probability.
  ///
  /// Method: Wichura, "Algorithm AS 241", Applied Statistics 37 (1988), about 16 digits.
  /// - Returns: ∓infinity for 0 and 1, NaN outside.
  @inlinable
  public static func normalQuantile(_ probability: Double) -> Double {
    let q = probability - 0.5
    if q.magnitude <= 0.425 {
      let r = 0.180625 - q * q
      return q * polynomial(r, centreNumerator) / polynomial(r, centreDenominator)
    }
    let tail = q < 0 ? probability : 1 - probability
    guard tail > 0 else { return tail == 0 ? (q < 0 ? -.infinity : .infinity) : .nan }
    let r = (-log(tail)).squareRoot()
    let magnitude =
      r <= 5
      ? polynomial(r - 1.6, middleNumerator) / polynomial(r - 1.6, middleDenominator)
      : polynomial(r - 5, tailNumerator) / polynomial(r - 5, tailDenominator)
    return q < 0 ? -magnitude : magnitude
  }

  /// A polynomial of degree 7, the constant term first.
  @inlinable @inline(__always)
  static func polynomial(_ x: Double, _ c: SIMD8<Double>) -> Double {
    var sum = c[7] * x + c[6]
    sum = sum * x + c[5]
    sum = sum * x + c[4]
    sum = sum * x + c[3]
    sum = sum * x + c[2]
    sum = sum * x + c[1]
    return sum * x + c[0]
  }

  @inlinable static var centreNumerator: SIMD8<Double> {
    [
      3.387_132_872_796_366_608_0, 1.331_416_678_917_843_774_5e2, 1.971_590_950_306_551_442_7e3,
      1.373_169_376_550_946_112_5e4, 4.592_195_393_154_987_145_7e4, 6.726_577_092_700_870_085_3e4,
      3.343_057_558_358_812_810_5e4, 2.509_080_928_730_122_672_7e3,
    ]
  }
  @inlinable static var centreDenominator: SIMD8<Double> {
    [
      1, 4.231_333_070_160_091_125_2e1, 6.871_870_074_920_579_083_0e2,
      5.394_196_021_424_751_107_7e3, 2.121_379_430_158_659_586_7e4, 3.930_789_580_009_271_061_0e4,
      2.872_908_573_572_194_267_4e4, 5.226_495_278_852_854_561_0e3,
    ]
  }
  @inlinable static var middleNumerator: SIMD8<Double> {
    [
      1.423_437_110_749_683_577_34, 4.630_337_846_156_545_295_90, 5.769_497_221_460_691_405_50,
      3.647_848_324_763_204_605_04, 1.270_458_252_452_368_382_58, 2.417_807_251_774_506_117_70e-1,
      2.272_384_498_926_918_458_33e-2, 7.745_450_142_783_414_076_40e-4,
    ]
  }
  @inlinable static var middleDenominator: SIMD8<Double> {
    [
      1, 2.053_191_626_637_758_821_87, 1.676_384_830_183_803_849_40,
      6.897_673_349_851_000_045_50e-1, 1.481_039_764_274_800_745_90e-1,
      1.519_866_656_361_645_719_66e-2, 5.475_938_084_995_344_946_00e-4,
      1.050_750_071_644_416_843_24e-9,
    ]
  }
  @inlinable static var tailNumerator: SIMD8<Double> {
    [
      6.657_904_643_501_103_777_20, 5.463_784_911_164_114_369_90, 1.784_826_539_917_291_335_80,
      2.965_605_718_285_048_912_30e-1, 2.653_218_952_657_612_309_30e-2,
      1.242_660_947_388_078_438_60e-3, 2.711_555_568_743_487_578_15e-5,
      2.010_334_399_292_288_132_65e-7,
    ]
  }
  @inlinable static var tailDenominator: SIMD8<Double> {
    [
      1, 5.998_322_065_558_879_376_90e-1, 1.369_298_809_227_358_053_10e-1,
      1.487_536_129_085_061_485_25e-2, 7.868_691_311_456_132_591_00e-4,
      1.846_318_317_510_054_681_80e-5, 1.421_511_758_316_445_888_70e-7,
      2.044_263_103_389_939_785_64e-15,
    ]
  }
}
