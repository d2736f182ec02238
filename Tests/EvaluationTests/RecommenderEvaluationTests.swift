import Foundation
import Martlet
import Testing

/// A recommender judged on test data, against lists that are made and judged by hand.
@Suite struct RecommenderEvaluationTests {
  private func byHand(
    _ sample: RecommenderCase, from least: Double? = nil, seen: Bool = false,
    _ score: (_ user: Int, _ item: Int) -> Float
  ) throws -> EvaluationReport {
    let havers = (0..<sample.itemCount).map { item in
      sample.history.count { $0.contains { Int($0.item) == item } }
    }
    var lists = try RankingEvaluation(
      itemCount: sample.itemCount, cutoffs: [2, 5],
      audience: .init(itemCounts: havers, userCount: sample.userCount))
    for user in 0..<sample.userCount {
      // Who chose nothing is no user of the test data, or one who is left out: both say nothing.
      let chosen = sample.chosen(user, from: least, seen: seen)
      if chosen == RelevantItems([]) { continue }
      lists.append(
        user: user, ranked: sample.ranked(user, seen: seen) { score(user, $0) }, relevant: chosen)
    }
    return try lists.report()
  }

  /// The mean over users of the area, pair by pair.
  private func areaByHand(
    _ sample: RecommenderCase, _ score: (_ user: Int, _ item: Int) -> Float
  ) -> Double {
    var areas: [Double] = []
    for user in 0..<sample.userCount {
      let open = sample.ranked(user) { score(user, $0) }.map { Int($0) }
      let chosen = sample.whole.filter { $0.user == sample.userName(user) }
        .filter { !sample.isImplicit || $0.rating > 0 }.map(\.item)
      let isChosen = open.map { chosen.contains(sample.itemName($0)) }
      var (won, pairs) = (0.0, 0.0)
      for (one, first) in open.enumerated() where isChosen[one] {
        for (other, second) in open.enumerated() where !isChosen[other] {
          let (high, low) = (score(user, first), score(user, second))
          won += high > low ? 1 : high == low ? 0.5 : 0
          pairs += 1
        }
      }
      if pairs > 0 { areas.append(won / pairs) }
    }
    return areas.reduce(0, +) / Double(areas.count)
  }

  private var options: EvaluationOptions {
    var options = EvaluationOptions()
    options.cutoffs = [5, 2]
    return options
  }

  @Test(arguments: [false, true], [0, 3])
  func `the lists are those of the scores, and so is what they are worth`(
    isImplicit: Bool, rank: Int
  ) throws {
    for seed in 0..<25 as Range<UInt64> {
      let sample = RecommenderCase(seed: seed, isImplicit: isImplicit, rank: rank)
      let report = try sample.model().evaluate(sample.data(), options: options, in: Session())
      let expected = try byHand(sample) { sample.score($0, $1) }
      for figure in expected.metrics { #expect(report[figure.name] == figure, "seed \(seed)") }
      #expect(report.userCount == expected.rowCount)
      let area = areaByHand(sample) { sample.score($0, $1) }
      #expect((report[.userAUC] - area).magnitude < 1e-14, "seed \(seed)")
      let beside = try byHand(sample) { Float(sample.popularity($1)) }
      let baseline = try #require(report.baseline)
      #expect(baseline.name == "popularity")
      for figure in beside.metrics { #expect(baseline[figure.name] == figure, "seed \(seed)") }
      let isWorse = report[.ndcg(at: 2)] < (baseline["ndcg@2"]?.value ?? .nan)
      #expect(report.warnings.contains { $0.contains("same list for everybody") } == isWorse)
      let usual = areaByHand(sample) { Float(sample.popularity($1)) }
      #expect(((baseline["auc"]?.value ?? .nan) - usual).magnitude < 1e-14, "seed \(seed)")
    }
  }

  @Test func `what counts as chosen, and what was seen, can be said`() throws {
    let sample = RecommenderCase(seed: 40, isImplicit: false)
    var options = options
    options.relevantFrom = 3
    options.includesSeen = true
    let report = try sample.model().evaluate(sample.data(), options: options, in: Session())
    let expected = try byHand(sample, from: 3, seen: true) { sample.score($0, $1) }
    for figure in expected.metrics { #expect(report[figure.name] == figure, "\(figure.name)") }
    #expect(!report.warnings.contains { $0.contains("training data") })
  }

  @Test func `explicit ratings are predicted, and beside them by the mean of each item`() throws {
    let sample = RecommenderCase(seed: 41, isImplicit: false)
    let report = try sample.model().evaluate(sample.data(), options: options, in: Session())
    var (squares, means, sizes) = ([Double](), [Double](), [Double]())
    let all = sample.history.flatMap { $0.map { Double($0.value) } }
    let overall = all.reduce(0, +) / Double(all.count)
    for row in sample.whole {
      guard let user = (0..<sample.userCount).first(where: { sample.userName($0) == row.user }),
        let item = (0..<sample.itemCount).first(where: { sample.itemName($0) == row.item })
      else { continue }
      let bias = Double(sample.factors.userBias?[user] ?? 0)
      let error = row.rating - (3 + bias + Double(sample.score(user, item)))
      squares.append(error * error)
      sizes.append(abs(error))
      let own = sample.history.flatMap { $0.filter { Int($0.item) == item }.map(\.value) }
      let sum = own.reduce(0) { $0 + Double($1) }
      let mean = (sum + 10 * overall) / Double(own.count + 10)
      means.append((row.rating - mean) * (row.rating - mean))
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    #expect((report[.rmse] - mean(squares).squareRoot()).magnitude < 1e-12)
    #expect((report[.mae] - mean(sizes)).magnitude < 1e-12)
    let beside = report.baseline?["rmse"]?.value ?? .nan
    #expect((beside - mean(means).squareRoot()).magnitude < 1e-12)
    #expect(squares.count > 40)
    let implicit = RecommenderCase(seed: 41, isImplicit: true)
    let other = try implicit.model().evaluate(implicit.data(), options: options, in: Session())
    #expect(other["rmse"] == nil && other.baseline?["rmse"] == nil)
  }

  @Test func `what cannot be judged is counted and said`() throws {
    let sample = RecommenderCase(seed: 42, isImplicit: true)
    let report = try sample.model().evaluate(sample.data(), options: options, in: Session())
    let strangers = sample.whole.count { $0.user == sample.userName(sample.userCount) }
    let news = sample.whole.count { row in
      row.user != sample.userName(sample.userCount)
        && !(0..<sample.itemCount).contains { sample.itemName($0) == row.item }
    }
    let pairs = Set(
      sample.whole.filter { $0.rating > 0 }.compactMap { row -> String? in
        let user = (0..<sample.userCount).first { sample.userName($0) == row.user }
        guard let user,
          sample.history[user].contains(where: {
            sample.itemName(Int($0.item)) == row.item
          })
        else { return nil }
        return "\(row.user) \(row.item)"
      })
    #expect(strangers > 0 && news > 0 && !pairs.isEmpty)
    #expect(report.rowCount == sample.whole.count - strangers)
    #expect(report.skippedRowCount == 3 + strangers)
    for (count, words) in [
      (3, "no user, item or rating"), (strangers, "users that the model does not know"),
      (news, "items that the model does not know"), (pairs.count, "user's training data"),
    ] {
      #expect(
        report.warnings.contains { $0.hasPrefix("\(count) ") && $0.contains(words) },
        "\(count) \(words): \(report.warnings)")
    }
  }

  @Test func `users are told apart by their activity, in quarters that hold all of them`() throws {
    let sample = RecommenderCase(seed: 43, isImplicit: true)
    let report = try sample.model().evaluate(sample.data(), options: options, in: Session())
    #expect(report.groups.count > 1 && report.groups.count <= 4)
    #expect(report.groups.reduce(0) { $0 + $1.rowCount } == report.userCount)
    #expect(report.baseline?.groups.map(\.name) == report.groups.map(\.name))
    var last = 0
    for group in report.groups {
      let words = group.name.split(separator: " ").map(String.init)
      let ends = words.compactMap { Int($0) }
      let (least, most) = (try #require(ends.first), try #require(ends.last))
      #expect(least > last && group.name.hasSuffix(" ratings"))
      last = most
      let members = (0..<sample.userCount).filter { user in
        (least...most).contains(sample.history[user].count)
          && sample.chosen(user, from: nil) != RelevantItems([])
      }
      #expect(group.rowCount == members.count, "\(group.name)")
      var lists = try RankingEvaluation(itemCount: sample.itemCount, cutoffs: [2, 5])
      for user in members {
        lists.append(
          user: user, ranked: sample.ranked(user) { sample.score(user, $0) },
          relevant: sample.chosen(user, from: nil))
      }
      let expected = try lists.report()
      #expect(group["ndcg@5"] == expected["ndcg@5"] && group["map"] == expected["map"])
    }
  }

  @Test func `a model without a history is judged as far as it can be`() throws {
    let sample = RecommenderCase(seed: 44, isImplicit: true)
    let report = try sample.model(remembers: false).evaluate(
      sample.data(), options: options, in: Session())
    #expect(report["novelty@5"] == nil && report.groups.isEmpty)
    #expect(report.warnings.contains { $0.contains("keeps no history") })
    // Its items stand in the order of how popular they are.
    let beside = try byHand(sample, seen: true) { Float(-$1) }
    #expect(report.baseline?["ndcg@5"]?.value == beside["ndcg@5"]?.value)
  }

  @Test func `figures that need whole rankings are left out where nobody wants them`() throws {
    let sample = RecommenderCase(seed: 45, isImplicit: true)
    var options = options
    let whole = try sample.model().evaluate(sample.data(), options: options, in: Session())
    options.metrics = ["ndcg@5"]
    let report = try sample.model().evaluate(sample.data(), options: options, in: Session())
    #expect(report["auc"] == nil && report["map"] == nil)
    #expect(report["ndcg@5"] == whole["ndcg@5"] && whole["auc"] != nil)
  }

  @Test func `nobody known is an error, and so is a column that is not there`() throws {
    var sample = RecommenderCase(seed: 46, isImplicit: true)
    sample.rows = [("stranger", sample.itemName(1), 1)]
    let failure = #expect(throws: Failure.self) {
      try sample.model().evaluate(sample.data(), in: Session())
    }
    #expect(failure?.kind == .data)
    let frame = Frame([("who", Column([Optional("u0")]))])
    let missing = #expect(throws: Failure.self) {
      try sample.model().evaluate(Dataset(FrameSource(frame, rowsPerSplit: 4)), in: Session())
    }
    #expect(missing?.message.contains("what") == true)
  }

  /// The rows of the training data itself, which no list can hold again.
  private func training(_ sample: RecommenderCase) -> RecommenderCase {
    var again = sample
    again.rows = sample.history.indices.flatMap { user in
      sample.history[user].map {
        (sample.userName(user), sample.itemName(Int($0.item)), Double($0.value))
      }
    }
    return again
  }

  @Test func `errors of ratings need no list, so no user who chose something new`() throws {
    let sample = training(RecommenderCase(seed: 48, isImplicit: false))
    var options = options
    options.metrics = ["rmse"]
    let report = try sample.model().evaluate(sample.data(), options: options, in: Session())
    #expect(report["rmse"]?.value ?? .nan > 0 && report.baseline?["rmse"] != nil)
    #expect(report.userCount == nil && report.groups.isEmpty && report.warnings.isEmpty)
    #expect(report.metrics.allSatisfy { ["rmse", "mae"].contains($0.name) })
    // Where lists are wanted, too, they are undefined, and it is said why and what to do.
    options.metrics = ["rmse", "ndcg@5"]
    let both = try sample.model().evaluate(sample.data(), options: options, in: Session())
    #expect(both["rmse"] == report["rmse"])
    #expect(both["ndcg@5"]?.isUndefined == true && both.userCount == 0)
    for words in ["no user to judge a ranking by", "--include-seen", "user's training data"] {
      #expect(both.warnings.contains { $0.contains(words) }, "\(words): \(both.warnings)")
    }
    let all = try sample.model().evaluate(sample.data(), options: self.options, in: Session())
    #expect(all["map"]?.isUndefined == true && all["mae"] == report["mae"])
  }

  @Test func `why nobody can be judged is said with counts, and what to do`() throws {
    var sample = RecommenderCase(seed: 46, isImplicit: true)
    sample.rows = (0..<3).map { ("stranger", sample.itemName($0), 1) }
    let strangers = #expect(throws: Failure.self) {
      try sample.model().evaluate(sample.data(), in: Session())
    }
    #expect(strangers?.causes.contains { $0.hasPrefix("3 ratings are of users") } == true)
    #expect(strangers?.hint?.contains("--history") == true)
    let seen = training(sample)
    let failure = #expect(throws: Failure.self) {
      try seen.model().evaluate(seen.data(), in: Session())
    }
    #expect(failure?.causes.contains { $0.contains("user's training data") } == true)
    #expect(failure?.hint?.contains("--include-seen") == true)
    let explicit = RecommenderCase(seed: 46, isImplicit: false)
    var options = options
    options.metrics = ["mae"]
    var others = explicit
    others.rows = sample.rows
    let unknown = #expect(throws: Failure.self) {
      try explicit.model().evaluate(others.data(), options: options, in: Session())
    }
    #expect(unknown?.causes.contains { $0.hasPrefix("3 ratings are of users") } == true)
  }

  @Test(arguments: [false, true], [false, true])
  func `it is known beforehand by what a recommender can be judged`(
    isImplicit: Bool, remembers: Bool
  ) throws {
    let sample = RecommenderCase(seed: 49, isImplicit: isImplicit)
    let model = try sample.model(remembers: remembers)
    let report = try model.evaluate(sample.data(), options: options, in: Session())
    #expect(try model.metrics(cutoffs: [5, 2]) == report.metrics.map(\.metric))
    let words = "the model keeps no history"
    let warning = report.warnings.first { $0.contains(words) }
    #expect((warning == nil) == remembers)
    // Popularity's errors are those of the means that a history tells.
    #expect(warning?.contains("rmse and mae") ?? false == (!remembers && !isImplicit))
    #expect((report.baseline?["rmse"] != nil) == (remembers && !isImplicit))
  }

  @Test(arguments: [[0], [-3], [1_000_001], [5, .max], [], Array(1...101)])
  func `lists are judged at some places within reason`(cutoffs: [Int]) throws {
    let sample = RecommenderCase(seed: 50, isImplicit: true)
    var options = options
    options.cutoffs = cutoffs
    let failure = #expect(throws: Failure.self) {
      try sample.model().evaluate(sample.data(), options: options, in: Session())
    }
    #expect(failure?.kind == .usage)
    let other = #expect(throws: Failure.self) {
      try RankingEvaluation(itemCount: 5, cutoffs: cutoffs)
    }
    #expect(failure?.message == other?.message)
  }

  @Test func `lists of more places than there are items are those of all items`() throws {
    let sample = RecommenderCase(seed: 50, isImplicit: true)
    var options = options
    options.cutoffs = [sample.itemCount, RankingEvaluation.longestList]
    let report = try sample.model().evaluate(sample.data(), options: options, in: Session())
    for name in ["recall", "hit_rate", "mrr", "coverage", "novelty", "gini"] {
      let (all, more) = (options.cutoffs[0], options.cutoffs[1])
      let figure = try #require(report["\(name)@\(all)"])
      #expect(report["\(name)@\(more)"]?.value == figure.value, "\(name)")
    }
  }

  @Test(arguments: [false, true])
  func `workers, threads and splits do not show, to the bit`(isImplicit: Bool) throws {
    struct Bits: Equatable, Sendable {
      var figures: [String]
      var warnings: [String]
    }
    let sample = RecommenderCase(seed: 47, isImplicit: isImplicit)
    func bits(workers: Int, threads: Int, rowsPerSplit: Int) throws -> [Bits] {
      try Communicator.withThreads(workers) { communicator in
        let session = Session(communicator: communicator, threads: threads, seed: 3)
        var options = options
        options.intervals = .init(level: 0.9, resampleCount: 7)
        let report = try sample.model().evaluate(
          sample.data(rowsPerSplit: rowsPerSplit), options: options, in: session)
        let all =
          report.metrics + (report.baseline?.metrics ?? []) + report.groups.flatMap(\.metrics)
          + (report.baseline?.groups ?? []).flatMap(\.metrics)
        return Bits(
          figures: all.map { figure in
            let ends = figure.interval.map {
              "\($0.lowerBound.bitPattern) \($0.upperBound.bitPattern)"
            }
            return "\(figure.name) \(figure.value.bitPattern) \(ends ?? "")"
          }, warnings: report.warnings)
      }
    }
    let alone = try bits(workers: 1, threads: 1, rowsPerSplit: 1000)[0]
    #expect(alone.figures.count > 60)
    for (workers, threads, rowsPerSplit) in [(1, 2, 7), (2, 1, 11), (3, 2, 5), (4, 2, 20)] {
      for found in try bits(workers: workers, threads: threads, rowsPerSplit: rowsPerSplit) {
        #expect(found == alone, "\(workers) workers, \(threads) threads")
      }
    }
  }
}
