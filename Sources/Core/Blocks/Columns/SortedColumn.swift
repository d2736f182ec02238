internal import LinearAlgebra
internal import Platform

/// The distinct numbers of one column in rising order, and how many rows reach up to each.
public struct SortedColumn: Sendable {
  /// Distinct, rising.
  let values: Buffer<Double>
  /// How many rows have at most the value of that place.
  let ends: Buffer<Int32>
  /// The sign of the third central moment: where the longer tail is.
  public let skewSign: Int
  private let lower: Double
  private let upper: Double
  /// Buckets of one width over the range, and the first place of each.
  private let scale: Double
  private let bucketCount: Double
  private let buckets: Buffer<Int32>

  /// - Returns: nil where the lists cannot be those of a column.
  public init?(values: [Double], ends: [Int32], skewSign: Int) {
    guard values.count == ends.count, ends.first ?? 1 > 0, (-1...1).contains(skewSign),
      zip(values, values.dropFirst()).allSatisfy({ $0 < $1 }),
      zip(ends, ends.dropFirst()).allSatisfy({ $0 < $1 }), values.allSatisfy(\.isFinite)
    else { return nil }
    self.init(trusting: Buffer(values), ends: Buffer(ends), skewSign: skewSign)
  }

  init(trusting values: Buffer<Double>, ends: Buffer<Int32>, skewSign: Int) {
    self.values = values
    self.ends = ends
    self.skewSign = skewSign
    let count = values.count
    rowCount = count > 0 ? Int(ends[count - 1]) : 0
    lower = count > 0 ? values[0] : 0
    upper = count > 0 ? values[count - 1] : 0
    var size = 1
    while size < count / 2, size < 1 << 20 { size *= 2 }
    bucketCount = Double(size)
    scale = Double(size) / (upper - lower)
    buckets = Buffer(count: size + 1)
    var next = 0
    for place in 0..<count {
      let bucket = bucket(of: values[place])
      while next <= bucket {
        buckets[next] = Int32(truncatingIfNeeded: place)
        next += 1
      }
    }
    while next <= size {
      buckets[next] = Int32(truncatingIfNeeded: count)
      next += 1
    }
  }

  /// How many rows had a number.
  public let rowCount: Int
  public var distinctCount: Int { values.count }
  /// The distinct numbers, rising.
  public var distinctValues: [Double] { values.array }
  /// How many rows have at most the value of a place.
  public var cumulativeCounts: [Int32] { ends.array }

  /// The memory of a column of so many distinct numbers.
  static func byteCount(distinct count: Int) -> Int { 16 * count + 16 }

  /// Rises with the value, whatever is rounded: so what lies in an earlier bucket is smaller.
  @inline(__always)
  private func bucket(of value: Double) -> Int {
    let place = (value - lower) * scale
    return place < bucketCount ? Int(place) : Int(bucketCount) &- 1
  }

  /// Rows whose places are looked up together.
  static var chunk: Int { 256 }

  /// Room to look up the places of a chunk of rows.
  @safe struct Scratch {
    let numbers = Buffer<Double>(count: SortedColumn.chunk)
    fileprivate let firsts = Buffer<Int32>(count: SortedColumn.chunk)
    fileprivate let lasts = Buffer<Int32>(count: SortedColumn.chunk)
    fileprivate let near = Buffer<Double>(count: SortedColumn.chunk)
  }

  /// Adds to sums what the first numbers of a chunk add; the column must have numbers itself.
  ///
  /// In three passes, for each waits for memory that has nothing to do with the next row's: the
  /// processor asks for several at once.
  func addTerms(
    _ count: Int, _ scratch: Scratch, by rule: TailRule, to sums: UnsafeMutablePointer<Double>
  ) {
    let numbers = unsafe scratch.numbers.pointer
    let (firsts, lasts) = unsafe (scratch.firsts.pointer, scratch.lasts.pointer)
    let (values, ends, near) = unsafe (values.pointer, ends.pointer, scratch.near.pointer)
    let starts = unsafe buckets.pointer
    for row in 0..<count {
      let number = unsafe numbers[row]
      let bucket = number >= lower && number <= upper ? bucket(of: number) : 0
      unsafe firsts[row] = starts[bucket]
      unsafe lasts[row] = starts[bucket &+ 1]
    }
    for row in 0..<count {
      let middle = unsafe Int((firsts[row] &+ lasts[row]) >> 1)
      unsafe near[row] = values[middle] + Double(ends[middle])
    }
    for row in 0..<count {
      let number = unsafe numbers[row]
      if number.isNaN { continue }
      let tails = unsafe tails(of: number, from: Int(firsts[row]), to: Int(lasts[row]))
      unsafe sums[row] += term(tails, rule)
    }
  }

  /// What a number adds.
  func term(of number: Double, by rule: TailRule) -> Double {
    if number.isNaN || rowCount == 0 { return 0 }
    let bucket = number >= lower && number <= upper ? bucket(of: number) : 0
    let tails = tails(of: number, from: Int(buckets[bucket]), to: Int(buckets[bucket + 1]))
    return term(tails, rule)
  }

  @inline(__always)
  private func term(_ tails: (below: Int32, above: Int32), _ rule: TailRule) -> Double {
    rule.term(
      below: tails.below, above: tails.above, of: Int32(truncatingIfNeeded: rowCount),
      skewSign: skewSign)
  }

  /// How many rows have at most this number, and how many at least.
  ///
  /// Of a number outside of all at least 1, as if it were the outermost itself. The places are those
  /// of its bucket.
  @inline(__always)
  private func tails(
    of value: Double, from start: Int, to end: Int
  ) -> (below: Int32, above: Int32) {
    let rowCount = Int32(truncatingIfNeeded: rowCount)
    if value < lower { return (1, rowCount) }
    if value > upper { return (rowCount, 1) }
    let (values, ends) = unsafe (values.pointer, ends.pointer)
    var (first, count) = (start, end &- start)
    // The first place whose number is larger.
    while count > 0 {
      let half = count >> 1
      let isLarger = unsafe values[first &+ half] > value
      first = isLarger ? first : first &+ half &+ 1
      count = isLarger ? half : count &- half &- 1
    }
    let below = unsafe ends[first &- 1]
    guard unsafe values[first &- 1] == value else { return (below, rowCount &- below) }
    return (below, rowCount &- (first > 1 ? unsafe ends[first &- 2] : 0))
  }

  /// The sign of the third central moment of numbers that rise, each with its count.
  ///
  /// Numbers are taken from both ends in pairs, so that the moment of a column that mirrors itself
  /// is exactly 0.
  static func skewSign(_ values: UnsafeBufferPointer<Double>, ends: UnsafePointer<Int32>) -> Int {
    let count = values.count
    guard count > 1 else { return 0 }
    func times(_ place: Int) -> Double {
      unsafe Double(ends[place] &- (place > 0 ? unsafe ends[place &- 1] : 0))
    }
    func paired(_ term: (Double, Double) -> Double) -> Double {
      var sum = 0.0
      for place in 0..<count / 2 {
        let other = count &- 1 &- place
        sum += unsafe term(values[place], times(place)) + term(values[other], times(other))
      }
      let middle = count / 2
      return count % 2 == 0 ? sum : sum + (unsafe term(values[middle], times(middle)))
    }
    // Scaled, so that no cube overflows.
    let size = unsafe max(values[0].magnitude, values[count - 1].magnitude)
    let unit = Double(sign: .plus, exponent: min(1000, -Int(size.exponent) - 1), significand: 1)
    let mean = paired { $0 * unit * $1 } / (unsafe Double(ends[count - 1]))
    let moment = paired { value, times in
      let far = value * unit - mean
      return times * (far * far * far)
    }
    return moment > 0 ? 1 : moment < 0 ? -1 : 0
  }
}
