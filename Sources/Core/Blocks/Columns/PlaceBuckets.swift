internal import LinearAlgebra
internal import Synchronization

/// Where in rising numbers to look for one: buckets of one width over their range, and the first
/// place of each.
///
/// They are made when first asked for: who only trains has no use for them.
final class PlaceBuckets: Sendable {
  private let lower: Double
  private let scale: Double
  private let bucketCount: Int
  private let made = Mutex<Buffer<Int32>?>(nil)

  init(from lower: Double, to upper: Double, of count: Int) {
    var size = 1
    while size < count / 2, size < 1 << 20 { size *= 2 }
    self.lower = lower
    bucketCount = size
    scale = Double(size) / (upper - lower)
  }

  /// Rises with the number, whatever is rounded: so what lies in an earlier bucket is smaller.
  @inline(__always)
  func bucket(of number: Double) -> Int {
    let place = (number - lower) * scale
    return place < Double(bucketCount) ? Int(place) : bucketCount &- 1
  }

  /// The first place of each bucket and, behind them, the number of places.
  func starts<Element: Scalar>(of values: Buffer<Element>) -> Buffer<Int32> {
    made.withLock { made in
      if let made { return made }
      let starts = makeStarts(of: values)
      made = starts
      return starts
    }
  }

  private func makeStarts<Element: Scalar>(of values: Buffer<Element>) -> Buffer<Int32> {
    let starts = Buffer<Int32>(count: bucketCount + 1)
    var next = 0
    for place in 0..<values.count {
      let bucket = bucket(of: Double(values[place]))
      while next <= bucket {
        starts[next] = Int32(truncatingIfNeeded: place)
        next += 1
      }
    }
    while next <= bucketCount {
      starts[next] = Int32(truncatingIfNeeded: values.count)
      next += 1
    }
    return starts
  }
}
