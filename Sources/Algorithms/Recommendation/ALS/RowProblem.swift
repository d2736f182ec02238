internal import LinearAlgebra

/// The systems of one side's rows while the other side's factors stand still.
struct RowProblem: Sendable {
  let settings: ALS
  let shape: FactorShape
  let observations: FactorObservations
  /// What all systems have in common, for implicit ratings.
  let common: CommonPart?
  let level: KernelLevel
  /// Steps of conjugate gradients; none where systems are solved.
  let steps: Int

  /// How many of the unknowns must not be negative: all but the bias.
  var boundedCount: Int { settings.nonnegative ? shape.rank : 0 }

  /// Whether 16 rows are solved together, in single precision; else one by one, in double.
  var solvesTogether: Bool { !settings.nonnegative && shape.dimension <= Self.togetherLimit }

  /// Beyond it 16 matrices side by side leave the second-level cache.
  static let togetherLimit = 96
  /// A pivot that keeps less of its diagonal element than this costs single precision too many of
  /// its digits.
  static let pivotLimit: Float = 1e-3
  /// The same for double, of sums that were added in single precision.
  static let roundedPivotLimit = 1e-6
  /// The same for double, of exact sums; what is less hardly differs from 0.
  static let exactPivotLimit = 1e-12
  /// A loss that is less than this share of what it was taken from is worked out anew: the difference
  /// has lost two of the seven digits of single precision.
  static let cancellationLimit = 1.0 / 64
}

extension RowProblem {
  /// What a solution leaves of a row, from its products with the right side unless these cancel.
  /// - Parameters:
  ///   - loss: by those products.
  ///   - squares: of the targets.
  ///   - start: where the unknowns stand.
  func outcome(
    _ loss: Double, of squares: Double, _ ratings: Range<Int>, in table: Buffer<Float>,
    at start: Int
  ) -> RowOutcome {
    guard loss < Self.cancellationLimit * squares else { return RowOutcome(loss: loss) }
    let loss = observations.loss(
      of: ratings, leftBy: (0..<shape.dimension).map { Double(table[start + $0]) },
      common: common, ridge: settings.ridge(of: ratings.count))
    // Rounding may leave less than nothing of what is fitted in full.
    return RowOutcome(loss: loss < 0 ? 0 : loss)
  }
}

/// What became of a row.
struct RowOutcome {
  /// The sum of squares that is left, the price of the row's factors included.
  let loss: Double
  var isSettled = true
}
