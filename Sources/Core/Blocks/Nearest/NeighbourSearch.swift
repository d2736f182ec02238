public import LinearAlgebra
internal import Platform

/// The exact nearest of some points, found in single precision and proved in double.
///
/// A distance is that of the points in `Double`: lane j mod 8 chains `fma(x - y, x - y, s)`, lanes are
/// added 4, 2 and 1 apart, and the root is taken. Of equally near points the earlier comes first. All
/// points are scored in `Float`, relative to their mean, by the kernel of `TopScorer`; the best few
/// more than are wanted get their distances in `Double`. A bound on what rounding can do
/// (`NearestBound`) tells whether a point that was left out could belong to the nearest. Where it
/// could, the query tries again with a longer list, and at last with the distances of all points: so
/// how a query was answered never shows in the answer. Nor do its company, the threads or the level.
///
/// Cost: n d multiply-adds in single precision a query, about as fast as the machine multiplies.
/// Memory: 12 bytes a number of the points. Rows with equals enough are answered by these alone; other
/// ties by the hundred (whole numbers in few columns) are what takes the long way: n d in double a
/// query.
public struct NeighbourSearch: Sendable {
  /// One a row.
  public let points: Matrix<Double>
  /// What is subtracted from points and queries before they are rounded.
  private let centre: [Double]
  /// A power of two, by which they are multiplied then: no number is too large or small for `Float`.
  private let scale: Double
  private let scorer: TopScorer<Float>
  private let equals: EqualPoints
  /// One of each sixteen points; nil where there are few.
  private let sample: TopScorer<Float>?
  private static var pointsOfSample: Int { 16 }

  /// The magnitude that no number of a point or query may exceed: squares would be infinite.
  public static var greatest: Double { 0x1p500 }

  /// Queries that are answered together.
  static var queriesTogether: Int { 256 }

  /// - Parameter points: at least one; no number beyond `greatest`, none missing.
  public init(_ points: Matrix<Double>, level: KernelLevel) {
    require(
      points.rowCount >= 1 && points.rowCount < Int(Int32.max) && points.columnCount >= 1,
      "neighbours among \(points.rowCount) x \(points.columnCount)")
    self.points = points
    let (centre, reach) = Self.middle(of: points)
    require(reach <= 2 * Self.greatest, "points out of range")
    self.centre = centre
    // The farthest lie near 2^50, so that squares of what is 2^100 times nearer are numbers yet.
    scale = Double(
      sign: .plus, exponent: reach > 0 ? max(-900, min(900, 50 - Int(reach.exponent))) : 0,
      significand: 1)
    equals = EqualPoints(points)
    let (columns, bias) = Self.columns(points, centre, scale)
    scorer = TopScorer(columns: columns, bias: bias, level: level)
    sample =
      points.rowCount < 4096
      ? nil
      : TopScorer(
        columns: columns, bias: bias, allowed: Self.placesOfSample(points.rowCount), level: level)
  }

  /// The memory that a search in so many points takes, those included.
  public static func byteCount(points: Int, dimension: Int) -> Int {
    // The numbers in double, those for the kernel in single, twice while they are packed, and the
    // sample; and a place for each where many are equal.
    points * (dimension * 17 + 13)
  }

  /// A place among each sixteen, in no order that rows would have.
  private static func placesOfSample(_ count: Int) -> [Int32] {
    (0..<count / pointsOfSample).map { place in
      let offset = Int((UInt64(place) &* 0x9E37_79B9_7F4A_7C15) >> 60)
      return Int32(truncatingIfNeeded: place * pointsOfSample + offset)
    }
  }

  /// The mean of the points, and how far a number lies from it at most.
  private static func middle(of points: Matrix<Double>) -> (centre: [Double], reach: Double) {
    let (count, width) = (points.rowCount, points.columnCount)
    var centre = [Double](repeating: 0, count: width)
    var reach = 0.0
    points.withSpan { span in
      for row in 0..<count {
        for column in 0..<width { centre[column] += span[row * width + column] }
      }
      for column in 0..<width { centre[column] /= Double(count) }
      for row in 0..<count {
        for column in 0..<width {
          reach = max(reach, (span[row * width + column] - centre[column]).magnitude)
        }
      }
    }
    return (centre, reach)
  }

  /// The points in single precision, and minus half the square of each.
  private static func columns(
    _ points: Matrix<Double>, _ centre: [Double], _ scale: Double
  ) -> (Matrix<Float>, [Float]) {
    let width = points.columnCount
    var columns = Matrix<Float>(rowCount: points.rowCount, columnCount: width)
    var bias = [Float](repeating: 0, count: points.rowCount)
    points.withSpan { from in
      columns.withMutableSpan { to in
        for row in bias.indices {
          var square = 0.0
          for column in 0..<width {
            let place = row * width + column
            let number = Float((from[place] - centre[column]) * scale)
            to[place] = number
            square += Double(number) * Double(number)
          }
          bias[row] = Float(-square / 2)
        }
      }
    }
    return (columns, bias)
  }

  /// The nearest points of each query.
  ///
  /// - Parameters:
  ///   - count: how many, at least 1; no more than there are points to choose from.
  ///   - queries: one a row; no number beyond `greatest`, none missing.
  ///   - first: where queries are points themselves, the place of the first of them, which follow
  ///     each other: none is its own neighbour.
  public func nearest(
    _ count: Int, to queries: Matrix<Double>, excludingFrom first: Int? = nil,
    scratch: NeighbourScratch = NeighbourScratch()
  ) -> Neighbours {
    var found = Neighbours(queryCount: queries.rowCount, count: count)
    for begin in stride(from: 0, to: queries.rowCount, by: Self.queriesTogether) {
      let range = begin..<min(queries.rowCount, begin + Self.queriesTogether)
      found.doubtfulCount += answer(
        queries, range, excludingFrom: first, into: found, at: begin, scratch)
    }
    return found
  }

  /// Answers some of the queries.
  /// - Returns: how many took the long way.
  func answer(
    _ queries: Matrix<Double>, _ range: Range<Int>, excludingFrom first: Int?,
    into found: Neighbours, at place: Int, _ scratch: NeighbourScratch
  ) -> Int {
    let choosable = points.rowCount - (first == nil ? 0 : 1)
    require(
      found.count >= 1 && found.count <= choosable && queries.columnCount == points.columnCount,
      "\(found.count) neighbours of \(queries.columnCount) numbers among \(choosable)")
    var open: [Query] = []
    for row in range {
      let query = Query(
        row: row, own: first.map { $0 + row }, target: place + row - range.lowerBound)
      let same = equals.first(
        found.count, equalTo: row, of: queries, without: query.own, in: points)
      guard let same else {
        open.append(query)
        continue
      }
      for (rank, place) in same.enumerated() {
        found.places[query.target * found.count + rank] = Int32(truncatingIfNeeded: place)
        found.distances[query.target * found.count + rank] = 0
      }
    }
    for (isFirst, extra) in [(true, 8), (false, 64 + 3 * found.count)] where !open.isEmpty {
      let limit = min(points.rowCount, found.count + (first == nil ? 0 : 1) + extra)
      open = tryTo(answer: open, of: queries, limit, isFirst, into: found, scratch)
    }
    for query in open { answerInFull(query, of: queries, into: found, scratch) }
    return open.count
  }

  /// A row of the queries, the point that it is (if any), and where its answer goes.
  private struct Query {
    let row: Int
    let own: Int?
    let target: Int
  }

  /// Answers those queries that lists of so many candidates decide.
  /// - Returns: the others.
  private func tryTo(
    answer open: [Query], of queries: Matrix<Double>, _ limit: Int, _ isFirst: Bool,
    into found: Neighbours, _ scratch: NeighbourScratch
  ) -> [Query] {
    let width = points.columnCount
    var rounded = Matrix<Float>(rowCount: open.count, columnCount: width)
    var lengths = [Double](repeating: 0, count: open.count)
    queries.withSpan { from in
      rounded.withMutableSpan { to in
        for place in open.indices {
          for column in 0..<width {
            let number = Float(
              (from[open[place].row * width + column] - centre[column]) * scale)
            to[place * width + column] = number
            lengths[place] += Double(number) * Double(number)
          }
        }
      }
    }
    let rows = (0..<Int32(open.count)).map { $0 }
    let floors = isFirst ? floors(limit, of: rounded, at: rows, scratch) : nil
    let top = scorer.top(limit, of: rounded, at: rows, above: floors, scratch: scratch.panel)
    scratch.begin(capacity: open.count * limit)
    for place in open.indices {
      for choice in top.places(ofRow: place) {
        scratch.add(point: top.columns[choice], query: Int32(truncatingIfNeeded: open[place].row))
      }
    }
    scratch.measure(points, from: queries, level: scorer.level)
    let bound = NearestBound(dimension: width, scale: scale)
    var rest: [Query] = []
    var begin = 0
    for (place, query) in open.enumerated() {
      let taken = top.places(ofRow: place)
      let isDecided = scratch.select(
        begin..<begin + taken.count, without: query.own, into: found, at: query.target
      ) { farthest in
        if taken.count == points.rowCount { return true }
        let last = taken.count == limit ? taken.last.map { top.scores[$0] } : floors?[place]
        guard let last else { return false }
        return bound.decides(
          squareOfQuery: lengths[place], squaredDistance: farthest, worstScore: Double(last))
      }
      if !isDecided { rest.append(query) }
      begin += taken.count
    }
    return rest
  }

  /// What the best scores of some rows are likely to be above, judging by the sample.
  ///
  /// Most of the work beside multiplying is to put scores into lists that better ones push out again;
  /// this keeps them out from the start. Some two and a half times the limit are likely to pass; where
  /// too few do, the bound or a longer list without a floor decides.
  private func floors(
    _ limit: Int, of rows: Matrix<Float>, at places: [Int32], _ scratch: NeighbourScratch
  ) -> Buffer<Float>? {
    guard let sample else { return nil }
    let rank = limit * 5 / 2 / Self.pointsOfSample + 2
    let top = sample.top(rank, of: rows, at: places, scratch: scratch.panel)
    let floors = Buffer<Float>(count: places.count)
    for row in places.indices {
      let taken = top.places(ofRow: row)
      floors[row] = taken.count == rank ? top.scores[taken.upperBound - 1] : -.infinity
    }
    return floors
  }

  /// Answers a query by its distances to all points.
  private func answerInFull(
    _ query: Query, of queries: Matrix<Double>, into found: Neighbours, _ scratch: NeighbourScratch
  ) {
    var kept = NearestKept(count: found.count)
    let step = 4096
    for first in stride(from: 0, to: points.rowCount, by: step) {
      let range = first..<min(points.rowCount, first + step)
      scratch.begin(capacity: step)
      scratch.measure(points, range, from: queries, query.row, level: scorer.level)
      for place in range where place != query.own {
        kept.offer(place, scratch.squares[place - first])
      }
    }
    for (rank, choice) in kept.choices.enumerated() {
      found.places[query.target * found.count + rank] = Int32(truncatingIfNeeded: choice.place)
      found.distances[query.target * found.count + rank] = choice.square.squareRoot()
    }
  }
}
