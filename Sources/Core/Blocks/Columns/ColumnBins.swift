public import Cluster
public import LinearAlgebra
internal import Platform

/// The bins into which the values of each column of some rows fall.
///
/// The range of a column of numbers is cut into bins of one width, each with its lower edge, the
/// last with both, as numpy's `histogram` does: the same edges to the bit. A column of categories
/// has a bin for each code. Beside these every column has two places more: for what is missing, and
/// for what lies in no bin. All places of all columns lie in one run, a column after the other.
public struct ColumnBins: Sendable {
  /// How many bins a column of numbers has.
  public let binCount: Int
  /// How many codes each column has; nil for one of numbers.
  public let codeCounts: [Int?]
  /// From where to where the bins reach, of a column of numbers.
  public let ranges: [ClosedRange<Double>]
  private let starts: Buffer<Int32>
  private let shapes: Buffer<Shape>
  private let edges: Buffer<Double>

  /// What is needed to find a number's bin.
  @safe private struct Shape: BitwiseCopyable {
    let lower: Double
    let upper: Double
    /// Bins for each unit, NaN for categories; however it is rounded, the edges decide.
    let scale: Double
    /// The number of codes; -1 for numbers.
    let codeCount: Int32
  }

  /// Where in a column's run stands what is missing.
  public static let missingPlace = 0
  /// Where stands what lies in no bin.
  public static let outsidePlace = 1
  /// Where the bins begin.
  public static let firstBin = 2

  /// - Parameters:
  ///   - ranges: from where to where the numbers of each column reach; nil where there is none. One
  ///     that cannot be cut is widened, by half to each side where the column has one value.
  ///   - codeCounts: how many codes each column has; nil for one of numbers.
  /// - Returns: nil where a range is wider than any number, or the bins are too many to count.
  public init?(ranges: [ClosedRange<Double>?], codeCounts: [Int?], binCount: Int) {
    require(ranges.count == codeCounts.count && binCount > 0, "bins of \(ranges.count) columns")
    self.binCount = binCount
    self.codeCounts = codeCounts
    let columnCount = ranges.count
    guard !columnCount.multipliedReportingOverflow(by: binCount + 3).overflow,
      ranges.allSatisfy({ $0.map { $0.lowerBound.isFinite && $0.upperBound.isFinite } ?? true })
    else { return nil }
    edges = Buffer(count: columnCount * (binCount + 1))
    var shapes: [Shape] = []
    var wide: [ClosedRange<Double>] = []
    var starts: [Int32] = [0]
    for (column, range) in ranges.enumerated() {
      let room = Self.firstBin + (codeCounts[column] ?? binCount)
      guard let start = starts.last, let next = Int32(exactly: Int(start) + room) else {
        return nil
      }
      starts.append(next)
      let own = codeCounts[column] == nil ? Self.cuttable(range, binCount) : 0...1
      guard (own.upperBound - own.lowerBound).isFinite else { return nil }
      wide.append(own)
      shapes.append(
        Shape(
          lower: own.lowerBound, upper: own.upperBound,
          scale: codeCounts[column] == nil
            ? Double(binCount) / (own.upperBound - own.lowerBound) : .nan,
          codeCount: Int32(codeCounts[column] ?? -1)))
      for (place, edge) in Self.edges(own, binCount).enumerated() {
        edges[column * (binCount + 1) + place] = edge
      }
    }
    self.ranges = wide
    self.starts = Buffer(starts)
    self.shapes = Buffer(shapes)
  }

  public var columnCount: Int { codeCounts.count }
  /// How many places there are over all columns.
  public var placeCount: Int { Int(starts[columnCount]) }
  /// The places of a column.
  public func places(of column: Int) -> Range<Int> {
    Int(starts[column])..<Int(starts[column + 1])
  }

  /// The edges of the bins of a column of numbers, one more than there are bins.
  public func edges(of column: Int) -> [Double] {
    (0...binCount).map { edges[column * (binCount + 1) + $0] }
  }

  private static func edges(_ range: ClosedRange<Double>, _ count: Int) -> [Double] {
    let step = (range.upperBound - range.lowerBound) / Double(count)
    return (0..<count).map { Double($0) * step + range.lowerBound } + [range.upperBound]
  }

  /// The range itself, or a wider one where bins of it would have no width.
  private static func cuttable(
    _ range: ClosedRange<Double>?, _ count: Int
  ) -> ClosedRange<Double> {
    guard let range else { return -0.5...0.5 }
    let edges = edges(range, count)
    let perUnit = Double(count) / (range.upperBound - range.lowerBound)
    if perUnit.isFinite, zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }) { return range }
    let size = max(range.lowerBound.magnitude, range.upperBound.magnitude)
    // Enough for the edges to differ, however many bins there are.
    let margin = max(0.5, size * Double(count) * 0x1p-50)
    return range.lowerBound - margin...range.upperBound + margin
  }
}

// MARK: Counting and looking up

extension ColumnBins {
  /// The place, in the run of its column, of a value.
  @inline(__always)
  private func place(of value: Double, _ shape: Shape, _ edges: UnsafePointer<Double>) -> Int {
    // Nearly all values; no comparison holds of NaN, which the scale of categories is.
    let guess = (value - shape.lower) * shape.scale
    if guess >= 0, guess < Double(binCount) {
      let bin = Int(guess)
      if unsafe value >= edges[bin], unsafe value < edges[bin &+ 1] { return Self.firstBin &+ bin }
    }
    return unsafe oddPlace(of: value, shape, edges)
  }

  /// The same for any value.
  @inline(never)
  private func oddPlace(of value: Double, _ shape: Shape, _ edges: UnsafePointer<Double>) -> Int {
    if value.isNaN { return Self.missingPlace }
    if shape.codeCount >= 0 {
      guard value >= 0, value < Double(shape.codeCount) else { return Self.outsidePlace }
      let code = Int(value)
      return Double(code) == value ? Self.firstBin &+ code : Self.outsidePlace
    }
    guard value >= shape.lower, value <= shape.upper else { return Self.outsidePlace }
    let last = binCount &- 1
    let guess = (value - shape.lower) * shape.scale
    var bin = guess < Double(binCount) ? Int(guess) : last
    // The product may be rounded across an edge.
    while bin > 0, unsafe value < edges[bin] { bin &-= 1 }
    while bin < last, unsafe value >= edges[bin &+ 1] { bin &+= 1 }
    return Self.firstBin &+ bin
  }

  /// The place of a value of a column, counted from the start of all places.
  public func place(of value: Double, inColumn column: Int) -> Int {
    Int(starts[column])
      + (unsafe place(
        of: value, shapes[column], UnsafePointer(edges.pointer + column * (binCount + 1))))
  }

  /// Adds the weight of each row to the places of its values.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func count<Element: Scalar>(
    _ rows: RowBlock<Element>, weights: UnsafePointer<Double>?,
    into counts: UnsafeMutablePointer<Double>
  ) {
    require(rows.columnCount == columnCount, "\(rows.columnCount) columns of \(columnCount)")
    for row in 0..<rows.count {
      let weight = unsafe weights.map { unsafe $0[row] } ?? 1
      let numbers = unsafe rows.start(ofRow: row)
      for column in 0..<rows.columnCount {
        let edges = unsafe UnsafePointer(edges.pointer + column &* (binCount &+ 1))
        let place = unsafe place(of: Double(numbers[column]), shapes.pointer[column], edges)
        unsafe counts[Int(starts.pointer[column]) &+ place] += weight
      }
    }
  }

  /// The sum, column after column, of the terms of each row's values.
  /// - Parameters:
  ///   - terms: what a value adds, one a place.
  ///   - margins: how far outside of its range a number still counts as in the nearest bin, one a
  ///     column.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func sums<Element: Scalar>(
    of terms: Buffer<Double>, margins: Buffer<Double>, for rows: RowBlock<Element>
  ) -> [Double] {
    require(rows.columnCount == columnCount, "\(rows.columnCount) columns of \(columnCount)")
    var sums = [Double](repeating: 0, count: rows.count)
    for row in 0..<rows.count {
      let numbers = unsafe rows.start(ofRow: row)
      var sum = 0.0
      for column in 0..<rows.columnCount {
        unsafe sum += term(Double(numbers[column]), column, terms, margins)
      }
      sums[row] = sum
    }
    return sums
  }

  /// The terms of each row's values, one a column.
  public func terms<Element: Scalar>(
    of terms: Buffer<Double>, margins: Buffer<Double>, for rows: RowBlock<Element>
  ) -> Matrix<Double> {
    var matrix = Matrix<Double>(rowCount: rows.count, columnCount: columnCount)
    for row in 0..<rows.count {
      for column in 0..<columnCount {
        matrix[row, column] = term(Double(rows[row, column]), column, terms, margins)
      }
    }
    return matrix
  }

  @inline(__always)
  private func term(
    _ value: Double, _ column: Int, _ terms: Buffer<Double>, _ margins: Buffer<Double>
  ) -> Double {
    let shape = unsafe shapes.pointer[column]
    let edges = unsafe UnsafePointer(edges.pointer + column &* (binCount &+ 1))
    var place = unsafe place(of: value, shape, edges)
    if place == Self.outsidePlace, shape.codeCount < 0 {
      place = unsafe nearPlace(of: value, shape, margin: margins.pointer[column])
    }
    return unsafe terms.pointer[Int(starts.pointer[column]) &+ place]
  }

  /// The nearest bin of a number that lies outside by no more than a margin.
  @inline(never)
  private func nearPlace(of value: Double, _ shape: Shape, margin: Double) -> Int {
    if value < shape.lower, shape.lower - value <= margin { return Self.firstBin }
    if value > shape.upper, value - shape.upper <= margin { return Self.firstBin + binCount - 1 }
    return Self.outsidePlace
  }
}

extension BlockMatrix {
  /// The weights of the rows in each place of some bins; a collective call, one read of the rows.
  public func histograms(_ bins: ColumnBins, in session: Session) throws -> [Double] {
    unsafe try sum("counting values in bins", count: bins.placeCount, in: session) {
      block, counts in
      guard case .dense(let rows) = block.rows else { throw Block<Element>.denseOnly }
      unsafe bins.count(rows, weights: block.weights, into: counts)
    }
  }
}
