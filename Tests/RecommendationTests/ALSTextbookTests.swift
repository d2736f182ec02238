import Cluster
import Learning
import LinearAlgebra
import Recommendation
import Testing

/// The method against the textbook's.
@Suite struct ALSTextbookTests {
  static let settings: [(name: String, als: ALS)] = [
    ("explicit", ALS { $0.rank = 3 }),
    ("explicit of one factor", ALS { $0.rank = 1 }),
    (
      "explicit with a constant price",
      ALS {
        $0.rank = 4
        $0.regularizationScaling = .none
        $0.regularization = 0.5
      }
    ),
    (
      "implicit",
      ALS {
        $0.rank = 3
        $0.implicit = true
        $0.alpha = 2
      }
    ),
    (
      "implicit with a constant price",
      ALS {
        $0.rank = 5
        $0.implicit = true
        $0.regularizationScaling = .none
      }
    ),
    (
      "biases",
      ALS {
        $0.rank = 2
        $0.biases = true
      }
    ),
    (
      "nonnegative",
      ALS {
        $0.rank = 3
        $0.nonnegative = true
      }
    ),
    (
      "nonnegative implicit",
      ALS {
        $0.rank = 3
        $0.nonnegative = true
        $0.implicit = true
      }
    ),
    (
      "nonnegative with biases",
      ALS {
        $0.rank = 2
        $0.nonnegative = true
        $0.biases = true
      }
    ),
  ]

  @Test(arguments: settings.indices)
  func `factors give the products of the textbook, and the loss is the definition's`(
    place: Int
  ) throws {
    let (name, template) = Self.settings[place]
    var als = template
    als.maxIterations = 4
    // Some ratings are negative where they mean a preference.
    let table = RatingTable(
      users: 30, items: 20, share: 0.5, level: als.implicit ? 1 : 3, seed: UInt64(place + 1))
    let fit = try als.fit(table.data, in: smallLeaves())
    let placed = table.placed(fit.model)
    let (userCount, itemCount) = (
      fit.model.factors.users.rowCount, fit.model.factors.items.rowCount
    )
    let book = TextbookALS(als, placed, userCount: userCount, itemCount: itemCount, seed: 7)
    var farthest = 0.0
    for user in 0..<userCount {
      for item in 0..<itemCount {
        let score = fit.model.factors.score(user: user, item: item)
        farthest = max(farthest, abs(score - book.score(user, item)))
      }
    }
    #expect(farthest < 1e-4, "\(name)")
    let loss = TextbookALS.loss(als, FactorValues(fit.model.factors), placed)
    let reported = try #require(fit.report.objective)
    #expect(abs(reported - loss) < 1e-5 * loss, "\(name): \(reported) for \(loss)")
    #expect(fit.report.objectives.count == 4)
    #expect(zip(fit.report.objectives, fit.report.objectives.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(fit.report.converged == nil)
  }

  @Test(arguments: [false, true])
  func `steps of conjugate gradients lower the loss nearly as solving does, and report it truly`(
    implicit: Bool
  ) throws {
    let table = RatingTable(users: 60, items: 40, share: 0.4, seed: 3)
    var als = ALS {
      $0.rank = 6
      $0.implicit = implicit
      $0.maxIterations = 12
      $0.solver = .cg
    }
    let steps = try als.fit(table.data, in: smallLeaves())
    let loss = TextbookALS.loss(
      als, FactorValues(steps.model.factors), table.placed(steps.model))
    let reported = try #require(steps.report.objective)
    #expect(abs(reported - loss) < 1e-5 * loss, "\(reported) for \(loss)")
    als.solver = .cholesky
    let exact = try #require(try als.fit(table.data, in: smallLeaves()).report.objective)
    #expect(abs(reported - exact) < 0.02 * exact, "\(reported) against \(exact)")
    let count = implicit ? 3 : 2
    #expect(steps.report.facts.contains { $0.hasPrefix("solved by \(count) steps of conjugate") })
  }

  /// The rank at which systems are solved in single precision side by side, one by one, and not.
  @Test(arguments: [(ALS.Solver.cholesky, 8), (.cholesky, 100), (.cg, 64)])
  func `the loss is the definition's where confidences are in the millions`(
    solver: ALS.Solver, rank: Int
  ) throws {
    var table = RatingTable(users: 160, items: 120, share: 0.2, level: 0, seed: 9)
    var draw = RandomSource(seed: 9, purpose: "tail").stream()
    // Some take a thing once, some a hundred thousand times.
    for place in table.ratings.indices {
      table.ratings[place].value = Portable.exp(11.5 * draw.uniform() * draw.uniform())
    }
    let als = ALS {
      $0.rank = rank
      $0.implicit = true
      $0.alpha = 40
      $0.solver = solver
      $0.maxIterations = 6
    }
    let fit = try als.fit(table.data, in: smallLeaves())
    let loss = TextbookALS.loss(als, FactorValues(fit.model.factors), table.placed(fit.model))
    let reported = try #require(fit.report.objective)
    #expect(abs(reported - loss) < 1e-4 * loss, "\(reported) for \(loss)")
    #expect(fit.report.objectives.allSatisfy { $0 > 0 })
  }

  @Test func `biases go with conjugate gradients, too`() throws {
    let table = RatingTable(users: 40, items: 30, share: 0.5, seed: 4)
    let als = ALS {
      $0.rank = 4
      $0.biases = true
      $0.maxIterations = 12
      $0.solver = .cg
    }
    let fit = try als.fit(table.data, in: smallLeaves())
    let loss = TextbookALS.loss(als, FactorValues(fit.model.factors), table.placed(fit.model))
    // Biases are part of the factors' price; the loss by products is the loss by definition.
    let reported = try #require(fit.report.objective)
    #expect(abs(reported - loss) < 1e-5 * loss)
  }

  @Test func `planted factors are recovered`() throws {
    let all = RatingTable(
      users: 120, items: 80, share: 0.6, rank: 3, noise: 0, level: 0, seed: 5)
    let isTest = { (rating: (user: Int, item: Int, value: Double)) in
      (rating.user * 7 + rating.item) % 10 == 0
    }
    let train = RatingTable(all.ratings.filter { !isTest($0) })
    // Who has hardly more ratings than factors cannot be known.
    let isKnown = { user in train.ratings.filter { $0.user == user }.count >= 8 }
    let known = Set((0..<120).filter(isKnown))
    let test = RatingTable(all.ratings.filter { isTest($0) && known.contains($0.user) })
    let fit = try ALS {
      $0.rank = 3
      $0.regularization = 1e-5
      $0.maxIterations = 30
    }.fit(train.data, in: smallLeaves())
    #expect(error(fit.model, on: test) < 0.01)
  }

  @Test func `it stops where the loss hardly falls, when that is asked`() throws {
    let table = RatingTable(users: 40, items: 30, share: 0.5, seed: 6)
    let fit = try ALS {
      $0.rank = 2
      $0.maxIterations = 200
      $0.tolerance = 1e-3
    }.fit(table.data, in: smallLeaves())
    let losses = fit.report.objectives
    #expect(fit.report.converged == true && fit.report.iterations < 200)
    #expect(losses.count == fit.report.iterations)
    let falls = zip(losses, losses.dropFirst()).map { ($0 - $1) / $0 }
    #expect(falls.dropLast().allSatisfy { $0 > 1e-3 } && falls.last ?? 1 <= 1e-3)
    // Whoever names a tolerance wants it reached.
    #expect(fit.report.mustSettle)
    let short = try ALS {
      $0.rank = 2
      $0.maxIterations = 2
      $0.tolerance = 1e-9
    }.fit(table.data, in: smallLeaves()).report
    #expect(short.converged == false && short.mustSettle)
    #expect(try ALS { $0.rank = 2 }.fit(table.data, in: smallLeaves()).report.mustSettle == false)
  }
}
