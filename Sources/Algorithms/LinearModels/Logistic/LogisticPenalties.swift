internal import Blocks
internal import LinearAlgebra

/// What coefficients cost, and what holds them.
struct LogisticPenalties: Sendable {
  /// Of half the square of each column's coefficient.
  let squares: [Double]
  /// Of each coefficient's magnitude; nil where there is no such penalty.
  let magnitudes: [Double]?
  /// The spread of each column, 1 for a column of one value.
  let scales: [Double]
  /// Columns of one value, whose coefficient stays 0.
  let isPinned: [Bool]
  /// Bounds of a point's numbers, or nil.
  let lower: [Double]?
  let upper: [Double]?

  init(
    _ settings: LogisticRegression, _ lambda: Double, _ moments: ClassMoments,
    _ layout: PointLayout
  ) {
    // The variance of MLlib's summary: unbiased, for weights that say how often a row counts.
    let degrees =
      moments.weight > 0 ? moments.weight - moments.squaredWeight / moments.weight : 0
    let spreads = moments.spreads.map { degrees > 0 ? ($0 / degrees).squareRoot() : 0 }
    let standardizes = settings.standardizes
    let holds = standardizes || settings.fitIntercept
    isPinned = moments.spreads.map { $0 == 0 && holds }
    scales = spreads.map { $0 > 0 ? $0 : 1 }
    squares = scales.map { lambda * (1 - settings.alpha) * (standardizes ? $0 * $0 : 1) }
    let hasMagnitudes = lambda > 0 && settings.alpha > 0
    let costs = scales.map { lambda * settings.alpha * (standardizes ? $0 : 1) }
    magnitudes =
      hasMagnitudes
      ? (0..<layout.outputs).flatMap { _ in costs }
        + [Double](repeating: 0, count: layout.count - layout.outputs * layout.dimension) : nil
    lower = Self.bounds(
      settings.lowerBoundsOnCoefficients, settings.lowerBoundsOnIntercepts, -.infinity, layout)
    upper = Self.bounds(
      settings.upperBoundsOnCoefficients, settings.upperBoundsOnIntercepts, .infinity, layout)
  }

  private static func bounds(
    _ coefficients: [Double], _ intercepts: [Double], _ none: Double, _ layout: PointLayout
  ) -> [Double]? {
    guard !(coefficients + intercepts).isEmpty else { return nil }
    let features = layout.outputs * layout.dimension
    return (0..<layout.count).map { place in
      let given = place < features ? coefficients : intercepts
      let own = place < features ? place : place - features
      return given.isEmpty ? none : given[own % given.count]
    }
  }

  /// Whether the search is over less than all points.
  var isConstrained: Bool { magnitudes != nil || lower != nil || upper != nil }

  /// Half the penalty on squares, of a point.
  func square(of point: [Double], _ layout: PointLayout) -> Double {
    var total = 0.0
    for output in 0..<layout.outputs {
      for column in 0..<layout.dimension {
        let value = point[output * layout.dimension + column]
        total += squares[column] * value * value
      }
    }
    return 0.5 * total
  }

  /// The same part of the way along a direction, and its slope.
  func square(
    of point: [Double], along direction: [Double], step: Double, _ layout: PointLayout
  ) -> (value: Double, slope: Double) {
    var (total, slope) = (0.0, 0.0)
    for output in 0..<layout.outputs {
      for column in 0..<layout.dimension {
        let place = output * layout.dimension + column
        let value = point[place] + step * direction[place]
        total += squares[column] * value * value
        slope += squares[column] * value * direction[place]
      }
    }
    return (0.5 * total, slope)
  }
}
