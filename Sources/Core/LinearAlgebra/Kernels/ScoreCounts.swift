internal import Platform

/// Counts among the scores of all columns, for the rank of one of them without sorting any.
public enum ScoreCounts {
  /// Makes every score that is -infinity or no number NaN, and says how many are left.
  public static func keepNumbers(_ scores: inout [Float]) -> Int {
    var count: Int32 = 0
    unsafe scores.withUnsafeMutableBufferPointer { scores in
      for place in scores.indices {
        let score = unsafe scores[place]
        let isNumber = score > -.infinity
        count &+= isNumber ? 1 : 0
        unsafe scores[place] = isNumber ? score : .nan
      }
    }
    return Int(count)
  }

  /// How many scores of a range are above one, and how many are at least as high; NaN is neither.
  public static func compare(
    _ scores: [Float], _ range: Range<Int>, with own: Float
  ) -> (above: Int, atLeast: Int) {
    require(
      range.lowerBound >= 0 && range.upperBound <= scores.count,
      "scores \(range) of \(scores.count)")
    return unsafe scores.withUnsafeBufferPointer { scores in
      guard let start = scores.baseAddress else { return (0, 0) }
      // Eight at a time.
      var (above, atLeast) = (SIMD8<Int32>(), SIMD8<Int32>())
      let (ones, zeros) = (SIMD8<Int32>(repeating: 1), SIMD8<Int32>())
      let whole = range.lowerBound + range.count / 8 * 8
      for first in stride(from: range.lowerBound, to: whole, by: 8) {
        let eight = unsafe UnsafeRawPointer(start + first).loadUnaligned(as: SIMD8<Float>.self)
        above &+= zeros.replacing(with: ones, where: eight .> own)
        atLeast &+= zeros.replacing(with: ones, where: eight .>= own)
      }
      var counts = (above: Int(above.wrappedSum()), atLeast: Int(atLeast.wrappedSum()))
      for place in whole..<range.upperBound {
        counts.above += unsafe start[place] > own ? 1 : 0
        counts.atLeast += unsafe start[place] >= own ? 1 : 0
      }
      return counts
    }
  }
}
