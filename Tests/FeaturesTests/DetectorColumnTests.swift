import Martlet
import Testing

/// Columns as people have them on their way to a detector of anomalies.
struct DetectorColumnTests {
  /// 300 visits of which one has a city, an hour and an amount that no other one has.
  private let data: Dataset = {
    func isStrange(_ row: Int) -> Bool { row == 42 }
    let cities: [String?] = ["Lviv", "Odesa", nil]
    let city = (0..<300).map { row -> String? in isStrange(row) ? "Atlantis" : cities[row % 3] }
    let times = (0..<300).map { row -> Int64? in
      let hour = isStrange(row) ? 3 : 9 + row % 8
      return Int64(row / 8 * 24 + hour) * 3_600_000_000
    }
    let days = (0..<300).map { row -> Int32? in Int32(12_000 + row * 7 % 900) }
    let amounts = (0..<300).map { row -> Double? in
      if isStrange(row) { return 5000 }
      return row % 10 == 3 ? nil : Double(20 + row % 13)
    }
    let bad = (0..<300).map { row -> Int64? in isStrange(row) ? 1 : 0 }
    return Dataset(
      Frame([
        ("city", Column(city)), ("at", Column(timestamps: times)), ("since", Column(dates: days)),
        ("amount", Column(amounts)), ("bad", Column(bad)),
      ]))
  }()
  private let columns = ["city", "at", "since", "amount"]

  private func automatic(_ kinds: FeatureKinds, _ session: Session) throws -> AutoFeatures {
    try AutoFeatures(
      data.held(columns, in: session), columns: columns, named: [], fillsMissing: true, for: kinds,
      onlyRecurring: true, in: session)
  }

  @Test func `a method that knows missing numbers and categories gets them as they are`() throws {
    let session = Session(threads: 1)
    let found = try automatic([.missing, .categories], session)
    #expect(
      found.features == [
        "city_index", "at_weekday", "at_hour", "since_year", "since_month", "since_day",
        "since_weekday", "amount",
      ])
    #expect(found.notes.contains("amount: number, 30 missing, taken as missing"))
    #expect(found.notes.contains { $0.hasPrefix("city: text") && $0.hasSuffix("a category each") })
    let names = found.stages.map { type(of: $0).name }
    #expect(!names.contains("imputer") && !names.contains("one-hot-encoder"))
  }

  @Test func `others get them filled and one-hot`() throws {
    let found = try automatic([], Session(threads: 1))
    #expect(found.features == ["features"])
    let names = found.stages.map { type(of: $0).name }
    #expect(names.contains("imputer") && names.contains("one-hot-encoder"))
  }

  @Test(arguments: [
    "isolation-forest", "hbos", "ecod", "mahalanobis", "knn-anomaly",
  ])
  func `the strange visit is the strangest to each detector, and explained`(name: String) throws {
    let type = try #require(Catalog.estimators.first { $0.name == name })
    try check(type)
  }

  private func check<E: Estimator>(_ type: E.Type) throws {
    let session = Session(threads: 2)
    let found = try automatic(E.featureKinds, session)
    let stage = EstimatorStage(E(), features: found.features)
    let fit = try Pipeline(found.stages + [stage]).fit(data, in: session)
    let scored = try data.scored(by: fit.model.explaining(3)).collect(in: session)
    let scores = try #require(try scored.column("anomaly_score").numbers)
    #expect(scores.indices.max { scores[$0] < scores[$1] } == 42)
    #expect(try scored.column("is_anomaly")[42] == .bool(true))
    guard case .text(let reasons) = try scored.column("explanation")[42] else {
      Issue.record("no explanation")
      return
    }
    // By their heights amounts, in large units, hardly count.
    #expect(reasons.contains(E.name == HBOS.name ? "city" : "amount"), "\(reasons)")
    let report = try Scorer(fit.model, for: data.expectedSchema(), prefix: "new_").evaluate(
      data, label: "bad", in: session)
    #expect(report[.auc] == 1)
    #expect(report[.precisionAtN] == 1)
  }

  @Test func `a city that training never saw and a missing hour are scored by a forest`() throws {
    let session = Session(threads: 1)
    let found = try automatic([.missing, .categories], session)
    let type = try #require(Catalog.estimators.first { $0.name == "isolation-forest" })
    func fitted<E: Estimator>(_ type: E.Type) throws -> PipelineModel {
      try Pipeline(found.stages + [EstimatorStage(E(), features: found.features)]).fit(
        data, in: session
      ).model
    }
    let model = try fitted(type)
    let strange = Frame([
      ("city", Column(["Nowhere", nil] as [String?])), ("at", Column(timestamps: [nil, 0])),
      ("since", Column(dates: [12_000, nil])), ("amount", Column([nil, 21] as [Double?])),
    ])
    let scores = try Scorer(model, for: strange.schema).score(strange)
    for row in 0..<2 {
      guard case .number(let score) = try scores.column("anomaly_score")[row] else {
        Issue.record("row \(row) has no score")
        continue
      }
      #expect(score > 0 && score < 1)
    }
  }

  /// The scores of a row each in a city of training, without one, and in one that it never saw.
  private func scoresOfCities<E: Estimator>(_ type: E.Type) throws -> [Value] {
    let session = Session(threads: 1)
    let found = try automatic(E.featureKinds, session)
    let model = try Pipeline(found.stages + [EstimatorStage(E(), features: found.features)]).fit(
      data, in: session
    ).model
    let rows = Frame([
      ("city", Column(["Lviv", nil, "Nowhere"])),
      ("at", Column(timestamps: [Int64](repeating: 10 * 3_600_000_000, count: 3))),
      ("since", Column(dates: [12_000, 12_000, 12_000])),
      ("amount", Column([Double](repeating: 21, count: 3))),
    ])
    let scores = try Scorer(model, for: rows.schema).score(rows).column("anomaly_score")
    return (0..<3).map { scores[$0] }
  }

  @Test(arguments: [
    "isolation-forest", "hbos", "ecod", "copod", "mahalanobis", "knn-anomaly", "lof",
  ])
  func `a city never seen is stranger than a gap that training knew`(name: String) throws {
    let type = try #require(Catalog.estimators.first { $0.name == name })
    let scores = try scoresOfCities(type)
    guard case .number(let gap) = scores[1], case .number(let unseen) = scores[2] else {
      Issue.record("\(scores)")
      return
    }
    #expect(unseen > gap)
  }

  @Test func `a gap where training had none gives no score, and stops nobody`() throws {
    let session = Session(threads: 1)
    let names = ["city", "x"]
    let data = Dataset(
      Frame([
        ("city", Column((0..<60).map { ["a", "b", "c"][$0 % 3] })),
        ("x", Column((0..<60).map { Double($0 * 7 % 11) })),
      ]))
    let found = try AutoFeatures(
      data.held(names, in: session), columns: names, named: [], fillsMissing: true, in: session)
    let model = try Pipeline(
      found.stages + [EstimatorStage(Mahalanobis(), features: found.features)]
    ).fit(data, in: session).model
    let rows = Frame([
      ("city", Column(["a", "b"])), ("x", Column([nil, 3] as [Double?])),
    ])
    let scores = try Scorer(model, for: rows.schema).score(rows).column("anomaly_score")
    #expect(scores.isMissing(0) && !scores.isMissing(1))
  }
}
