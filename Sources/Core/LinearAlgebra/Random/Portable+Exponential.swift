extension Portable {
  /// The exponential function, off by less than one unit in the last place.
  ///
  /// Method: x = k log 2 + r with |r| at most log 2 / 2; exp r = 1 + 2r / (R - r), where
  /// R = r coth(r/2) is even in r and approximated by five terms in r² (Remez, error below 2^-59);
  /// log 2 is taken away in two parts. The constants are those of the C library of FreeBSD.
  /// - Returns: infinity above 709.78, 0 below -745.13, NaN for NaN.
  @inlinable
  public static func exp(_ x: Double) -> Double {
    guard x == x else { return x }
    if x > 0x1.62e42fefa39efp+9 { return .infinity }
    if x < -0x1.74910d52d3051p+9 { return 0 }
    let k = (x * 0x1.71547652b82fep+0).rounded()
    // log 2 in two parts; the upper has 21 zero bits, so that its product with k is exact.
    let upper = x - k * 0x1.62e42feep-1
    let lower = k * 0x1.a39ef35793c76p-33
    let r = upper - lower
    let z = r * r
    var sum = z * 4.138_136_797_057_238_460_39e-8 - 1.653_390_220_546_525_153_90e-6
    sum = z * sum + 6.613_756_321_437_934_361_17e-5
    sum = z * sum - 2.777_777_777_701_559_338_42e-3
    sum = z * sum + 1.666_666_666_666_660_190_37e-1
    let c = r - z * sum
    let value = 1 - ((lower - (r * c) / (2 - c)) - upper)
    // In two factors, so that neither is beyond the range: the result may be subnormal.
    let exponent = Int(k)
    let half = exponent / 2
    return value * power(half) * power(exponent - half)
  }

  /// 2 to a power within the normal range.
  @inlinable @inline(__always)
  static func power(_ exponent: Int) -> Double {
    Double(bitPattern: UInt64(exponent + 1023) << 52)
  }
}
