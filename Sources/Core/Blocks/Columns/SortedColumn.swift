public import LinearAlgebra
internal import Platform

/// The distinct numbers of one column in rising order, and how many rows reach up to each.
public struct SortedColumn: Sendable {
  /// Distinct, rising.
  private let values: Values
  /// How many rows have at most the value of that place.
  let ends: Buffer<Int32>
  /// The sign of the third central moment: where the longer tail is.
  public let skewSign: Int
  private let lower: Double
  private let upper: Double
  private let buckets: PlaceBuckets

  /// Numbers as they came: floats take half of the room.
  private enum Values {
    case floats(Buffer<Float>)
    case doubles(Buffer<Double>)
  }

  /// - Returns: nil where the lists cannot be those of a column.
  public init?<Element: Scalar>(values: [Element], ends: [Int32], skewSign: Int) {
    guard values.count == ends.count, ends.first ?? 1 > 0, (-1...1).contains(skewSign),
      zip(values, values.dropFirst()).allSatisfy({ $0 < $1 }),
      zip(ends, ends.dropFirst()).allSatisfy({ $0 < $1 }), values.allSatisfy(\.isFinite)
    else { return nil }
    self.init(Buffer(values), ends: Buffer(ends), skewSign: skewSign)
  }

  init<Element: Scalar>(_ values: Buffer<Element>, ends: Buffer<Int32>, skewSign: Int) {
    self.values =
      if let floats = values as? Buffer<Float> {
        .floats(floats)
      } else {
        .doubles(values as? Buffer<Double> ?? Buffer(values.array.map { Double($0) }))
      }
    self.ends = ends
    self.skewSign = skewSign
    let count = values.count
    rowCount = count > 0 ? Int(ends[count - 1]) : 0
    lower = count > 0 ? Double(values[0]) : 0
    upper = count > 0 ? Double(values[count - 1]) : 0
    buckets = PlaceBuckets(from: lower, to: upper, of: count)
  }

  /// How many rows had a number.
  public let rowCount: Int
  public var distinctCount: Int { ends.count }
  /// Whether its numbers came as floats.
  var areFloats: Bool { if case .floats = values { true } else { false } }
  /// The distinct numbers as they came, rising; nil for those of another type.
  func values<Element: Scalar>(_ type: Element.Type) -> Buffer<Element>? {
    switch values {
    case .floats(let values): values as? Buffer<Element>
    case .doubles(let values): values as? Buffer<Element>
    }
  }

  /// The memory of a column of so many distinct numbers.
  static func byteCount<Element>(of type: Element.Type, distinct count: Int) -> Int {
    (MemoryLayout<Element>.stride + 8) * count + 16
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
    switch values {
    case .floats(let values): unsafe addTerms(count, values.pointer, scratch, by: rule, to: sums)
    case .doubles(let values): unsafe addTerms(count, values.pointer, scratch, by: rule, to: sums)
    }
  }

  @inline(__always)
  private func addTerms<Element: Scalar>(
    _ count: Int, _ values: UnsafePointer<Element>, _ scratch: Scratch, by rule: TailRule,
    to sums: UnsafeMutablePointer<Double>
  ) {
    let numbers = unsafe scratch.numbers.pointer
    let (firsts, lasts) = unsafe (scratch.firsts.pointer, scratch.lasts.pointer)
    let (ends, near) = unsafe (ends.pointer, scratch.near.pointer)
    let starts = unsafe starts.pointer
    for row in 0..<count {
      let bucket = unsafe bucket(near: numbers[row])
      unsafe firsts[row] = starts[bucket]
      unsafe lasts[row] = starts[bucket &+ 1]
    }
    for row in 0..<count {
      let middle = unsafe Int((firsts[row] &+ lasts[row]) >> 1)
      unsafe near[row] = Double(values[middle]) + Double(ends[middle])
    }
    for row in 0..<count {
      let number = unsafe numbers[row]
      if number.isNaN { continue }
      let tails = unsafe tails(of: number, in: values, from: Int(firsts[row]), to: Int(lasts[row]))
      unsafe sums[row] += term(tails, rule)
    }
  }

  /// What a number adds.
  func term(of number: Double, by rule: TailRule) -> Double {
    if number.isNaN || rowCount == 0 { return 0 }
    let starts = starts
    let bucket = bucket(near: number)
    let (start, end) = (Int(starts[bucket]), Int(starts[bucket + 1]))
    switch values {
    case .floats(let values):
      return unsafe term(tails(of: number, in: values.pointer, from: start, to: end), rule)
    case .doubles(let values):
      return unsafe term(tails(of: number, in: values.pointer, from: start, to: end), rule)
    }
  }

  /// The first place of each bucket.
  private var starts: Buffer<Int32> {
    switch values {
    case .floats(let values): buckets.starts(of: values)
    case .doubles(let values): buckets.starts(of: values)
    }
  }

  /// The bucket of a number, the first one for what lies outside of all.
  @inline(__always)
  private func bucket(near number: Double) -> Int {
    number >= lower && number <= upper ? buckets.bucket(of: number) : 0
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
  private func tails<Element: Scalar>(
    of value: Double, in values: UnsafePointer<Element>, from start: Int, to end: Int
  ) -> (below: Int32, above: Int32) {
    let rowCount = Int32(truncatingIfNeeded: rowCount)
    if value < lower { return (1, rowCount) }
    if value > upper { return (rowCount, 1) }
    let ends = unsafe ends.pointer
    var (first, count) = (start, end &- start)
    // The first place whose number is larger.
    while count > 0 {
      let half = count >> 1
      let isLarger = unsafe Double(values[first &+ half]) > value
      first = isLarger ? first : first &+ half &+ 1
      count = isLarger ? half : count &- half &- 1
    }
    let below = unsafe ends[first &- 1]
    guard unsafe Double(values[first &- 1]) == value else { return (below, rowCount &- below) }
    return (below, rowCount &- (first > 1 ? unsafe ends[first &- 2] : 0))
  }

  /// The sign of the third central moment of numbers that rise, each with its count.
  ///
  /// Numbers are taken from both ends in pairs, so that the moment of a column that mirrors itself
  /// is exactly 0.
  static func skewSign<Element: Scalar>(
    _ values: UnsafePointer<Element>, ends: Buffer<Int32>
  ) -> Int {
    let count = ends.count
    guard count > 1 else { return 0 }
    let ends = unsafe ends.pointer
    func times(_ place: Int) -> Double {
      unsafe Double(ends[place] &- (place > 0 ? unsafe ends[place &- 1] : 0))
    }
    func paired(_ term: (Double, Double) -> Double) -> Double {
      var sum = 0.0
      for place in 0..<count / 2 {
        let other = count &- 1 &- place
        sum +=
          unsafe term(Double(values[place]), times(place))
          + term(Double(values[other]), times(other))
      }
      let middle = count / 2
      return count % 2 == 0 ? sum : sum + (unsafe term(Double(values[middle]), times(middle)))
    }
    // Scaled, so that no cube overflows.
    let size = unsafe max(Double(values[0]).magnitude, Double(values[count - 1]).magnitude)
    let unit = Double(sign: .plus, exponent: min(1000, -Int(size.exponent) - 1), significand: 1)
    let mean = paired { $0 * unit * $1 } / (unsafe Double(ends[count - 1]))
    let moment = paired { value, times in
      let far = value * unit - mean
      return times * (far * far * far)
    }
    return moment > 0 ? 1 : moment < 0 ? -1 : 0
  }
}
