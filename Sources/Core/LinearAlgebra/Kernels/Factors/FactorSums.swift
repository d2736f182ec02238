internal import Platform

/// One row's normal equations in double.
public final class FactorSums: @unchecked Sendable {
  // Proof of Sendable: one thread fills it, and the threads that read it come after.
  public let dimension: Int
  /// The matrix row by row, of which the upper triangle counts.
  public let upper: Buffer<Double>
  public let right: Buffer<Double>
  /// The sum of the squares of the targets.
  public var squares = 0.0

  public init(dimension: Int) {
    require(dimension >= 1, "sums of \(dimension) unknowns")
    self.dimension = dimension
    upper = Buffer(count: dimension * dimension)
    right = Buffer(count: dimension)
  }

  /// Begins again with zeros.
  public func clear() {
    upper.withMutableSpan { for place in 0..<$0.count { $0[place] = 0 } }
    right.withMutableSpan { for place in 0..<$0.count { $0[place] = 0 } }
    squares = 0
  }

  /// Adds the equations of further ratings of the row.
  public func add(_ other: FactorSums) {
    require(other.dimension == dimension, "sums of \(other.dimension) to \(dimension) unknowns")
    let count = dimension * dimension
    for place in 0..<count { unsafe upper.pointer[place] += unsafe other.upper.pointer[place] }
    for place in 0..<dimension { right[place] += other.right[place] }
    squares += other.squares
  }

  /// Adds what all rows have in common.
  public func add(_ common: CommonPart) {
    require(common.dimension == dimension, "a common part of other systems")
    for place in common.upper.indices { upper[place] += common.upper[place] }
  }

  /// Adds the equations of some ratings, every product exact and every sum in double.
  ///
  /// For systems that are too close to singular for single precision; slower by far.
  public func addExactly(
    _ ratings: Range<Int>, of observations: FactorObservations, level: KernelLevel
  ) {
    require(observations.dimension == dimension, "ratings of other systems")
    let gram = GramAccumulator<Double>(dimension: dimension, level: level)
    let rows = Buffer<Double>(count: 64 * dimension)
    var (weights, values) = ([Double](), [Double]())
    for from in stride(from: ratings.lowerBound, to: ratings.upperBound, by: 64) {
      let part = from..<min(from + 64, ratings.upperBound)
      (weights, values) = ([], [])
      for (row, rating) in part.enumerated() {
        let start = Int(observations.indices[rating]) * observations.stride
        for place in 0..<dimension {
          rows[row * dimension + place] = Double(observations.factors[start + place])
        }
        let (weight, target) = observations.exactTerms(of: rating)
        weights.append(weight)
        values.append(target)
        squares += observations.target.isPreference ? target : target * target
      }
      unsafe gram.add(
        RowBlock(rows.pointer, rowCount: part.count, columnCount: dimension), weights: weights,
        values: values)
    }
    gram.finish()
    for row in 0..<dimension {
      for column in row..<dimension { upper[row * dimension + column] += gram.upper[row, column] }
      right[row] += gram.rightHandSide[row]
    }
  }
}

extension FactorTarget {
  var isPreference: Bool { if case .preference = self { true } else { false } }
}

extension FactorObservations {
  /// The weight and the target of a rating.
  func exactTerms(of rating: Int) -> (weight: Double, target: Double) {
    let value = Double(values[rating])
    switch target {
    case .value(let shift, let bias):
      let other = bias.map { Double(factors[Int(indices[rating]) * stride + $0]) } ?? 0
      return (1, value - Double(shift) - other)
    case .preference(let alpha):
      let weight = Double(alpha) * abs(value)
      return (weight, value > 0 ? 1 + weight : 0)
    }
  }
}
