import Martlet
import Testing

/// Recommenders at the end of pipelines.
@Suite struct RecommenderStageTests {
  @Test func `stages before a recommender prepare the rows that it is judged on`() throws {
    func data(_ isTest: Bool, _ name: (Int) -> String) -> Dataset {
      let pairs = (0..<400).map { (user: $0 % 20, item: ($0 % 20 * 5 + $0 / 20 * 2) % 41) }
      let chosen = pairs.enumerated().filter { (($0.offset + $0.offset / 20) % 5 == 0) == isTest }
        .map(\.element)
      return Dataset(
        Frame([
          ("user", Column(chosen.map { name($0.user) as String? })),
          ("item", Column(chosen.map { Int64($0.item) as Int64? })),
        ]))
    }
    let session = Session(threads: 1)
    func als(_ user: String) -> ALS {
      ALS {
        $0.user = user
        $0.rating = ""
        $0.implicit = true
        $0.rank = 3
        $0.maxIterations = 4
      }
    }
    let behind = try Pipeline {
      ExpressionColumn {
        $0.expression = "lower(user)"
        $0.outputs = ["who"]
      }
      als("who")
    }.fit(data(false) { "U\($0)" }, in: session).model
    let alone = try Pipeline { als("user") }.fit(data(false) { "u\($0)" }, in: session).model
    let (one, other) = (
      try behind.evaluateLists(data(true) { "U\($0)" }, in: session),
      try alone.evaluateLists(data(true) { "u\($0)" }, in: session)
    )
    #expect(one.metrics == other.metrics)
    #expect(one.userCount == 20)
    // Those whom they never saw take the same way.
    let shown = (
      try NewRatings(
        behind.beforeRecommender(data(false) { "U\($0 + 20)" }),
        for: try #require(behind.recommender), in: session),
      try NewRatings(
        data(false) { "u\($0 + 20)" }, for: try #require(alone.recommender), in: session)
    )
    let (new, same) = (
      try behind.evaluateLists(data(true) { "U\($0 + 20)" }, history: shown.0, in: session),
      try alone.evaluateLists(data(true) { "u\($0 + 20)" }, history: shown.1, in: session)
    )
    #expect(new.metrics == same.metrics && new.userCount == 20)
    #expect(throws: Failure.self) {
      try PipelineModel(DoublingRegressor()).evaluateLists(data(true) { "U\($0)" }, in: session)
    }
  }
}
