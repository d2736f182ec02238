internal import Cluster
internal import Datasets
internal import Learning
internal import LinearAlgebra
internal import Platform

/// One-way analysis of variance: whether the means of a feature differ between the classes of a
/// label by more than its spread within them.
struct VarianceLearner: Learner {
  let rows: LabelledRows
  let scoring: UnivariateScoring

  var activity: String { scoring.activity }

  /// The most pairs of a class and a feature, each of which takes 600 bytes a thread.
  private static let cellLimit = 1 << 20

  /// What is counted of each class; numbers that are 0 are not, as their rows are known.
  struct Tally: Sendable {
    /// The place of a class by the key of its label.
    var places: [UInt64: Int] = [:]
    var keys: [UInt64] = []
    var classes: [FeatureSums] = []
    /// Sums of squares over all classes.
    var squares: [ExactSum]
  }

  func start() -> Tally {
    Tally(squares: [ExactSum](repeating: ExactSum(), count: rows.names.count))
  }

  func add(_ batch: RowBatch, to tally: inout Tally) throws {
    var place = 0
    try rows.forEach(of: batch) { label in
      place = try self.place(of: OrderedKey.key(of: label), &tally)
      tally.classes[place].rowCount += 1
    } _: { feature, value in
      tally.classes[place].add(feature, value)
      tally.squares[feature].add(productOf: value, value)
    }
  }

  func merge(_ other: Tally, into tally: inout Tally) throws {
    for (key, sums) in zip(other.keys, other.classes) {
      let place = try place(of: key, &tally)
      tally.classes[place].add(sums)
    }
    for feature in tally.squares.indices { tally.squares[feature].add(other.squares[feature]) }
  }

  private func place(of key: UInt64, _ tally: inout Tally) throws -> Int {
    if let place = tally.places[key] { return place }
    let place = tally.keys.count
    guard place < LabelledRows.valueLimit else { throw rows.tooMany(rows.labelName) }
    guard (place + 1) * rows.names.count <= Self.cellLimit else {
      throw Failure(
        .memory,
        "\(place + 1) values of '\(rows.labelName)' and \(rows.names.count) features are too many "
          + "for the exact sums of each",
        hint: "say labelType continuous, or select among fewer features")
    }
    tally.places[key] = place
    tally.keys.append(key)
    tally.classes.append(FeatureSums(featureCount: rows.names.count))
    return place
  }

  func learn(from tally: Tally, in session: Session) throws -> Learned {
    let communicator = session.communicator
    var keys = try communicator.allGather(tally.keys).flatMap { $0 }
    keys.sort()
    keys = keys.indices.filter { $0 == 0 || keys[$0] != keys[$0 - 1] }.map { keys[$0] }
    let none = FeatureSums(featureCount: rows.names.count)
    let classes = try keys.map { key in
      try (tally.places[key].map { tally.classes[$0] } ?? none).total(communicator)
    }
    let squares = try tally.squares.total(communicator)
    let rowCount = classes.reduce(0) { $0 + $1.rowCount }
    guard classes.count <= LabelledRows.valueLimit else { throw rows.tooMany(rows.labelName) }
    guard classes.count > 1 else {
      throw Failure(
        .data,
        "an analysis of variance needs two values of '\(rows.labelName)' or more, not "
          + "\(classes.count)")
    }
    guard rowCount > classes.count else {
      throw Failure(
        .data,
        "an analysis of variance needs more rows than the \(classes.count) values of "
          + "'\(rows.labelName)'")
    }
    let distribution = FDistribution(
      numeratorDegrees: Double(classes.count - 1),
      denominatorDegrees: Double(rowCount - classes.count))
    var scores = UnivariateScores(
      test: "F of an analysis of variance with \(classes.count - 1) and "
        + "\(rowCount - classes.count) degrees of freedom")
    for feature in rows.names.indices {
      guard let statistic = statistic(of: feature, classes, squares[feature], rowCount) else {
        scores.addConstant()
        continue
      }
      scores.add(statistic, distribution.upperTail(statistic))
    }
    return try scoring.learned(scores, rowCount: rowCount)
  }

  /// F, infinite where the classes tell the feature exactly; nil for a constant feature.
  private func statistic(
    of feature: Int, _ classes: [FeatureSums], _ squares: ExactSum, _ rowCount: Int
  ) -> Double? {
    let ends = classes.map { $0.ends(of: feature) }
    let least = ends.reduce(.infinity) { min($0, $1.least) }
    let greatest = ends.reduce(-.infinity) { max($0, $1.greatest) }
    if least == greatest { return nil }
    if ends.allSatisfy({ $0.least == $0.greatest }) { return .infinity }
    var total = ExactSum()
    var between = WideDouble(0)
    for sums in classes {
      let sum = sums.sums[feature].wide
      between = between + sum * sum / WideDouble(Double(sums.rowCount))
      total.add(sums.sums[feature])
    }
    let whole = total.wide
    let within = squares.wide - between
    between = between - whole * whole / WideDouble(Double(rowCount))
    let spread = within.rounded / Double(rowCount - classes.count)
    return spread > 0
      ? max(0, between.rounded) / Double(classes.count - 1) / spread : .infinity
  }
}
