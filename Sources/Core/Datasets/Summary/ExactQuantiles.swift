public import Cluster
public import Frames
internal import LinearAlgebra
internal import Platform

/// Exact quantiles of numbers that are spread over all workers.
///
/// The quantile p of n numbers lies at place p (n - 1) of the sorted ones, counted from 0; between
/// two places the numbers are interpolated on a straight line (Hyndman and Fan's type 7, which numpy
/// and DuckDB's `quantile_cont` use too). Nothing is sketched or sampled: the result is a function
/// of the numbers alone, whatever their order and whoever holds them. What is missing or NaN is
/// left out.
///
/// ```swift
/// let medians = try ExactQuantiles([0.5]).values(of: columns, in: session)
/// ```
/// Method: radix selection over order-preserving keys. Cost: two to three passes over the numbers,
/// 8 bytes for each and at most 8 more while it runs; 16 KiB a quantile and pass between workers.
public struct ExactQuantiles: Sendable {
  /// Which quantiles, from 0 to 1.
  public let probabilities: [Double]

  public init(_ probabilities: [Double]) throws {
    for probability in probabilities where !(0...1).contains(probability) {
      throw Failure(.usage, "a quantile lies between 0 and 1, not at \(probability)")
    }
    self.probabilities = probabilities
  }

  /// The quantiles of some variables, nil for one without any number; a collective call.
  /// - Parameter variables: for each variable the columns in which this worker holds its numbers;
  ///   the same variables on all workers.
  public func values(of variables: [[Column]], in session: Session) throws -> [[Double]?] {
    let byteCount = variables.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } } * 16
    let reservation = try session.communicator.agree("finding quantiles") {
      for column in variables.joined() where !column.type.isNumeric {
        throw Failure(.data, "there are no quantiles of a \(column.type.words) column")
      }
      return try session.memory.reserve(byteCount, for: "the keys of \(variables.count) columns")
    }
    defer { withExtendedLifetime(reservation) {} }
    let keys = try mapConcurrently(variables.count, threads: session.threads) { index in
      var keys: [UInt64] = []
      keys.reserveCapacity(variables[index].reduce(0) { $0 + $1.count })
      for column in variables[index] where column.count > 0 {
        let numbers = Buffer<Double>(count: column.count)
        unsafe column.copyNumbers(0..<column.count, to: numbers.pointer, stride: 1)
        for place in 0..<column.count where !numbers[place].isNaN {
          keys.append(OrderedKey.key(of: numbers[place]))
        }
      }
      return keys
    }
    let counts = try session.communicator.allReduce(keys.map { Int64($0.count) }, by: .sum)
    let found = try KeySelection.select(
      zip(keys, counts).map { keys, count in
        KeySelection.Variable(keys: keys, counts: nil, ranks: ranks(of: count))
      }, in: session)
    return zip(found, counts).map { keys, count in
      count == 0 ? nil : interpolated(keys.map { OrderedKey.number(of: $0) }, count: count)
    }
  }

  /// The places that are needed among so many values, rising.
  func ranks(of count: Int64) -> [Int64] {
    if count == 0 { return [] }
    return probabilities.flatMap { probability in
      let (low, _) = Self.place(probability, count)
      return [low, min(low + 1, count - 1)]
    }.sorted()
  }

  /// The quantiles from the values at `ranks(of: count)`.
  func interpolated(_ values: [Double], count: Int64) -> [Double] {
    let ranks = ranks(of: count)
    return probabilities.map { probability in
      let (rank, fraction) = Self.place(probability, count)
      let low = values[ranks.firstIndex(of: rank) ?? 0]
      let high = values[ranks.firstIndex(of: min(rank + 1, count - 1)) ?? 0]
      // Infinite neighbours that are equal give themselves.
      if fraction == 0 || low == high { return low }
      let step = high - low
      return step.isFinite ? low + step * fraction : low * (1 - fraction) + high * fraction
    }
  }

  /// The place below a quantile, and how far it lies towards the next one.
  static func place(_ probability: Double, _ count: Int64) -> (rank: Int64, fraction: Double) {
    let place = probability * Double(count - 1)
    let rank = place.rounded(.down)
    return (Int64(rank), place - rank)
  }
}
