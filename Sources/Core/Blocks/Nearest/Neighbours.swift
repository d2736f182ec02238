public import LinearAlgebra

/// The nearest points of some queries, nearest first, of equally near ones the earlier point first.
public struct Neighbours: Sendable {
  /// How many queries.
  public let queryCount: Int
  /// How many points each has.
  public let count: Int
  /// `count` places of points a query.
  public let places: Buffer<Int32>
  /// `count` distances a query.
  public let distances: Buffer<Double>
  /// How many queries single precision could not decide, and double did; a function of the data.
  public internal(set) var doubtfulCount = 0

  init(queryCount: Int, count: Int) {
    self.queryCount = queryCount
    self.count = count
    places = Buffer(count: queryCount * count)
    distances = Buffer(count: queryCount * count)
  }

  /// The memory that so many take.
  public static func byteCount(queries: Int, count: Int) -> Int { queries * count * 12 }

  /// The points of one query.
  public func places(of query: Int) -> [Int] {
    (query * count..<(query + 1) * count).map { Int(places[$0]) }
  }

  /// The distances of one query to its points.
  public func distances(of query: Int) -> [Double] {
    (query * count..<(query + 1) * count).map { distances[$0] }
  }
}
