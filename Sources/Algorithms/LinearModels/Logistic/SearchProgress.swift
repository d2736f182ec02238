internal import LinearAlgebra

/// How far a search has come, and whether it is at its end: the rules of `QuasiNewton`.
struct SearchProgress {
  let tolerance: Double
  let limit: Int
  /// The objective at the point, and of it the penalty.
  var value = 0.0
  var penalty = 0.0
  private(set) var iterations = 0
  /// On rank 0.
  private(set) var history: [QuasiNewton.Progress] = []
  var endsWith: QuasiNewton.StopReason?
  private var scale: Double?
  private var leastDecrement = Double.infinity
  private var leastIteration = 0

  init(tolerance: Double, limit: Int) {
    (self.tolerance, self.limit) = (tolerance, limit)
  }

  mutating func accepted(_ value: Double) {
    self.value = value
    iterations += 1
  }

  /// Judges by what the next step is expected to gain, twice.
  mutating func seen(decrement: Double) {
    let scale = self.scale ?? value
    self.scale = scale
    history.append(.init(objective: value, decrement: max(0, decrement).squareRoot()))
    let least = tolerance * tolerance * max(value.magnitude, 1e-6 * scale)
    if decrement <= least || decrement <= 0 {
      endsWith = .converged
      return
    }
    if decrement < 0.25 * leastDecrement {
      (leastDecrement, leastIteration) = (decrement, iterations)
    }
    // What is left to gain is below the rounding of the objective, and the gradient falls no more.
    if decrement <= value.magnitude * .ulpOfOne, iterations >= leastIteration + 30 {
      endsWith = .noProgress
    } else if iterations >= limit {
      endsWith = .limit
    }
  }
}
