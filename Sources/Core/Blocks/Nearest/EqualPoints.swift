internal import Datasets
internal import LinearAlgebra
internal import Platform

/// Points that are there many times over: the nearest of such a one are its equals, at distance 0.
///
/// Cost: a hash and a sort of the points once, and a hash for each query.
struct EqualPoints: Sendable {
  /// Places of points, those of equal ones together and rising.
  private let members: [UInt32]
  /// The members of a group, by the hash of its numbers.
  private let groups: [UInt64: Range<Int>]

  /// Fewer equal ones find a place among the candidates of any list.
  private static var least: Int { 8 }
  /// Two different numbers from here on lie so far apart that the square is no 0; 0 counts as far.
  private static var nearest: Double { 1e-140 }

  init(_ points: Matrix<Double>) {
    var members: [UInt32] = []
    var groups: [UInt64: Range<Int>] = [:]
    points.withSpan { span in
      let width = points.columnCount
      for place in 0..<span.count where span[place].magnitude < Self.nearest && span[place] != 0 {
        return
      }
      var hashes = (0..<points.rowCount).map { Self.hash(span, $0, width) }
      let places = KeySort.sortKeepingPlaces(&hashes)
      var first = 0
      while first < hashes.count {
        var last = first + 1
        while last < hashes.count, hashes[last] == hashes[first] { last += 1 }
        defer { first = last }
        let group = places[first..<last]
        guard group.count >= Self.least,
          group.allSatisfy({ Self.areSame(span, Int($0), span, Int(places[first]), width) })
        else { continue }
        groups[hashes[first]] = members.count..<members.count + group.count
        members += group
      }
    }
    self.members = members
    self.groups = groups
  }

  /// So many points that equal a row, the earliest; nil where there are not as many.
  ///
  /// - Parameter own: the point that the row is itself, and that does not count.
  func first(
    _ count: Int, equalTo row: Int, of queries: Matrix<Double>, without own: Int?,
    in points: Matrix<Double>
  ) -> [UInt32]? {
    if groups.isEmpty { return nil }
    return queries.withSpan { rows in
      let width = queries.columnCount
      guard let group = groups[Self.hash(rows, row, width)],
        group.count >= count + (own == nil ? 0 : 1),
        points.withSpan({ Self.areSame($0, Int(members[group.lowerBound]), rows, row, width) })
      else { return nil }
      let some = members[group].prefix(count + 1)
      return Array(some.filter { Int($0) != own }.prefix(count))
    }
  }

  /// 0 and -0 are one number.
  private static func hash(_ rows: Span<Double>, _ row: Int, _ width: Int) -> UInt64 {
    var hash: UInt64 = 0
    for column in 0..<width {
      hash = (hash ^ (rows[row * width + column] + 0).bitPattern) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    return hash
  }

  private static func areSame(
    _ rows: Span<Double>, _ row: Int, _ others: Span<Double>, _ other: Int, _ width: Int
  ) -> Bool {
    for column in 0..<width
    where rows[row * width + column] != others[other * width + column] { return false }
    return true
  }
}
