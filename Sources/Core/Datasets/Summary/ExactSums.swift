public import Cluster
internal import Platform

/// The exact sums of many variables at once, of numbers or of their squares.
///
/// Like `ExactSum`, but only those chunks are kept that some variable needed: sums of counts take
/// 32 bytes a variable instead of a kilobyte, so that 262,144 of them cost 8 MiB. Squares of all
/// doubles have room. A row of chunks is widened when a number comes that does not fit.
public struct ExactSums: Sendable {
  /// How many variables there are.
  public let count: Int
  /// `span` chunks a variable, from chunk `first` of an `ExactNumber` on.
  private var words: [Int64] = []
  private var first = 0
  private var span = 0
  /// Additions until a chunk may be full, to any variable.
  private var untilCarry = Self.carryPeriod

  /// A chunk gets less than 2^32 with each addition.
  private static let carryPeriod = 1 << 29

  public init(count: Int) { self.count = count }

  /// Adds a finite number to the sum of a variable.
  public mutating func add(_ number: Double, to variable: Int) {
    let (mantissa, place) = ExactSum.parts(number)
    // One unit of an ExactSum is 2^1075 units of an ExactNumber.
    add(mantissa.magnitude, mantissa < 0, at: place &+ 1075, to: variable)
  }

  /// Adds the square of a finite number to the sum of a variable.
  public mutating func addSquare(_ number: Double, to variable: Int) {
    let (mantissa, place) = ExactSum.parts(number)
    let square = mantissa.magnitude.multipliedFullWidth(by: mantissa.magnitude)
    add(square.low, false, at: 2 &* place, to: variable)
    add(square.high, false, at: 2 &* place &+ 64, to: variable)
  }

  private mutating func add(_ word: UInt64, _ isNegative: Bool, at place: Int, to variable: Int) {
    if word == 0 { return }
    require(variable >= 0 && variable < count, "variable \(variable) of \(count)")
    let part = ExactWord(word, at: place)
    if part.chunk < first || part.chunk &+ 3 >= first &+ span { widen(part.chunk, part.chunk + 3) }
    part.add(to: &words, from: first &- variable &* span, isNegative)
    untilCarry &-= 1
    if untilCarry == 0 { carry() }
  }

  /// Adds other sums of as many variables.
  public mutating func add(_ other: ExactSums) {
    require(count == other.count, "sums of \(count) and of \(other.count) variables")
    if other.span == 0 { return }
    var other = other
    other.carry()
    widen(other.first, other.first + other.span - 1)
    other.widen(first, first + span - 1)
    carry()
    // Carrying may have made either wider.
    widen(other.first, other.first + other.span - 1)
    other.widen(first, first + span - 1)
    for index in words.indices { words[index] += other.words[index] }
  }

  /// The sum of a variable.
  public subscript(variable: Int) -> ExactNumber {
    require(variable >= 0 && variable < count, "variable \(variable) of \(count)")
    var number = ExactNumber()
    for index in 0..<span { number.chunks[first + index] = words[variable * span + index] }
    number.carry()
    return number
  }

  /// The sums over all workers; a collective call.
  public func total(in communicator: Communicator) throws -> ExactSums {
    var sums = self
    sums.carry()
    let isEmpty = sums.span == 0
    let ends = try communicator.allReduce(
      [
        isEmpty ? Int64(ExactNumber.chunkCount) : Int64(sums.first),
        isEmpty ? 0 : Int64(-(sums.first + sums.span - 1)),
      ], by: .minimum)
    if ends[0] > -ends[1] { return sums }
    sums.widen(Int(ends[0]), Int(-ends[1]))
    sums.words = try communicator.allReduce(sums.words, by: .sum)
    sums.carry()
    return sums
  }

  /// Makes room for chunks up to and with `last`.
  private mutating func widen(_ low: Int, _ last: Int) {
    let (start, end) =
      span == 0 ? (low, last) : (min(first, low), max(first + span - 1, last))
    if start == first, end - start + 1 == span { return }
    require(start >= 0 && end < ExactNumber.chunkCount, "chunks \(start) to \(end) of a sum")
    let wide = end - start + 1
    var wider = [Int64](repeating: 0, count: count * wide)
    for variable in 0..<count where span > 0 {
      for index in 0..<span {
        wider[variable * wide + first - start + index] = words[variable * span + index]
      }
      // What a negative number lacks above its last chunk is in the sign of that chunk already.
    }
    (words, first, span) = (wider, start, wide)
  }

  /// Passes on what is above 32 bits of each chunk; only the last may be negative afterwards.
  private mutating func carry() {
    untilCarry = Self.carryPeriod
    if span == 0 { return }
    let top = first + span - 1
    let isFull = (0..<count).contains { words[$0 * span + span - 1].magnitude >= 1 << 32 }
    if isFull, top + 1 < ExactNumber.chunkCount { widen(first, min(top + 2, 137)) }
    for variable in 0..<count {
      var carried: Int64 = 0
      for index in variable * span..<(variable + 1) * span - 1 {
        let whole = words[index] + carried
        words[index] = whole & 0xFFFF_FFFF
        carried = whole >> 32
      }
      words[(variable + 1) * span - 1] += carried
    }
  }
}
