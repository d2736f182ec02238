internal import Cluster
internal import Datasets
internal import Learning
internal import LinearAlgebra
internal import Platform

/// Linear regression of a label on one feature: whether its slope differs from 0 by more than
/// chance.
struct RegressionLearner: Learner {
  let rows: LabelledRows
  let scoring: UnivariateScoring

  var activity: String { scoring.activity }

  struct Tally: Sendable {
    var features: FeatureSums
    /// Of one feature: the label.
    var label = FeatureSums(featureCount: 1)
    var squares: [ExactSum]
    var products: [ExactSum]
    var labelSquares = [ExactSum()]
  }

  func start() -> Tally {
    let zeros = [ExactSum](repeating: ExactSum(), count: rows.names.count)
    return Tally(
      features: FeatureSums(featureCount: rows.names.count), squares: zeros, products: zeros)
  }

  func add(_ batch: RowBatch, to tally: inout Tally) throws {
    var label = 0.0
    try rows.forEach(of: batch) { value in
      label = value
      tally.features.rowCount += 1
      tally.label.rowCount += 1
      tally.label.add(0, value)
      tally.labelSquares[0].add(productOf: value, value)
    } _: { feature, value in
      tally.features.add(feature, value)
      tally.squares[feature].add(productOf: value, value)
      tally.products[feature].add(productOf: value, label)
    }
  }

  func merge(_ other: Tally, into tally: inout Tally) {
    tally.features.add(other.features)
    tally.label.add(other.label)
    tally.labelSquares[0].add(other.labelSquares[0])
    for feature in tally.squares.indices {
      tally.squares[feature].add(other.squares[feature])
      tally.products[feature].add(other.products[feature])
    }
  }

  func learn(from tally: Tally, in session: Session) throws -> Learned {
    let communicator = session.communicator
    let features = try tally.features.total(communicator)
    let label = try tally.label.total(communicator)
    let labelSquares = try tally.labelSquares.total(communicator)
    let squares = try tally.squares.total(communicator)
    let products = try tally.products.total(communicator)
    let rowCount = features.rowCount
    guard rowCount > 2 else {
      throw Failure(.data, "a regression needs three rows or more, not \(rowCount)")
    }
    let distribution = FDistribution(
      numeratorDegrees: 1, denominatorDegrees: Double(rowCount - 2))
    var scores = UnivariateScores(
      test: "F of a regression with 1 and \(rowCount - 2) degrees of freedom")
    let count = WideDouble(Double(rowCount))
    let labelSum = label.sums[0].wide
    let labelSpread = labelSquares[0].wide - labelSum * labelSum / count
    let labelEnds = label.ends(of: 0)
    for feature in rows.names.indices {
      let ends = features.ends(of: feature)
      if ends.least == ends.greatest || labelEnds.least == labelEnds.greatest {
        scores.addConstant()
        continue
      }
      let sum = features.sums[feature].wide
      let spread = squares[feature].wide - sum * sum / count
      let common = products[feature].wide - sum * labelSum / count
      // Divided first, so that no product of squares overflows.
      let told = common / spread * (common / labelSpread)
      let rest = (WideDouble(1) - told).rounded
      let statistic = rest > 0 ? told.rounded / rest * Double(rowCount - 2) : .infinity
      scores.add(statistic, distribution.upperTail(statistic))
    }
    return try scoring.learned(scores, rowCount: rowCount)
  }
}
