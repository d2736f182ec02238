import Martlet
import Testing

/// Users whom a recommender never saw, judged by the lists that it makes them from what they did.
@Suite struct RecommenderHistoryTests {
  private typealias Row = (user: Int64, item: Int64, rating: Double)

  private static let itemCount: Int64 = 31

  /// What users rate: each some items, by a taste of their own.
  private static func rows(_ users: Range<Int64>, _ part: Int64) -> [Row] {
    users.flatMap { user in
      (0..<itemCount).compactMap { item -> Row? in
        let number = (user * 37 + item * 53 + user * item * 7) % 29
        // Of each user's items a third to learn from, a third to be shown, a third to be found.
        guard number < 17, number % 3 == part || (part == 1 && number == 6) else { return nil }
        return (user, item, Double((user * item + item) % 5 + 1))
      }
    }
  }

  private static let learned = rows(0..<25, 0)
  /// Of users known and new, one of whom only has an item that nobody knows.
  private static let shown = rows(20..<38, 1) + [(20, 900, 4), (50, 901, 5)]
  /// Of these, of known users beside them, and of two who have shown nothing of use.
  private static let found = rows(15..<38, 2) + [(30, 902, 5), (50, 1, 5), (60, 2, 3)]

  private static func data(_ rows: [Row], rowsPerSplit: Int = 1000) -> Dataset {
    Dataset(
      FrameSource(
        Frame([
          ("user", Column(rows.map { Optional($0.user) })),
          ("item", Column(rows.map { Optional($0.item) })),
          ("rating", Column(rows.map { Optional($0.rating) })),
        ]), rowsPerSplit: rowsPerSplit))
  }

  enum Kind: CaseIterable {
    case explicit, biased, implicit, forgetful, popularity

    func model() throws -> any RecommenderModel {
      let session = Session(threads: 1)
      if self == .popularity { return try Popularity().fit(data(learned), in: session).model }
      return try ALS {
        $0.rank = 3
        $0.maxIterations = 4
        $0.implicit = self == .implicit
        $0.biases = self == .biased
        $0.forgetHistory = self == .forgetful
      }.fit(data(learned), in: session).model
    }
  }

  private static func options(_ names: [String]? = nil) -> EvaluationOptions {
    var options = EvaluationOptions()
    options.cutoffs = [3, 10]
    options.metrics = names
    return options
  }

  /// Items and scores that are recommended to each user, from the list of all.
  private func lists(
    _ model: any RecommenderModel, _ fresh: NewRatings, seen: Bool
  ) throws -> [Int64: [(item: Int64, score: Double)]] {
    let users = Column(Set(Self.found.map(\.user)).sorted().map { Optional($0) })
    let wishes = ListWishes {
      $0.top = Int(Self.itemCount)
      $0.includesSeen = seen
      $0.unknownUsers = .drop
    }
    let table = try model.recommendations(
      wishes, for: ListTargets(users, among: model.users), with: fresh
    ).collect(in: Session(threads: 1))
    var lists: [Int64: [(item: Int64, score: Double)]] = [:]
    for row in 0..<table.rowCount {
      guard case .integer(let user) = table.columns[0][row],
        case .integer(let item) = table.columns[1][row],
        case .number(let score) = table.columns[3][row]
      else { continue }
      lists[user, default: []].append((item, score))
    }
    return lists
  }

  @Test(arguments: Kind.allCases)
  func `they are judged by the very lists and scores that are recommended to them`(
    kind: Kind
  ) throws {
    let model = try kind.model()
    let fresh = try NewRatings(Self.data(Self.shown), for: model, in: Session())
    let report = try model.evaluate(
      Self.data(Self.found), history: fresh, options: Self.options(), in: Session())
    let shown = try lists(model, fresh, seen: false)
    let scored = try lists(model, fresh, seen: true)
    let havers = (0..<model.items.count).map { place in
      Self.learned.count { "\($0.item)" == model.items.text(place) }
    }
    var expected = try RankingEvaluation(
      itemCount: model.items.count, cutoffs: [3, 10],
      audience: model.history == nil
        ? nil : .init(itemCounts: havers, userCount: model.users.count))
    var (errors, judged) = ([Double](), 0)
    // Users of whom nothing of use was shown are as unknown as ever, to every model.
    for user in Set(Self.found.map(\.user)).subtracting([50, 60]).sorted() {
      let own = Self.found.filter { $0.user == user }
      judged += own.count
      let list = try #require(shown[user])
      var (items, gains, unknown) = ([Int32](), [Double](), [Double]())
      for row in own {
        guard let place = model.items.place(of: "\(row.item)") else {
          unknown.append(row.rating)
          continue
        }
        if let score = scored[user]?.first(where: { $0.item == row.item })?.score {
          errors.append((row.rating - score) * (row.rating - score))
        }
        // What is on no list was seen.
        guard list.contains(where: { $0.item == row.item }) else { continue }
        items.append(place)
        gains.append(row.rating)
      }
      expected.append(
        user: Int(user), ranked: list.compactMap { model.items.place(of: "\($0.item)") },
        relevant: RelevantItems(items, gains: gains, unknownGains: unknown))
    }
    let figures = try expected.report().metrics
    #expect(figures.count > 20)
    for figure in figures where figure.name.contains("@") {
      #expect(report[figure.name] == figure, "\(figure.name)")
    }
    #expect(report.rowCount == judged)
    #expect(report.warnings.contains { $0.hasPrefix("2 ratings are of users") })
    if !model.isImplicit {
      let rmse = (errors.reduce(0, +) / Double(errors.count)).squareRoot()
      #expect(errors.count > 60)
      #expect((report[.rmse] - rmse).magnitude < 1e-12)
    }
    // Without what they did, whoever is new is a stranger.
    let strangers = try model.evaluate(
      Self.data(Self.found), options: Self.options(), in: Session())
    let strangerCount = Self.found.count { $0.user >= 25 }
    #expect(strangers.skippedRowCount == strangerCount && strangers.rowCount < report.rowCount)
    // What is popular stays what the model learned from.
    #expect(report.baseline?.name == "popularity")
    if kind == .popularity {
      for figure in report.metrics where figure.name.contains("@") {
        #expect(report.baseline?[figure.name] == figure)
      }
    }
  }

  @Test func `what was shown is in no list, and counts where users are told apart`() throws {
    let model = try Kind.biased.model()
    let fresh = try NewRatings(Self.data(Self.shown), for: model, in: Session())
    let again = Self.shown.filter { $0.user >= 25 && $0.item < 900 }
    let failure = #expect(throws: Failure.self) {
      try model.evaluate(
        Self.data(again), history: fresh, options: Self.options(["ndcg"]), in: Session())
    }
    #expect(failure?.causes.contains { $0.contains("training data or history") } == true)
    var options = Self.options()
    options.includesSeen = true
    let report = try model.evaluate(
      Self.data(again), history: fresh, options: options, in: Session())
    #expect(report.rowCount == again.count)
    let counts = Set(again.map(\.user)).map { user in again.count { $0.user == user } }
    let (least, most) = (try #require(counts.min()), try #require(counts.max()))
    #expect(report.groups.first?.name.hasPrefix("\(least) ") == true)
    #expect(report.groups.last?.name.contains("\(most) ratings") == true)
  }

  @Test(arguments: [Kind.biased, .implicit])
  func `workers, threads and splits do not show, to the bit`(kind: Kind) throws {
    func bits(workers: Int, threads: Int, rowsPerSplit: Int) throws -> [[String]] {
      let model = try kind.model()
      return try Communicator.withThreads(workers) { communicator in
        let session = Session(communicator: communicator, threads: threads, seed: 3)
        let fresh = try NewRatings(
          Self.data(Self.shown, rowsPerSplit: rowsPerSplit), for: model, in: session)
        let report = try model.evaluate(
          Self.data(Self.found, rowsPerSplit: rowsPerSplit), history: fresh,
          options: Self.options(), in: session)
        let all = report.metrics + (report.baseline?.metrics ?? [])
        return (all + report.groups.flatMap(\.metrics)).map { "\($0.name) \($0.value.bitPattern)" }
          + report.warnings
      }
    }
    let alone = try bits(workers: 1, threads: 1, rowsPerSplit: 1000)[0]
    #expect(alone.count > 60)
    for (workers, threads, rowsPerSplit) in [(1, 2, 7), (2, 1, 11), (3, 2, 5)] {
      for found in try bits(workers: workers, threads: threads, rowsPerSplit: rowsPerSplit) {
        #expect(found == alone, "\(workers) workers, \(threads) threads")
      }
    }
  }

  @Test func `users that no memory is left for are refused, not folded in`() throws {
    let model = try Kind.biased.model()
    let session = Session(memoryByteCount: 500)
    let fresh = try NewRatings(Self.data(Self.shown), for: model, in: Session())
    let failure = #expect(throws: Failure.self) {
      try model.evaluate(Self.data(Self.found), history: fresh, in: session)
    }
    #expect(failure?.kind == .memory)
    #expect(failure?.hint == "raise --memory, or add workers on other machines")
  }
}
