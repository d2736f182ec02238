internal import Blocks
internal import Cluster
internal import Frames
internal import Learning
internal import LinearAlgebra
internal import Platform

/// What must hold for detectors of anomalies; others keep these laws by having nothing to do with them.
extension EstimatorLaw {
  static let detectionLaws = [
    EstimatorLaw(
      "one contract for anomalies",
      "A detector gives `anomaly_score`, and `is_anomaly` exactly for the rows that reach its "
        + "threshold, which as many training rows reach as the contamination asks for."
    ) { type, place in try checkDetector(type) { try keepsContract($0, place) } },
    EstimatorLaw(
      "anomalies explained",
      "Each feature of a row has a finite contribution, the same alone and in a batch, and they sum "
        + "to the score where the detector says so."
    ) { type, place in try checkDetector(type) { try explains($0, place) } },
    EstimatorLaw(
      "odd rows of detectors",
      "Constant columns, equal rows, one row and missing numbers are learned from with a defined "
        + "result, or refused in words; infinities are scored, or not, without harm."
    ) { type, place in try checkDetector(type) { try survivesOddRows($0, place) } },
  ]

  /// Calls a check for a detector, whose model type must be known to it.
  private static func checkDetector<E: Estimator>(
    _ type: E.Type, _ check: (any AnomalyDetector.Type) throws -> Void
  ) throws {
    if let type = type as? any AnomalyDetector.Type { try check(type) }
  }

  private static func keepsContract<E: AnomalyDetector>(_ type: E.Type, _ place: LawPlace) throws {
    let session = lawSession(place.communicator)
    let data = LawData(for: E.self)
    let rows = data.matrix(0..<100, of: Double.self)
    for share in [0, 0.01, 0.1, 0.5] {
      var estimator = E()
      try estimator.set("contamination", text: "\(share)")
      let fit = try estimator.fit(
        data.blocks(of: Double.self, .even, in: session), inputs: [:], in: session)
      let words = "\(E.name) with a contamination of \(share)"
      let columns = fit.model.predict(rows)
      try expect(
        fit.model.outputs.map(\.name)
          == (share == 0 ? ["anomaly_score"] : ["anomaly_score", "is_anomaly"])
          && columns.count == fit.model.outputs.count, "\(words) has other outputs")
      let scores = rows.withRows { fit.model.scores(of: $0) }
      try expect(scores.allSatisfy(\.isFinite), "\(words) gives scores that are no numbers")
      try expect(
        scores.indices.allSatisfy { columns[0][$0] == .number(scores[$0]) },
        "\(words) predicts other scores than it gives")
      guard share > 0 else { continue }
      guard let threshold = fit.model.threshold, let reached = threshold.reachedCount else {
        throw Failure(.bug, "a law of estimators is broken: \(words) has no threshold")
      }
      let wanted = Int((share * Double(data.rowCount)).rounded(.up))
      try expect(
        (wanted...data.rowCount).contains(reached),
        "\(words): \(reached) of \(data.rowCount) rows reach the threshold")
      try expect(
        scores.indices.allSatisfy { columns[1][$0] == .bool(scores[$0] >= threshold.score) },
        "\(words) calls other rows anomalies than those that reach its threshold")
    }
  }

  private static func explains<E: AnomalyDetector>(_ type: E.Type, _ place: LawPlace) throws {
    let session = lawSession(place.communicator)
    let data = LawData(for: E.self)
    for variant in try LawVariant.all(of: type) {
      let model = try variant.estimator.fit(
        data.blocks(of: Double.self, .even, in: session), inputs: [:], in: session
      ).model
      let words = "\(E.name) (\(variant.name))"
      let rows = data.matrix(0..<50, of: Double.self)
      let (scores, all) = rows.withRows { (model.scores(of: $0), model.contributions(to: $0)) }
      try expect(
        all.rowCount == 50 && all.columnCount == data.columnCount
          && all.elements.allSatisfy(\.isFinite), "\(words) contributes what is no number")
      for row in 0..<50 {
        let alone = rows.withRows(row..<row + 1) { model.contributions(to: $0) }
        try expect(
          alone.elements.map(\.bitPattern) == all.row(row).map(\.bitPattern),
          "\(words): row \(row) alone has other contributions than in a batch")
        let sum = all.row(row).reduce(0, +)
        try expect(
          !model.contributionsSumToScore
            || abs(sum - scores[row]) <= 1e-9 * max(1, abs(scores[row])),
          "\(words): the contributions of row \(row) sum to \(sum), its score is \(scores[row])")
      }
    }
  }

  private static func survivesOddRows<E: AnomalyDetector>(_ type: E.Type, _ place: LawPlace) throws
  {
    let usual = (0..<40).map { [Double($0 % 7), Double($0 * $0 % 11)] }
    var cases: [(name: String, rows: [[Double]])] = [
      ("a constant column", usual.map { [$0[0], 3] }),
      ("all rows equal", usual.map { _ in [2, 3] }),
      ("one row", [[2, 3]]), ("two rows", [[2, 3], [4, 5]]),
      ("one column", usual.map { [$0[0]] }),
    ]
    if E.featureKinds.contains(.missing) {
      cases += [
        ("a column without values", usual.map { [$0[0], .nan] }),
        ("some missing", usual.map { [$0[0] == 3 ? .nan : $0[0], $0[1]] }),
        ("a row without values", usual.map { $0[0] == 3 && $0[1] == 1 ? [.nan, .nan] : $0 }),
      ]
    }
    for (name, rows) in cases {
      for variant in try LawVariant.all(of: type) {
        try survives(variant.estimator, rows, "\(E.name) (\(variant.name)) of \(name)", place)
      }
    }
  }

  private static func survives<E: AnomalyDetector>(
    _ estimator: E, _ rows: [[Double]], _ words: String, _ place: LawPlace
  ) throws {
    let child = try place.communicator.split(color: 0)
    let width = rows[0].count
    func matrix(_ rows: [[Double]]) -> Matrix<Double> {
      Matrix(rowCount: rows.count, columnCount: width, elements: rows.flatMap { $0 })
    }
    var model: E.Fitted?
    let failure = ending(of: child) {
      let session = lawSession(child)
      let own = child.rank == 0 ? rows : []
      model = try estimator.fit(
        BlockMatrix(matrix(own), in: session), inputs: [:], in: session
      ).model
    }
    if let failure {
      return try expect(
        failure.kind == .data || failure.kind == .usage, "\(words) ends with \(failure)")
    }
    guard let model else { return }
    let scores = matrix(rows).withRows { model.scores(of: $0) }
    try expect(scores.allSatisfy(\.isFinite), "\(words) scores its own rows \(scores)")
    // Strange ones: no crash; a number, or no score at all, and the same alone.
    let strange = [[Double]](
      [.infinity, -.infinity, .nan, 1e300, -0.0].map { [Double](repeating: $0, count: width) })
    let all = matrix(strange).withRows { model.scores(of: $0) }
    for (row, values) in strange.enumerated() {
      let alone = matrix([values]).withRows { model.scores(of: $0) }
      try expect(
        alone[0].bitPattern == all[row].bitPattern || alone[0].isNaN && all[row].isNaN,
        "\(words) scores a row of \(values[0]) otherwise in a batch")
      if E.featureKinds.contains(.missing) || !values[0].isNaN { continue }
      try expect(alone[0].isNaN, "\(words) scores missing numbers, which it does not know")
    }
    _ = matrix(strange).withRows { model.contributions(to: $0) }
  }
}
