/// The sums over rows from which the figures of a regression follow, for one copy of the rows.
///
/// Labels, predictions and errors are taken relative to centres near their means, so that nothing is
/// lost where those are large.
struct RegressionSums {
  /// Near the mean of labels and of errors.
  struct Centres: Sendable {
    let label: Double
    let error: Double
  }

  static let count = 10
  private let sums: [Double]
  private let centres: Centres

  init(_ sums: [Double], _ centres: Centres) {
    self.sums = sums
    self.centres = centres
  }

  /// What one row adds.
  static func add(
    label: Double, prediction: Double, weight: Double, _ centres: Centres,
    to sums: inout TermSums.Row
  ) {
    let error = label - prediction
    let centred = (label - centres.label, prediction - centres.label, error - centres.error)
    sums.add(weight, to: 0)
    sums.add(weight * (error * error), to: 1)
    sums.add(weight * error.magnitude, to: 2)
    sums.add(weight * centred.0, to: 3)
    sums.add(weight * (centred.0 * centred.0), to: 4)
    sums.add(weight * centred.1, to: 5)
    sums.add(weight * (centred.1 * centred.1), to: 6)
    sums.add(weight * centred.2, to: 7)
    sums.add(weight * (centred.2 * centred.2), to: 8)
    sums.add(weight * (label * label), to: 9)
  }

  var weight: Double { sums[0] }
  var mse: Double { mean(sums[1]) }
  var mae: Double { mean(sums[2]) }
  var r2: Double { share(sums[1], labelSquares) }
  var r2ThroughOrigin: Double { share(sums[1], sums[9]) }
  var explainedVariance: Double { share(squares(sums[7], sums[8]), labelSquares) }

  /// The mean of the squared distance of predictions from the mean label.
  var predictionVariance: Double {
    guard weight > 0 else { return .nan }
    let shift = sums[3] / weight
    return (sums[6] - 2 * shift * sums[5]) / weight + shift * shift
  }

  private var labelSquares: Double { squares(sums[3], sums[4]) }

  /// The sum of squared distances from the mean, of sums of distances from a centre.
  private func squares(_ sum: Double, _ squares: Double) -> Double {
    weight > 0 ? squares - sum / weight * sum : .nan
  }

  private func mean(_ sum: Double) -> Double { weight > 0 ? sum / weight : .nan }

  private func share(_ part: Double, _ whole: Double) -> Double {
    whole > 0 ? 1 - part / whole : .nan
  }
}
