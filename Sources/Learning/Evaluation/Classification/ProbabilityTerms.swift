internal import LinearAlgebra

/// What a row's probabilities add to log-loss, Brier score and calibration.
struct ProbabilityTerms: Sendable {
  static func sumCount(_ options: EvaluationOptions) -> Int { 2 + 3 * options.binCount }

  private let classes: ResolvedClasses
  private let scored: [Int]
  private let epsilon: Double
  private let edges: [Double]
  private let start: Int

  /// - Parameter start: the place of the first of its sums.
  init(_ classes: ResolvedClasses, _ options: EvaluationOptions, from start: Int) {
    self.classes = classes
    scored = classes.scored
    epsilon = options.epsilon
    edges = Self.edges(options.binCount)
    self.start = start
  }

  /// The ends of the bins, as numpy's `linspace` has them.
  static func edges(_ count: Int) -> [Double] {
    (0..<count).map { Double($0) * (1 / Double(count)) } + [1]
  }

  @inline(__always)
  func add(_ row: Int, actual: Int, weight: Double, to sums: inout TermSums.Row) {
    let own = classes.probability(row, of: actual)
    sums.add(weight * -Portable.log(min(max(own, epsilon), 1 - epsilon)), to: start)
    let (label, confidence): (Int, Double)
    if let positive = classes.positive {
      (label, confidence) = (positive, classes.probability(row, of: positive))
      let distance = confidence - (actual == positive ? 1 : 0)
      sums.add(weight * (distance * distance), to: start + 1)
    } else {
      (label, confidence) = classes.mostProbable(row, of: scored)
      // A label without a column adds what being wholly surprised does.
      var sum = classes.columns[actual] < 0 ? 1.0 : 0
      for label in scored {
        let distance = classes.probability(row, of: label) - (actual == label ? 1 : 0)
        sum += distance * distance
      }
      sums.add(weight * sum, to: start + 1)
    }
    let bin = start + 2 + 3 * place(of: confidence)
    sums.add(weight, to: bin)
    sums.add(weight * confidence, to: bin + 1)
    if actual == label { sums.add(weight, to: bin + 2) }
  }

  /// The bin of a probability: the first whose upper end is not below it.
  private func place(of probability: Double) -> Int {
    let count = edges.count - 1
    var bin = min(count - 1, max(0, Int(probability * Double(count))))
    while bin > 0, probability <= edges[bin] { bin -= 1 }
    while bin < count - 1, probability > edges[bin + 1] { bin += 1 }
    return bin
  }

  /// What the sums say, over rows of the given weight.
  struct Figures {
    let logLoss: Double
    let brier: Double
    let calibrationError: Double
    let bins: [CalibrationBin]

    init(_ sums: ArraySlice<Double>, weight: Double) {
      let sums = Array(sums)
      let binCount = (sums.count - 2) / 3
      let edges = ProbabilityTerms.edges(binCount)
      logLoss = weight > 0 ? sums[0] / weight : .nan
      brier = weight > 0 ? sums[1] / weight : .nan
      var distance = 0.0
      bins = (0..<binCount).map { bin in
        let own = sums[(2 + 3 * bin)..<(5 + 3 * bin)].map { $0 }
        distance += (own[2] - own[1]).magnitude
        return CalibrationBin(
          lower: edges[bin], upper: edges[bin + 1], weight: own[0],
          meanProbability: own[0] > 0 ? own[1] / own[0] : .nan,
          share: own[0] > 0 ? own[2] / own[0] : .nan)
      }
      calibrationError = weight > 0 ? distance / weight : .nan
    }
  }
}
