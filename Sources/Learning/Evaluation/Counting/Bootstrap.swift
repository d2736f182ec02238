internal import LinearAlgebra
internal import Platform

/// Resamples of the rows: how often each row counts in each of them.
///
/// A row counts a number of times that Poisson's law with mean 1 gives, drawn from the seed, the
/// resample and the row's number alone, so that no worker has to know what another one drew (Chamandy
/// et al., "Estimating uncertainty for massive data streams", Google 2012). Cost: about 5 ns a row
/// and resample.
struct Bootstrap: Sendable {
  /// So many resamples are drawn at once.
  static let lanes = 4

  /// How many resamples there are.
  let count: Int
  /// How probable it is that an interval holds the truth.
  let level: Double
  private let source: RandomSource

  init(count: Int, level: Double, seed: UInt64) {
    require(count > 0 && level > 0 && level < 1, "\(count) resamples for a level of \(level)")
    self.count = count
    self.level = level
    source = RandomSource(seed: seed, purpose: "evaluation.bootstrap")
  }

  var blockCount: Int { (count + Self.lanes - 1) / Self.lanes }

  /// How often a row counts in four resamples; what is beyond the last one is there, unused.
  @inline(__always)
  func counts(block: Int, row: Int) -> SIMD4<Double> {
    var draw = source.stream(round: block, row: row)
    let (low, high) = (draw.next(), draw.next())
    let words = SIMD4<UInt32>(
      UInt32(truncatingIfNeeded: low), UInt32(truncatingIfNeeded: low >> 32),
      UInt32(truncatingIfNeeded: high), UInt32(truncatingIfNeeded: high >> 32))
    var counts = SIMD4<Double>(repeating: 0)
    for threshold in Self.thresholds {
      let isAbove = words .>= SIMD4(repeating: threshold)
      if !any(isAbove) { break }
      counts.replace(with: counts + 1, where: isAbove.asDouble)
    }
    return counts
  }

  /// Below threshold k lie the words of counts up to k: 2^32 times the probability of those.
  private static let thresholds: [UInt32] = {
    var (probability, sum, thresholds) = (Portable.exp(-1), 0.0, [UInt32]())
    for count in 0..<13 {
      sum += probability
      probability /= Double(count + 1)
      thresholds.append(UInt32(min(sum * 0x1p32, 4_294_967_295)))
    }
    return thresholds
  }()

  /// The percentile interval of a figure's values in the resamples; those without a value are left
  /// out, nil where that are all.
  func interval(_ values: [Double]) -> ClosedRange<Double>? {
    let sorted = values.filter { !$0.isNaN }.sorted()
    guard let last = sorted.last else { return nil }
    func quantile(_ probability: Double) -> Double {
      let place = probability * Double(sorted.count - 1)
      let index = Int(place.rounded(.down))
      guard index + 1 < sorted.count else { return last }
      let (low, high) = (sorted[index], sorted[index + 1])
      return low == high ? low : low + (high - low) * (place - Double(index))
    }
    let low = quantile((1 - level) / 2)
    let high = quantile(1 - (1 - level) / 2)
    return low <= high ? low...high : nil
  }
}

extension SIMDMask<SIMD4<Int32>> {
  /// The same mask for numbers of twice the size.
  fileprivate var asDouble: SIMDMask<SIMD4<Int64>> {
    var mask = SIMDMask<SIMD4<Int64>>()
    for lane in 0..<4 { mask[lane] = self[lane] }
    return mask
  }
}
