import Cluster
import Datasets
import Learning
import LinearAlgebra
import Platform
import Recommendation
import Testing

/// What breaks or surprises elsewhere.
@Suite struct ALSEdgeTests {
  static func isFinite(_ model: ALSModel) -> Bool {
    (model.factors.users.elements + model.factors.items.elements).allSatisfy(\.isFinite)
  }

  @Test func `an id with ratings of 0 and below only is no singular system`() throws {
    // Spark: the price is multiplied by the count of ratings above 0, here 0; SingularMatrixException.
    let table = RatingTable([(0, 0, -1), (0, 1, 0), (1, 0, 1), (1, 1, 2)])
    let fit = try ALS {
      $0.implicit = true
      $0.rank = 4
    }.fit(table.data, in: smallLeaves())
    #expect(Self.isFinite(fit.model))
    let loss = TextbookALS.loss(
      ALS {
        $0.implicit = true
        $0.rank = 4
      }, FactorValues(fit.model.factors), table.placed(fit.model))
    let reported = try #require(fit.report.objective)
    #expect(abs(reported - loss) < 1e-5)
    let placed = table.placed(fit.model)
    #expect(fit.model.factors.score(user: placed[0].user, item: placed[0].item) < 0.1)
    #expect(fit.model.factors.score(user: placed[3].user, item: placed[3].item) > 0.5)
  }

  @Test(arguments: [false, true])
  func `without a price, fewer ratings than factors are fitted all the same`(
    implicit: Bool
  ) throws {
    // Spark: SingularMatrixException. Each user has one or two ratings and there are 6 factors.
    let table = RatingTable([(0, 0, 4), (1, 0, 2), (1, 1, 5), (2, 2, 3)])
    let fit = try ALS {
      $0.rank = 6
      $0.regularization = 0
      $0.implicit = implicit
    }.fit(table.data, in: smallLeaves())
    #expect(Self.isFinite(fit.model))
    if !implicit { #expect(error(fit.model, on: table) < 1e-3) }
    let reported = try #require(fit.report.objective)
    #expect(reported < 1)
  }

  @Test func `one user, one item, one rating`() throws {
    let one = try ALS { $0.regularization = 0.01 }.fit(
      RatingTable([(5, 9, 4)]).data, in: smallLeaves())
    // Minimising (4 - x y)² + 0.01 (x² + y²) leaves x y = 4 - 0.01; before x and y are as long as
    // each other, which takes many rounds, x y is between that and 4.
    let score = one.model.factors.score(user: 0, item: 0)
    #expect(score > 3.98 && score < 4)
    let many = RatingTable((0..<5).map { (0, $0, Double($0)) })
    #expect(
      error(try ALS { $0.regularization = 1e-4 }.fit(many.data, in: smallLeaves()).model, on: many)
        < 0.01)
  }

  @Test func `several ratings of a pair are observations of their own, for explicit`() throws {
    // 4 and 2 of a pair are one 3 with twice the weight in the sum, as in MLlib.
    let twice = RatingTable([(0, 0, 4), (0, 0, 2)])
    let once = RatingTable([(0, 0, 3)])
    let fits = try [twice, once].map { table in
      try ALS { $0.regularization = 0.1 }.fit(table.data, in: smallLeaves())
    }
    let scores = fits.map { $0.model.factors.score(user: 0, item: 0) }
    #expect(abs(scores[0] - scores[1]) < 1e-4)
    #expect(fits[0].report.facts.contains { $0.contains("observations of their own") })
  }

  @Test func `several ratings of a pair are added up, for implicit`() throws {
    let more: [(user: Int, item: Int, value: Double)] = [(1, 1, 1), (2, 0, 3), (2, 1, 1)]
    let fits = try [[(0, 0, 4.0), (0, 0, 2)], [(0, 0, 6)]].map { pair in
      try ALS {
        $0.implicit = true
        $0.rank = 2
      }.fit(RatingTable(pair.map { ($0.0, $0.1, $0.2) } + more).data, in: smallLeaves())
    }
    // The order of users and items differs by the counts of what was read; scores do not depend on
    // it but through the start.
    #expect(abs(fits[0].report.objectives[9] - fits[1].report.objectives[9]) < 1e-2)
    #expect(fits[0].report.facts.contains { $0.contains("added up") })
  }

  @Test func `a user with every item and an item with one rating`() throws {
    var ratings = RatingTable(users: 20, items: 15, share: 0.3, seed: 8).ratings
    ratings += (0..<15).map { (99, $0, 3.0) }
    ratings.append((3, 77, 5))
    let table = RatingTable(ratings)
    let als = ALS { $0.rank = 3 }
    let fit = try als.fit(table.data, in: smallLeaves())
    let book = TextbookALS(
      als, table.placed(fit.model), userCount: fit.model.factors.users.rowCount,
      itemCount: fit.model.factors.items.rowCount, seed: 7)
    let rare = Int(try #require(fit.model.parts.items.place(of: "item 77")))
    for user in 0..<fit.model.factors.users.rowCount {
      #expect(
        abs(fit.model.factors.score(user: user, item: rare) - book.score(user, rare)) < 1e-4)
    }
  }

  @Test func `ratings too large for single precision are refused or fitted, never NaN`() throws {
    let table = RatingTable([(0, 0, 1e30), (1, 0, -1e30), (1, 1, 1e30), (0, 1, 1)])
    do {
      let fit = try ALS { $0.rank = 2 }.fit(table.data, in: smallLeaves())
      #expect(Self.isFinite(fit.model))
      let reported = try #require(fit.report.objective)
      #expect(reported.isFinite)
    } catch let failure as Failure {
      #expect(failure.description.contains("too large for single precision"))
    }
  }

  @Test func `settings that contradict each other are refused by name`() throws {
    for (name, als) in [
      ("biases", ALS { ($0.biases, $0.implicit) = (true, true) }),
      ("solver", ALS { ($0.nonnegative, $0.solver) = (true, .cg) }),
    ] {
      let problem = #expect(throws: SettingError.self) { try als.check() }
      #expect(problem?.name == name)
    }
  }

  @Test func `what is given and changes nothing is warned of`() throws {
    let table = RatingTable([(0, 0, 4), (0, 1, 2), (1, 0, 3)])
    let given = ALS { $0.alpha = 40 }
    #expect(
      try given.fit(table.data, in: smallLeaves()).report.warnings
        == ["alpha changes nothing without implicit"])
    let implicit = ALS { ($0.alpha, $0.implicit) = (40, true) }
    #expect(try implicit.fit(table.data, in: smallLeaves()).report.warnings == [])
    // A file of settings that names them all says no more than one that names none.
    let named = try ALS(json: ALS().json)
    #expect(try named.fit(table.data, in: smallLeaves()).report.warnings == [])
    let count = Popularity { $0.shrinkage = 3 }
    #expect(
      try count.fit(table.data, in: smallLeaves()).report.warnings
        == ["shrinkage changes nothing with measure count"])
    let mean = Popularity { ($0.shrinkage, $0.measure) = (3, .mean) }
    #expect(try mean.fit(table.data, in: smallLeaves()).report.warnings == [])
  }

  @Test func `a user who is folded in from their own ratings gets their own factors`() throws {
    for biases in [false, true] {
      let table = RatingTable(users: 30, items: 20, share: 0.5, seed: 9)
      let fit = try ALS {
        $0.rank = 4
        $0.biases = biases
      }.fit(table.data, in: smallLeaves())
      let history = try #require(fit.model.parts.history)
      for user in 0..<history.userCount {
        let range = history.range(ofUser: user)
        let vector = try fit.model.fold(
          range.map { history.items[$0] }, range.map { history.values[$0] })
        #expect(vector == fit.model.factors.vector(ofUser: user))
      }
      #expect(throws: Failure.self) { try fit.model.fold([999], [1]) }
      #expect(throws: Failure.self) { try fit.model.fold([0], [.nan]) }
      #expect(throws: Failure.self) { try fit.model.fold([0], []) }
    }
  }

  @Test(arguments: [
    (24, false, false), (24, false, true), (24, true, false), (70, false, true), (70, true, false),
  ])
  func `users of a fit by conjugate gradients have the factors that folding in gives`(
    rank: Int, implicit: Bool, biases: Bool
  ) throws {
    let table = RatingTable(users: 60, items: 80, share: 0.4, level: 1, seed: 12)
    let fit = try ALS {
      $0.rank = rank
      $0.maxIterations = 3
      $0.solver = .cg
      ($0.implicit, $0.biases) = (implicit, biases)
      // Beyond 64 factors users are brought to their solutions by steps.
      if implicit, rank < 64 { $0.alpha = 40 }
    }.fit(table.data, in: smallLeaves())
    let history = try #require(fit.model.parts.history)
    for user in 0..<history.userCount {
      let range = history.range(ofUser: user)
      let folded = try fit.model.fold(
        range.map { history.items[$0] }, range.map { history.values[$0] })
      let own = fit.model.factors.vector(ofUser: user)
      for item in 0..<fit.model.items.count {
        let score = zip(folded.factors, fit.model.factors.items.row(item)).reduce(
          Double(folded.bias) - Double(own.bias)
        ) { $0 + Double($1.0) * Double($1.1) }
        let stored = zip(own.factors, fit.model.factors.items.row(item)).reduce(0) {
          $0 + Double($1.0) * Double($1.1)
        }
        #expect(abs(score - stored) < (rank > 64 ? 1e-3 : 1e-5), "user \(user)")
      }
    }
    #expect(fit.report.objectives.count == 3)
    let loss = TextbookALS.loss(
      fit.model.settings, FactorValues(fit.model.factors), table.placed(fit.model))
    let reported = try #require(fit.report.objective)
    #expect(abs(reported - loss) < 1e-5 * loss)
  }

  @Test func `folding in works for implicit ratings, and for nobody's`() throws {
    let table = RatingTable(users: 30, items: 20, share: 0.5, seed: 9)
    let fit = try ALS {
      $0.rank = 4
      $0.implicit = true
    }.fit(table.data, in: smallLeaves())
    let history = try #require(fit.model.parts.history)
    let range = history.range(ofUser: 3)
    let vector = try fit.model.fold(
      range.map { history.items[$0] }.reversed(), range.map { history.values[$0] }.reversed())
    for (one, other) in zip(vector.factors, fit.model.factors.vector(ofUser: 3).factors) {
      #expect(abs(one - other) < 1e-4)
    }
    #expect(try fit.model.fold([], []).factors == [0, 0, 0, 0])
  }
}
