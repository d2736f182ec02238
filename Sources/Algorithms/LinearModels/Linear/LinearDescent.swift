internal import Blocks
internal import LinearAlgebra

/// A linear fit as a function of scaled variables, for a solver that asks for values and slopes.
///
/// The variables are the coefficients of columns that vary, times their deviation and over that of
/// the label; then, with an intercept, what is predicted at the means of all columns, less the mean
/// of the label; then, for Huber's loss, the scale of errors; both over the deviation of the label.
/// So the curvature is about 1 in each of them. Sparse rows stay so: the means are taken out of the
/// sums.
struct LinearDescent: Sendable {
  let used: [Int]
  private let columnCount: Int
  private let means: [Double]
  private let deviations: [Double]
  /// What each used column is divided by.
  private let units: [Double]
  let labelMean: Double
  let unit: Double
  let weightSum: Double
  private let hasIntercept: Bool
  private let isShifted: Bool
  /// ε of Huber's loss.
  private let epsilon: Double?
  private let penalty: LinearPenalty
  private let isNonNegative: Bool

  init(
    _ settings: LinearRegression, columns: ClassMoments, labels: LabelMoments, isShifted: Bool
  ) {
    let weight = columns.weight
    (columnCount, weightSum, hasIntercept) = (columns.means.count, weight, settings.fitIntercept)
    let divisor = weight - columns.squaredWeight / weight
    let deviations = columns.spreads.map { divisor > 0 ? ($0 / divisor).squareRoot() : 0 }
    // Without an intercept columns are as far from 0 as they are.
    let moments = zip(columns.spreads, columns.means).map { spread, mean in
      settings.fitIntercept ? spread / weight : spread / weight + mean * mean
    }
    used = moments.indices.filter { place in
      let noise = 8 * Double.ulpOfOne * columns.means[place].magnitude
      return settings.fitIntercept ? moments[place] > noise * noise : moments[place] > 0
    }
    units = used.map { moments[$0].squareRoot() }
    self.deviations = deviations
    means = settings.fitIntercept ? columns.means : columns.means.map { _ in 0 }
    labelMean = settings.fitIntercept ? labels.mean : 0
    let square =
      settings.fitIntercept
      ? labels.spread / weight : labels.spread / weight + labels.mean * labels.mean
    unit = square.squareRoot()
    self.isShifted = isShifted
    epsilon = settings.loss == .huber ? settings.epsilon : nil
    penalty = settings.penalty
    isNonNegative = settings.nonNegative
  }

  var variableCount: Int { used.count + (hasIntercept ? 1 : 0) + (epsilon == nil ? 0 : 1) }

  /// Columns with one value in all rows.
  var constants: [Int] { deviations.indices.filter { deviations[$0] == 0 } }

  /// All 0, and a scale of the label's own.
  var start: [Double] {
    var start = [Double](repeating: 0, count: variableCount)
    if epsilon != nil { start[variableCount - 1] = 1 }
    return start
  }

  /// How the solver is to go about it.
  func solverSettings(_ settings: LinearRegression) -> QuasiNewton.Settings {
    var solver = QuasiNewton.Settings()
    solver.maxIterations = settings.maxIterations
    solver.tolerance = settings.tolerance
    let others = [Double](repeating: 0, count: variableCount - used.count)
    if penalty.absolute > 0 {
      solver.l1 = prices(penalty.absolute, power: 1) + others
    }
    if isNonNegative || epsilon != nil {
      let least = isNonNegative ? 0 : -Double.infinity
      solver.lower = used.map { _ in least } + others.map { _ in -Double.infinity }
      if epsilon != nil { solver.lower?[variableCount - 1] = 1e-10 }
    }
    return solver
  }

  /// The inverse of the curvature's diagonal, for squared errors.
  var metric: QuasiNewton.Metric {
    let diagonal = prices(penalty.square, power: 2).map { 1 / (1 + $0) }
    return { vector in
      for place in diagonal.indices { vector[place] *= diagonal[place] }
    }
  }

  /// What a price of (sⱼ bⱼ)^power is for a variable, where errors are over the label's deviation.
  private func prices(_ price: Double, power: Int) -> [Double] {
    zip(used, units).map { column, own in
      let scale = penalty.scale(deviation: deviations[column]) / own
      return power == 1 ? price * scale / unit : price * scale * scale
    }
  }

  /// The line through the rows, and where errors are cut.
  func line(_ point: [Double]) -> (line: ShiftedLine, cut: Double) {
    let coefficients = coefficients(point)
    var offset = hasIntercept ? point[used.count] * unit : 0
    if !isShifted { for column in used { offset -= means[column] * coefficients[column] } }
    let line = ShiftedLine(
      coefficients: coefficients, offset: offset, shift: isShifted ? means : nil,
      labelShift: labelMean)
    return (line, epsilon.map { $0 * scale(point) } ?? .infinity)
  }

  /// Coefficients of the columns as they came.
  func coefficients(_ point: [Double]) -> [Double] {
    var coefficients = [Double](repeating: 0, count: columnCount)
    for (place, column) in used.enumerated() {
      coefficients[column] = point[place] * unit / units[place]
    }
    return coefficients
  }

  func intercept(_ point: [Double]) -> Double {
    guard hasIntercept else { return 0 }
    let coefficients = coefficients(point)
    return used.reduce(labelMean + point[used.count] * unit) {
      $0 - means[$1] * coefficients[$1]
    }
  }

  /// σ of Huber's loss.
  func scale(_ point: [Double]) -> Double { point[variableCount - 1] * unit }

  /// The smooth part over the label's variance (for Huber's loss: its deviation) and its slope.
  func evaluate(_ point: [Double], _ sums: ResidualSums) -> (value: Double, slope: [Double]) {
    let prices = prices(penalty.square, power: 2)
    var slope = zip(used, units).map { column, own in
      -(sums.pull[column] - (isShifted ? 0 : means[column] * sums.offsetPull)) / own
    }
    if hasIntercept { slope.append(-sums.offsetPull) }
    var value: Double
    var factor = 1 / (weightSum * unit)
    if let epsilon {
      let scale = scale(point)
      let loss =
        scale * weightSum + sums.innerSquares / scale + 2 * epsilon * sums.outerMagnitudes
        - epsilon * epsilon * scale * sums.outerWeight
      value = loss / weightSum / 2 / unit
      factor = 1 / (weightSum * scale)
      let square = sums.innerSquares / scale / scale
      slope = slope.map { $0 * factor }
      slope.append((weightSum - square - epsilon * epsilon * sums.outerWeight) / weightSum / 2)
      // The price is of squares of coefficients in their own units, and the loss is over one.
      for place in used.indices {
        value += 0.5 * prices[place] * unit * point[place] * point[place]
        slope[place] += prices[place] * unit * point[place]
      }
      return (value, slope)
    }
    value = sums.squares / weightSum / 2 / unit / unit
    slope = slope.map { $0 * factor }
    for place in used.indices {
      value += 0.5 * prices[place] * point[place] * point[place]
      slope[place] += prices[place] * point[place]
    }
    return (value, slope)
  }

  /// What an objective of the solver is in the units of the label.
  func objective(_ value: Double) -> Double { epsilon == nil ? value * unit * unit : value * unit }
}
