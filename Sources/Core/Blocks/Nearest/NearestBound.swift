/// Tells whether scores in single precision can have missed one of the nearest points.
///
/// Let q and p be a query and a point as they were rounded to `Float` (u = 2^-24), r the greatest
/// distance that is to be covered, in the same scale. A point within r has |p| <= |q| + r =: P, and
/// its rounded distance is at most r' = r + u (|q| + P). Its score q·p - |p|²/2 = (|q|² - r'²)/2 or
/// more; the chain of d + 1 roundings changes that by no more than g (P²/2 + |q| P), where
/// g = (d + 2) u / (1 - (d + 2) u). So a score above every score that was left out means that no point
/// within r was left out. Only the query and its own neighbourhood are in the bound: a point far away
/// costs others nothing.
struct NearestBound {
  private let dimension: Double
  private let scale: Double
  private let growth: Double
  private let unit = 0x1p-24

  init(dimension: Int, scale: Double) {
    self.dimension = Double(dimension)
    self.scale = scale
    // Where a chain is so long that nothing is known, nothing is decided.
    let roundings = (Double(dimension) + 2) * unit
    growth = roundings < 0.5 ? roundings / (1 - roundings) : .infinity
  }

  /// Whether every point within a distance scores better than `worstScore`.
  ///
  /// - Parameters:
  ///   - squareOfQuery: |q|² of the rounded query.
  ///   - squaredDistance: the squared distance as the chain of doubles has it.
  ///   - worstScore: no point that was left out scores better.
  func decides(squareOfQuery: Double, squaredDistance: Double, worstScore: Double) -> Bool {
    // A little more for the roundings of doubles, here and in the distances, and for underflow.
    let slack = 1 + (dimension + 16) * 0x1p-50
    let length = squareOfQuery.squareRoot() * slack * (1 + 2 * unit)
    let reach = (squaredDistance * slack + dimension * 0x1p-1060).squareRoot() * slack * scale
    let far = (length + reach) * (1 + 2 * unit)
    let rounded = reach + unit * slack * (length + far) + dimension * 0x1p-140
    let error = growth * slack * (far * far / 2 + length * far) + dimension * 0x1p-120
    let least = (squareOfQuery / slack - rounded * rounded * slack) / 2 - error
    // A number that is none decides nothing.
    return least > worstScore
  }
}
