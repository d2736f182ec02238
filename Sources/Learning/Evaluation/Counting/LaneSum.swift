internal import LinearAlgebra

/// Four sums side by side, each with what rounding lost (Neumaier 1974), added at the end.
struct LaneSum {
  private var sum = SIMD4<Double>(repeating: 0)
  private var lost = SIMD4<Double>(repeating: 0)

  @inline(__always)
  static func += (total: inout LaneSum, term: SIMD4<Double>) {
    let old = total.sum
    let new = old + term
    // What a sum of two numbers lost is a number, whichever of the two is larger (Knuth).
    let part = new - old
    total.lost += (old - (new - part)) + (term - part)
    total.sum = new
  }

  @inline(__always)
  var value: SIMD4<Double> { sum + lost }
}
