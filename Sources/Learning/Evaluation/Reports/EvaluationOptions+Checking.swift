internal import Platform

extension EvaluationOptions {
  /// Refuses what makes no sense.
  func check() throws(Failure) {
    func refuse(_ text: String) -> Failure { Failure(.usage, text) }
    guard beta > 0, beta.isFinite else { throw refuse("beta must be above 0, not \(beta)") }
    guard epsilon > 0, epsilon < 0.5 else {
      throw refuse("epsilon must lie between 0 and 0.5, not be \(epsilon)")
    }
    guard (1...10_000).contains(binCount) else {
      throw refuse("a calibration curve has 1 to 10000 bins, not \(binCount)")
    }
    if let costs {
      guard costs.ofMiss >= 0, costs.ofAlarm >= 0, costs.ofMiss.isFinite, costs.ofAlarm.isFinite
      else {
        throw refuse("costs are numbers of at least 0, not \(costs.ofMiss) and \(costs.ofAlarm)")
      }
    }
    guard let intervals else { return }
    guard intervals.level > 0, intervals.level < 1 else {
      throw refuse("the level of intervals must lie between 0 and 1, not be \(intervals.level)")
    }
    guard (2...100_000).contains(intervals.resampleCount) else {
      throw refuse("intervals take 2 to 100000 resamples, not \(intervals.resampleCount)")
    }
  }
}
