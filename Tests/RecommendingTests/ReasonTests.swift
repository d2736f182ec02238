import Martlet
import Testing

/// Reasons by models that were trained: the shares of a user's own items are all of a score.
@Suite struct ReasonTests {
  private func ratings() -> Dataset {
    var draw = Philox(seed: 3, stage: 0, row: 0)
    var rows: [(user: String, item: String, rating: Float)] = []
    for user in 0..<40 {
      for item in 0..<25 where draw.uniform() < 0.4 {
        rows.append(("u\(user)", "i\(item)", 1 + Float((draw.uniform() * 5).rounded(.down))))
      }
    }
    return Dataset(
      Frame([
        ("user", Column(rows.map { Optional($0.user) })),
        ("item", Column(rows.map { Optional($0.item) })),
        ("rating", Column(rows.map { Optional($0.rating) })),
      ]))
  }

  @Test(arguments: [(false, false), (false, true), (true, false)])
  func `shares of own items add up to what a folded user is predicted`(
    implicit: Bool, biases: Bool
  ) throws {
    let model = try ALS {
      $0.rating = "rating"
      $0.rank = 4
      $0.implicit = implicit
      $0.biases = biases
      $0.regularization = 0.1
    }.fit(ratings(), in: Session()).model
    let history = try #require(model.history)
    for user in 0..<model.users.count {
      let range = history.range(ofUser: user)
      let (own, values) = (range.map { history.items[$0] }, range.map { history.values[$0] })
      let system = try #require(try model.system(own, values))
      let vector = try model.fold(own, values)
      let items = (0..<Int32(model.items.count)).map { $0 }
      let shares = try #require(
        system.shares(of: items, own: own, factors: model.factors.items))
      for (item, parts) in shares.enumerated() {
        let product = zip(vector.factors, model.factors.items.row(item)).reduce(0) {
          $0 + Double($1.0) * Double($1.1)
        }
        #expect(abs(parts.reduce(0, +) - product - Double(vector.bias)) < 1e-4)
      }
      // What the last step of training did is what folding does.
      let trained = model.factors.vector(ofUser: user)
      for (a, b) in zip(vector.factors + [vector.bias], trained.factors + [trained.bias]) {
        #expect(abs(a - b) < 1e-3)
      }
    }
    let list = try model.recommend(3, for: "u5") { $0.reasons = 2 }
    #expect(list.count == 3)
    for entry in list {
      let item = try #require(model.items.place(of: entry.item))
      let user = try #require(model.users.place(of: "u5"))
      #expect(entry.score == model.factors.score(user: Int(user), item: Int(item)))
      #expect((entry.reasons?.count ?? 0) > 0)
    }
  }

  @Test func `factors that must not be negative give no reasons`() throws {
    let model = try ALS {
      $0.rating = "rating"
      $0.nonnegative = true
    }.fit(ratings(), in: Session()).model
    #expect(try model.system([0], [3]) == nil)
    #expect(try model.recommend(2, for: "u1") { $0.reasons = 2 }.allSatisfy { $0.reasons == nil })
  }
}
