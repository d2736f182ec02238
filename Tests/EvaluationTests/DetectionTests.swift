import Martlet
import Testing

/// Scores of anomalies beside rows that are known to be some.
@Suite struct DetectionTests {
  private func evaluate(
    _ scores: [Double?], _ labels: [String?], threshold: Double? = nil, weights: [Double]? = nil,
    options: EvaluationOptions = EvaluationOptions(), workers: Int = 1
  ) throws -> EvaluationReport {
    var columns = [("x", Column(scores)), ("y", Column(labels))]
    if let weights { columns.append(("w", Column(weights.map { Optional($0) }))) }
    let source = FrameSource(Frame(columns), name: "scores", rowsPerSplit: 7)
    let reports: [EvaluationReport] = try Communicator.withThreads(workers, patience: 60) { group in
      let data = Dataset(source)
      return try Scorer(
        SummingDetector("x", threshold: threshold), for: data.expectedSchema(), prefix: "new_"
      ).evaluate(
        data, label: "y", weight: weights == nil ? nil : "w", options: options,
        in: Session(communicator: group, threads: 2))
    }
    return reports[0]
  }

  /// 60 rows of which each fifth is an anomaly, with ties.
  private static let scores: [Double] = (0..<60).map { (row: Int) -> Double in
    Double((row * 37) % 17 + (row % 5 == 0 ? 4 : 0))
  }
  private static let labels = (0..<60).map { $0 % 5 == 0 ? "fraud" : "usual" }

  /// Of all pairs of an anomaly and another row the share in order, ties half.
  private func slowAUC(_ weights: [Double]) -> Double {
    var (good, all) = (0.0, 0.0)
    for a in 0..<60 where Self.labels[a] == "fraud" {
      for b in 0..<60 where Self.labels[b] == "usual" {
        let pair = weights[a] * weights[b]
        all += pair
        good +=
          pair * (Self.scores[a] > Self.scores[b] ? 1 : Self.scores[a] == Self.scores[b] ? 0.5 : 0)
      }
    }
    return good / all
  }

  /// The mean share of anomalies among the first so many rows over all orders of rows that tie.
  private func slowPrecision(_ weights: [Double]) -> Double {
    let wanted = (0..<60).filter { Self.labels[$0] == "fraud" }.reduce(0) { $0 + weights[$1] }
    var (left, found) = (wanted, 0.0)
    for score in Set(Self.scores).sorted(by: >) where left > 0 {
      let tied = (0..<60).filter { Self.scores[$0] == score }
      let all = tied.reduce(0) { $0 + weights[$1] }
      let own = tied.filter { Self.labels[$0] == "fraud" }.reduce(0) { $0 + weights[$1] }
      found += all > 0 ? own * min(left, all) / all : 0
      left -= all
    }
    return found / wanted
  }

  @Test(arguments: [false, true], [1, 3])
  func `the figures are those of the textbook`(isWeighted: Bool, workers: Int) throws {
    let weights = (0..<60).map { isWeighted ? Double($0 % 4) / 2 : 1 }
    let report = try evaluate(
      Self.scores, Self.labels, threshold: 12, weights: isWeighted ? weights : nil,
      workers: workers)
    #expect(report.positive == "fraud", "the rarer label stands for anomalies")
    #expect(abs(report[.auc] - slowAUC(weights)) < 1e-14)
    #expect(abs(report[.precisionAtN] - slowPrecision(weights)) < 1e-14)
    func weight(_ holds: (Int) -> Bool) -> Double {
      (0..<60).filter(holds).reduce(0) { $0 + weights[$1] }
    }
    let hits = weight { Self.scores[$0] >= 12 && Self.labels[$0] == "fraud" }
    let alarms = weight { Self.scores[$0] >= 12 }
    #expect(report[.precision] == hits / alarms)
    #expect(report[.recall] == hits / weight { Self.labels[$0] == "fraud" })
    #expect(report[.alarmShare] == alarms / weight { _ in true })
    #expect(report.rowCount == 60)
  }

  @Test func `average precision and precision at n of a small ranking by hand`() throws {
    // From the top: fraud, usual, fraud, usual, usual.
    let report = try evaluate([5, 4, 3, 2, 1], ["f", "u", "f", "u", "u"])
    #expect(abs(report[.averagePrecision] - (1 + 2.0 / 3) / 2) < 1e-15)
    #expect(report[.precisionAtN] == 0.5)
    #expect(abs(report[.auc] - 5.0 / 6) < 1e-15)
    #expect(report["precision"] == nil, "there is no threshold that decides")
  }

  @Test(arguments: [false, true])
  func `the cheapest threshold is the cheapest of all`(isWeighted: Bool) throws {
    let weights = (0..<60).map { isWeighted ? Double($0 % 4) / 2 : 1 }
    func cost(_ threshold: Double) -> Double {
      (0..<60).reduce(0) { sum, row in
        let isAlarm = Self.scores[row] >= threshold
        let missed = Self.labels[row] == "fraud" && !isAlarm
        return sum + weights[row] * ((isAlarm ? 3 : 0) + (missed ? 20 : 0))
      }
    }
    var options = EvaluationOptions()
    options.costs = .init(ofMiss: 20, ofAlarm: 3)
    let report = try evaluate(
      Self.scores, Self.labels, threshold: 12, weights: isWeighted ? weights : nil,
      options: options, workers: 2)
    let all = Set(Self.scores).map { (cost: cost($0), score: $0) }
    let best = try #require(all.min { ($0.cost, -$0.score) < ($1.cost, -$1.score) })
    #expect(report["leastCost"]?.value == best.cost)
    #expect(report["thresholdOfLeastCost"]?.value == best.score)
    #expect(report["cost"]?.value == cost(12))
  }

  @Test func `no alarm is cheapest where alarms cost more than misses`() throws {
    var options = EvaluationOptions()
    options.costs = .init(ofMiss: 1, ofAlarm: 5)
    let report = try evaluate([3, 2, 1], ["f", "u", "u"], options: options)
    #expect(report["leastCost"]?.value == 1)
    #expect(report["thresholdOfLeastCost"]?.isUndefined == true)
    #expect(report.warnings.isEmpty)
    options.costs = .init(ofMiss: -1, ofAlarm: 5)
    #expect(throws: Failure.self) { try evaluate([3, 2], ["f", "u"], options: options) }
  }

  @Test func `intervals hold the figures, and rows without label or score are counted`() throws {
    var options = EvaluationOptions()
    options.intervals = .init(level: 0.9, resampleCount: 64)
    let report = try evaluate(
      Self.scores + [nil, 3], Self.labels + ["usual", nil], threshold: 12, options: options)
    #expect(report.skippedRowCount == 2)
    #expect(report.rowCount == 60)
    for figure in report.metrics {
      let interval = try #require(figure.interval, "\(figure.name) has no interval")
      #expect(interval.contains(figure.value), "\(figure.name)")
      #expect(interval.lowerBound < interval.upperBound, "\(figure.name)")
    }
  }

  @Test func `a model that reads the label it is judged by is said to know the answer`() throws {
    func warnings(_ model: SummingDetector) throws -> [String] {
      let data = Dataset(
        Frame([("x", Column([1.0, 2, 3, 4])), ("fraud", Column([0.0, 0, 1, 1]))]))
      return try Scorer(model, for: data.expectedSchema(), prefix: "new_").evaluate(
        data, label: "fraud", in: Session(threads: 1)
      ).warnings
    }
    #expect(try warnings(SummingDetector("x")).isEmpty)
    let told = try warnings(SummingDetector("x", "fraud"))
    #expect(told.count == 1 && told[0].contains("--label fraud"))
  }

  @Test func `which label stands for anomalies can be said, and must be among three`() throws {
    var options = EvaluationOptions()
    options.positive = "usual"
    let turned = try evaluate(Self.scores, Self.labels, options: options)
    #expect(abs(turned[.auc] - (1 - slowAUC([Double](repeating: 1, count: 60)))) < 1e-14)
    let failure = #expect(throws: Failure.self) {
      try evaluate([1, 2, 3], ["a", "b", "c"])
    }
    #expect(failure?.hint?.contains("--positive") == true)
    #expect(throws: Failure.self) { try evaluate([1, 2], ["a", "a"]) }
    options.positive = "c"
    #expect(try evaluate([1, 2, 3], ["a", "b", "c"], options: options)[.auc] == 1)
  }
}

/// Scores of anomalies that stand in the data.
@Suite struct ScoredAnomalyTests {
  private let scores: [Double?] = [0.9, 0.1, 0.8, 0.4, 0.3, nil, 0.2, 0.7]
  private let labels = ["f", "u", "u", "f", "u", "u", "u", "f"]

  private func judged(
    _ alarms: Column?, _ change: (inout ScoredColumns) -> Void = { _ in },
    options: EvaluationOptions = EvaluationOptions()
  ) throws -> EvaluationReport {
    var named = [("truth", Column(labels.map { Optional($0) })), ("anomaly_score", Column(scores))]
    if let alarms { named.append(("is_anomaly", alarms)) }
    var columns = ScoredColumns(label: "truth")
    change(&columns)
    return try Dataset(Frame(named)).evaluate(columns, options: options, in: Session(threads: 2))
  }

  @Test func `they are judged as the scores of a detector are`() throws {
    // 3 frauds and 4 others: of 12 pairs, 0.9 wins 4, 0.4 wins 3, 0.7 wins 3.
    let report = try judged(Column([true, false, true, false, false, nil, false, true]))
    #expect(report[.auc] == 10.0 / 12)
    #expect(report[.precisionAtN] == 2.0 / 3)
    #expect(report[.precision] == 2.0 / 3 && report[.recall] == 2.0 / 3)
    #expect(report.rowCount == 7 && report.skippedRowCount == 1)
    // Alarms of 0 and 1 are alarms, too.
    let coded = try judged(Column([1, 0, 1, 0, 0, nil, 0, 1] as [Int64?]))
    #expect(coded[.precision] == report[.precision])
    #expect(try judged(nil)[.precision].isNaN)
  }

  @Test func `a threshold and costs are taken from outside`() throws {
    var options = EvaluationOptions()
    options.costs = .init(ofMiss: 10, ofAlarm: 1)
    let report = try judged(
      Column([Bool?](repeating: false, count: 8)), { $0.threshold = 0.4 }, options: options)
    #expect(report[.recall] == 1 && report["cost"]?.value == 4)
    #expect(report["thresholdOfLeastCost"]?.value == 0.4)
    #expect(throws: Failure.self) {
      try judged(nil, { $0.kind = .regression }, options: options)
    }
    #expect(throws: Failure.self) { try judged(nil, { $0.prediction = "p_anomaly_score" }) }
  }
}

/// What a detector says of rows beside their scores.
@Suite struct ExplanationTests {
  private func scored(_ pipeline: PipelineModel, _ columns: [(String, Column)]) throws -> Frame {
    let frame = Frame(columns)
    return try Scorer(pipeline, for: frame.schema).score(frame)
  }

  @Test func `the features that add most are named, largest first`() throws {
    let pipeline = try PipelineModel(SummingDetector("a", "b", "c")).explaining(2)
    let frame = try scored(
      pipeline,
      [
        ("a", Column([1.0, -2, 0.5, nil])), ("b", Column([1234.5678, -1, 0.5, 1])),
        ("c", Column([0.012_345_6, -1, 3, 1])),
      ])
    #expect(frame.schema.names == ["anomaly_score", "explanation"])
    let texts = try (0..<4).map { try frame.column("explanation")[$0] }
    #expect(
      texts
        == [.text("b: 1235, a: 1"), .text("b: -1, c: -1"), .text("c: 3, a: 0.5"), .missing])
  }

  @Test func `a row alone is explained as in a batch`() throws {
    let pipeline = try PipelineModel(SummingDetector("a")).explaining(1)
    let row = RowScorer(
      try Scorer(pipeline, for: Schema([Schema.Field("a", .float64)])))
    try row.set(0, 2.5)
    #expect(try row.score())
    #expect(row[0] == .number(2.5))
    #expect(row[1] == .text("a: 2.5"))
  }

  @Test func `another threshold decides otherwise, and none decides nothing`() throws {
    let model = try PipelineModel(SummingDetector("a", threshold: 2))
    let columns = [("a", Column([1.0, 2, 3] as [Double?]))]
    func alarms(_ model: PipelineModel) throws -> [Value] {
      let frame = try scored(model, columns)
      return try (0..<3).map { try frame.column("is_anomaly")[$0] }
    }
    #expect(try alarms(model) == [.bool(false), .bool(true), .bool(true)])
    let stricter = try model.with(threshold: AnomalyThreshold(score: 2.5))
    #expect(try alarms(stricter) == [.bool(false), .bool(false), .bool(true)])
    let none = try model.with(threshold: nil)
    #expect(try scored(none, columns).schema.names == ["anomaly_score"])
  }

  @Test func `other models have nothing to explain`() throws {
    let model = try PipelineModel(DoublingRegressor())
    #expect(throws: Failure.self) { try model.explaining(1) }
    #expect(throws: Failure.self) { try model.with(threshold: nil) }
  }
}
