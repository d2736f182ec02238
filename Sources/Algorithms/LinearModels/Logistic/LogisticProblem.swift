internal import Blocks
internal import Cluster
internal import Frames
internal import Learning
internal import LinearAlgebra
internal import Platform

/// One fit of a logistic regression: what is minimised, over which numbers, from where.
struct LogisticProblem<Element: Scalar> {
  let settings: LogisticRegression
  let rows: BlockMatrix<Element>
  let session: Session
  let classes: Classes
  let label: String
  let layout: PointLayout
  let weighting: ClassWeighting
  let classWeights: [Double]?
  let moments: ClassMoments
  /// What columns are centred by; nil where they are not.
  let means: [Double]?
  let lambda: Double
  let penalties: LogisticPenalties
  /// Where the search begins.
  let start: [Double]
  let isWarm: Bool
  /// How much the columns tell of each other, where the first metric hangs on it.
  let relatedness: Double?
  /// Whether the first metric is the Hessian of a sample.
  let takesSample: Bool
  let reservation: MemoryReservation
  /// The entries column by column, of very wide rows and one score.
  let wide: WideColumns<Element>?

  init(
    _ settings: LogisticRegression, _ rows: BlockMatrix<Element>, start: Matrix<Double>?,
    _ session: Session
  ) throws {
    (self.settings, self.rows, self.session) = (settings, rows, session)
    (classes, label) = try settings.labels(of: rows)
    let outputs = settings.outputs(classes.count)
    let layout = PointLayout(
      outputs: outputs, dimension: rows.columnCount, hasIntercept: settings.fitIntercept)
    self.layout = layout
    try settings.checkShapes(layout, classCount: classes.count, start)
    reservation = try settings.reserve(rows, layout, classCount: classes.count, session)
    wide = settings.takesColumns(rows, layout) ? try rows.wideColumns(in: session) : nil
    let moments = try rows.classMoments(classCount: classes.count, wide: wide, in: session)
    self.moments = moments
    try settings.requireClasses(moments, classes, label)
    classWeights = settings.classWeights(moments)
    weighting = ClassWeighting(outputs: outputs, classWeights: classWeights)
    lambda = settings.c.map { 1 / ($0 * moments.weight) } ?? settings.lambda
    penalties = LogisticPenalties(settings, lambda, moments, layout)
    // Bounds of intercepts are of those of the columns as they are.
    let centers =
      rows.isDense && settings.fitIntercept && settings.lowerBoundsOnIntercepts.isEmpty
      && settings.upperBoundsOnIntercepts.isEmpty
    let means = centers ? moments.means : nil
    self.means = means
    isWarm = start != nil
    relatedness = try settings.relatedness(of: rows, layout, moments, penalties, means, session)
    takesSample =
      settings.takesSample(rows, layout)
      && (relatedness.map { $0 > 2 * settings.sampleNoise(rows) } ?? true)
    self.start =
      start.map { start in
        layout.point(
          Matrix(
            rowCount: outputs, columnCount: layout.dimension,
            elements: (0..<outputs).flatMap { start.row($0).prefix(layout.dimension) }),
          layout.hasIntercept ? (0..<outputs).map { start[$0, layout.dimension] } : [],
          means: means)
      } ?? Self.null(layout, moments, classWeights)
  }

  /// No coefficients, and the intercepts that the shares of the classes ask for.
  private static func null(
    _ layout: PointLayout, _ moments: ClassMoments, _ classWeights: [Double]?
  ) -> [Double] {
    var point = [Double](repeating: 0, count: layout.count)
    guard layout.hasIntercept else { return point }
    let logs = moments.classWeights.enumerated().map { place, weight in
      Portable.log(max(weight * (classWeights?[place] ?? 1), 1e-12 * moments.weight))
    }
    let mean = logs.reduce(0, +) / Double(logs.count)
    for output in 0..<layout.outputs {
      point[layout.intercept(output)] =
        layout.outputs == 1 ? logs[1] - logs[0] : logs[output] - mean
    }
    return point
  }

  /// How much of what a sample says of the Hessian beside its diagonal is noise.
  var shareOfNoise: Double {
    guard let relatedness else { return 0 }
    let noise = settings.sampleNoise(rows)
    return noise > 0 ? noise / (noise + relatedness) : 0
  }

  /// The weight of all rows, each times that of its class.
  var totalWeight: Double {
    zip(moments.classWeights, classWeights ?? []).reduce(classWeights == nil ? moments.weight : 0) {
      $0 + $1.0 * $1.1
    }
  }

  /// Objective without what is not smooth, and its gradient, at a point; a collective call.
  func evaluate(_ point: [Double], _ margins: StoredMargins?) throws -> (Double, [Double]) {
    let sums = try rows.classLoss(
      coefficients: layout.coefficients(point), intercepts: layout.intercepts(point, means: means),
      weighting: weighting, margins: margins, wide: wide, in: session)
    let (scale, width) = (1 / totalWeight, layout.dimension)
    var gradient = sums.gradient.elements
    for output in 0..<layout.outputs {
      let residual = sums.residuals[output]
      for column in 0..<width {
        let place = output * width + column
        if penalties.isPinned[column] {
          gradient[place] = 0
          continue
        }
        let pull = means.map { gradient[place] - $0[column] * residual } ?? gradient[place]
        gradient[place] = pull * scale + penalties.squares[column] * point[place]
      }
      if layout.hasIntercept { gradient.append(residual * scale) }
    }
    return (sums.loss * scale + penalties.square(of: point, layout), gradient)
  }

  /// The inverse of the Hessian's diagonal at a point; a collective call.
  func inverseDiagonal(_ point: [Double]) throws -> [Double] {
    let sums = try rows.classCurvature(
      coefficients: layout.coefficients(point), intercepts: layout.intercepts(point, means: means),
      weighting: weighting, wide: wide, in: session)
    var diagonal = [Double](repeating: 0, count: layout.count)
    for output in 0..<layout.outputs {
      let weight = sums.weights[output]
      for column in 0..<layout.dimension {
        var square = sums.squares[output, column]
        if let means, let firsts = sums.sums {
          square += means[column] * (means[column] * weight - 2 * firsts[output, column])
        }
        diagonal[output * layout.dimension + column] = square / totalWeight
      }
      if layout.hasIntercept { diagonal[layout.intercept(output)] = weight / totalWeight }
    }
    return inverted(diagonal)
  }

  /// The same where no coefficient is there yet, from what is known of the columns.
  func inverseNullDiagonal() -> [Double] {
    var diagonal = [Double](repeating: 0, count: layout.count)
    for output in 0..<layout.outputs {
      let place = layout.outputs == 1 ? 1 : output
      let part = moments.classWeights[place] * (classWeights?[place] ?? 1) / totalWeight
      let curvature = max(part * (1 - part), 1e-6)
      for column in 0..<layout.dimension {
        let mean = moments.means[column]
        let square = moments.spreads[column] / moments.weight + (means == nil ? mean * mean : 0)
        diagonal[output * layout.dimension + column] = curvature * square
      }
      if layout.hasIntercept { diagonal[layout.intercept(output)] = curvature }
    }
    return inverted(diagonal)
  }

  private func inverted(_ diagonal: [Double]) -> [Double] {
    let mean = diagonal.reduce(0, +) / Double(max(1, diagonal.count))
    return diagonal.indices.map { place in
      let column = place < layout.outputs * layout.dimension ? place % layout.dimension : nil
      let penalty = column.map { penalties.squares[$0] } ?? 0
      return 1 / max(diagonal[place] + penalty, 1e-9 * mean, .leastNormalMagnitude)
    }
  }
}
