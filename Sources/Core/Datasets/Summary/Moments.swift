internal import Frames
internal import LinearAlgebra

/// The ends of a column's keys and how many values there are.
struct KeyExtremes: Sendable {
  var count: Int64
  var least: UInt64
  var greatest: UInt64
  /// Without infinities.
  var leastFinite: UInt64
  var greatestFinite: UInt64

  init(
    count: Int64, least: UInt64, greatest: UInt64, leastFinite: UInt64, greatestFinite: UInt64
  ) {
    self.count = count
    self.least = least
    self.greatest = greatest
    self.leastFinite = leastFinite
    self.greatestFinite = greatestFinite
  }

  /// Those of one worker; without any value the ends are the wrong way round.
  init(_ content: ColumnContents) {
    let numbers = content.numbers
    func isFinite(_ key: UInt64) -> Bool { content.number(key).isFinite }
    self.init(
      count: numbers.total, least: numbers.keys.first ?? .max, greatest: numbers.keys.last ?? 0,
      leastFinite: numbers.keys.first(where: isFinite) ?? .max,
      greatestFinite: numbers.keys.last(where: isFinite) ?? 0)
  }

  var isAllFinite: Bool { least == leastFinite && greatest == greatestFinite }
}

/// What follows from the sums over a column.
struct Moments: Sendable {
  var mean: Double?
  var standardDeviation: Double?
  var histogram: [Int] = []
}

/// The second round over a column, once its mean and its ends are known.
///
/// Each distance from the mean is scaled by a power of two, so that no square overflows; the squares
/// are rounded one by one and added exactly. Numbers of both kinds become doubles here.
struct Centring: Sendable {
  private let count: Int64
  private let hasMoments: Bool
  private let mean: Double
  /// The exact sum less count times mean: what the rounded mean leaves over.
  private let rest: Double
  private let exponent: Int
  private let least: Double
  private let greatest: Double
  private let binCount: Int

  init(_ content: ColumnContents, _ extremes: KeyExtremes, sum: ExactSum) {
    count = extremes.count
    hasMoments = count > 0 && extremes.isAllFinite && !content.isTime
    least = content.number(extremes.leastFinite)
    greatest = content.number(extremes.greatestFinite)
    let hasFinite = count > 0 && extremes.leastFinite <= extremes.greatestFinite
    let magnitude = hasFinite ? max(least.magnitude, greatest.magnitude) : 0
    exponent = magnitude == 0 ? 0 : min(1000, max(-1000, -Int(magnitude.exponent) - 1))
    guard hasMoments else {
      (mean, rest) = (0, 0)
      binCount = hasFinite ? Self.binCount(content, least, greatest) : 0
      return
    }
    binCount = Self.binCount(content, least, greatest)
    let whole = sum.rounded()
    // The sum may be larger than any double where the mean is not.
    let near =
      whole.isFinite
      ? whole / Double(count)
      : sum.rounded(scaledBy: exponent) / Double(count) * Self.power(-exponent)
    // What the quotient left over brings it to the double nearest to the mean.
    mean = near + sum.rest(of: near, times: count, exponent: 0) / Double(count)
    rest = sum.rest(of: mean, times: count, exponent: exponent)
  }

  /// As many as there are integers, where they are few; one where all values are equal.
  private static func binCount(
    _ content: ColumnContents, _ least: Double, _ greatest: Double
  ) -> Int {
    if least == greatest { return 1 }
    let limit = SummaryBatch.histogramLimit
    let isWhole = content.type != .float32 && content.type != .float64
    let span = greatest - least
    return isWhole && span < Double(limit) ? Int(span) + 1 : limit
  }

  private static func power(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1)
  }

  /// The sum of the squares and the histogram of this worker's values, as numbers to add up.
  func words(of content: ColumnContents) -> [Int64] {
    var squares = ExactSum()
    var bins = [Int64](repeating: 0, count: SummaryBatch.histogramLimit)
    let scale = Self.power(exponent)
    let (start, centre) = (least * scale, mean * scale)
    let span = greatest * scale - start
    for (place, key) in content.numbers.keys.enumerated() {
      let scaled = content.number(key) * scale
      guard scaled.isFinite else { continue }
      let times = content.numbers.counts[place]
      if hasMoments {
        let distance = scaled - centre
        squares.add(distance * distance, times: Int(times))
      }
      if binCount > 0 {
        let bin = span > 0 ? Int((scaled - start) / span * Double(binCount)) : 0
        bins[min(binCount - 1, bin)] += times
      }
    }
    return squares.words + bins
  }

  /// The results from the sums over all workers.
  func moments(_ words: [Int64]) -> Moments {
    let bins = words[ExactSum.wordCount...].prefix(binCount).map { Int($0) }
    guard hasMoments else { return Moments(histogram: bins) }
    var moments = Moments(mean: mean, histogram: bins)
    if count > 1 {
      let squares = ExactSum(words: words[..<ExactSum.wordCount]).rounded()
      let spread = max(0, squares - rest * rest / Double(count))
      moments.standardDeviation =
        (spread / Double(count - 1)).squareRoot() * Self.power(-exponent)
    }
    return moments
  }
}

extension ExactSum {
  /// What is left when a number is taken away so many times.
  fileprivate func rest(of number: Double, times: Int64, exponent: Int) -> Double {
    var left = self
    left.add(-number, times: Int(times))
    return left.rounded(scaledBy: exponent)
  }

  /// The sums of words laid one behind the other.
  static func split(_ words: [Int64]) -> [ExactSum] {
    stride(from: 0, to: words.count, by: wordCount).map {
      ExactSum(words: words[$0..<$0 + wordCount])
    }
  }
}
