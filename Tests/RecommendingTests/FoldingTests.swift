import Martlet
import Testing

@Suite struct FoldingTests {
  private func ratings(_ rows: [(String, String, Float)]) -> Dataset {
    Dataset(
      Frame([
        ("user", Column(rows.map { Optional($0.0) })),
        ("item", Column(rows.map { Optional($0.1) })),
        ("rating", Column(rows.map { Optional($0.2) })),
      ]))
  }

  @Test func `a user who was not there is scored by the vector of their ratings`() throws {
    let model = try Sample.model()
    let own: [(item: Int32, value: Float)] = [(3, 5), (8, 2), (20, 4)]
    // In another order than the model's, with an item that it does not know.
    let given = [own[2], own[0], own[1]].map { ("new", model.items.text(Int($0.item)), $0.value) }
    let fresh = try NewRatings(
      ratings(given + [("new", "unheard of", 5)]), for: model, in: Session())
    #expect(fresh.unknownItemCount == 1)
    let vector = try model.fold(own.map(\.item), own.map(\.value))
    var candidates: [(place: Int, score: Double)] = []
    for item in 0..<Sample.itemCount where !own.contains(where: { $0.item == item }) {
      var chain = model.factors.itemBias?[item] ?? 0
      for (a, b) in zip(vector.factors, model.factors.items.row(item)) { chain.addProduct(a, b) }
      candidates.append((item, Double(chain) + (3.125 + Double(vector.bias))))
    }
    let found = try model.recommend(6, for: "new", with: fresh)
    #expect(found.map(\.item) == best(candidates, 6).map { model.items.text($0.place) })
    #expect(found.map(\.score) == best(candidates, 6).map(\.score))
  }

  @Test func `what a user did since is added to what the model knows of them`() throws {
    let model = try Sample.model()
    let history = try #require(model.history)
    let name = model.users.text(4)
    let range = history.range(ofUser: 4)
    let older = range.map { (history.items[$0], history.values[$0]) }
    let new = try #require(
      (0..<Int32(Sample.itemCount)).first { item in !older.contains { $0.0 == item } })
    let fresh = try NewRatings(
      ratings([(name, model.items.text(Int(new)), 5)]), for: model, in: Session())
    let all = (older + [(new, 5)]).sorted { $0.0 < $1.0 }
    let vector = try model.fold(all.map(\.0), all.map(\.1))
    let list = try model.recommend(1000, for: name, with: fresh)
    #expect(list.count == Sample.itemCount - all.count)
    for entry in list {
      let item = Int(try #require(model.items.place(of: entry.item)))
      #expect(!all.contains { $0.0 == item })
      var chain = model.factors.itemBias?[item] ?? 0
      for (a, b) in zip(vector.factors, model.factors.items.row(item)) { chain.addProduct(a, b) }
      #expect(entry.score == Double(chain) + (3.125 + Double(vector.bias)))
    }
  }

  @Test func `users whom a model without a history sees by new ratings alone are counted`() throws {
    var model = try Sample.model()
    let fresh = try NewRatings(
      ratings([
        (model.users.text(4), model.items.text(3), 5), ("new", model.items.text(3), 5),
        (model.users.text(5), "unheard of", 5),
      ]), for: model, in: Session())
    let all = ListTargets(all: fresh.users)
    let targets = ListTargets(all.names, among: model.users)
    #expect(model.usersSeenAnew(targets, by: fresh) == 0)
    model.parts.history = nil
    #expect(model.usersSeenAnew(targets, by: fresh) == 1)
    let others = ListTargets(Column(["new", model.users.text(5)]), among: model.users)
    #expect(model.usersSeenAnew(others, by: fresh) == 0)
    var equal = try Sample.model(rank: 0)
    equal.parts.history = nil
    #expect(equal.usersSeenAnew(targets, by: fresh) == 0)
  }

  @Test func `what was done several times adds up where that is what the model learned from`()
    throws
  {
    var model = try Sample.model()
    model.isImplicit = true
    let (a, b) = (model.items.text(3), model.items.text(8))
    let twice = try NewRatings(
      ratings([("new", a, 1), ("new", b, 2), ("new", a, 3)]), for: model, in: Session())
    let once = try NewRatings(ratings([("new", a, 4), ("new", b, 2)]), for: model, in: Session())
    #expect(
      try model.recommend(for: "new", with: twice) == model.recommend(for: "new", with: once))
  }

  @Test func `that something was done needs no number where that is what the model learned from`()
    throws
  {
    var model = try Sample.model()
    let names = [3, 8, 20].map { model.items.text($0) }
    let frame = Frame([
      ("user", Column(names.map { _ in Optional("new") })),
      ("item", Column(names.map { $0 as String? })),
    ])
    #expect(throws: Failure.self) { try NewRatings(Dataset(frame), for: model, in: Session()) }
    model.isImplicit = true
    let plain = try NewRatings(Dataset(frame), for: model, in: Session())
    let ones = try NewRatings(ratings(names.map { ("new", $0, 1) }), for: model, in: Session())
    let list = try model.recommend(for: "new", with: plain)
    #expect(try !list.isEmpty && list == model.recommend(for: "new", with: ones))
  }

  @Test func `a new user of unknown items only is as unknown as anybody`() throws {
    let model = try Sample.model()
    let fresh = try NewRatings(ratings([("new", "unheard of", 5)]), for: model, in: Session())
    let list = try model.recommend(3, for: "new", with: fresh)
    #expect(list.map(\.item) == (0..<3).map { model.items.text($0) })
    #expect(list.allSatisfy { $0.score == nil })
  }

  @Test func `reasons add up to the score, and the strongest come first`() throws {
    let model = try Sample.model()
    let own: [Int32] = [2, 5, 11, 17]
    let values: [Float] = [5, 1, 4, 3]
    let system = try #require(try model.system(own, values))
    let wanted: [Int32] = [0, 1, 30]
    let shares = try #require(
      system.shares(of: wanted, own: own, factors: model.factors.items))
    // By the textbook: the inverse times the factors of the own item.
    for (item, parts) in zip(wanted, shares) {
      let target = model.factors.items.row(Int(item)).map { Double($0) }
      for (place, part) in parts.enumerated() {
        let row = model.factors.items.row(Int(own[place])).map { Double($0) }
        let product = zip(target, solved(system.matrix, row)).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(part - Double(values[place]) * product) < 1e-12)
      }
      let vector = try model.fold(own, values).factors
      let score = zip(target, vector).reduce(0) { $0 + $1.0 * Double($1.1) }
      #expect(abs(parts.reduce(0, +) - score) < 1e-5)
    }
    let fresh = try NewRatings(
      ratings(zip(own, values).map { ("new", model.items.text(Int($0)), $1) }), for: model,
      in: Session())
    let list = try model.recommend(5, for: "new", with: fresh) { $0.reasons = 2 }
    #expect(!list.isEmpty)
    for entry in list {
      let item = try #require(model.items.place(of: entry.item))
      let all = try #require(system.shares(of: [item], own: own, factors: model.factors.items))[0]
      let expected = zip(own, all).filter { $0.1 > 0 }.sorted { $0.1 > $1.1 }.prefix(2)
      #expect(entry.reasons?.map(\.item) == expected.map { model.items.text(Int($0.0)) })
      #expect(entry.reasons?.map(\.share) == expected.map { $0.1 })
    }
  }

  @Test func `a table has its reasons in words, and none where there are none to give`() throws {
    var model = try Sample.model()
    let wishes = ListWishes {
      $0.top = 1
      $0.reasons = 1
    }
    let user = model.users.text(0)
    let reason = try #require(
      try model.recommend(1, for: user) { $0.reasons = 1 }[0].reasons?.first)
    let targets = ListTargets(Column([user]), among: model.users)
    let text = try rows(model.recommendations(wishes, for: targets))[0][4]
    guard case .text(let words) = text else {
      Issue.record("no text")
      return
    }
    #expect(words.hasPrefix("\(reason.item) ("))
    let number = try #require(Double(words.dropFirst(reason.item.utf8.count + 2).dropLast()))
    #expect(abs(number - reason.share) <= abs(reason.share) * 5e-4)
    model.parts.history = nil
    let tally = ListTally()
    let without = try rows(model.recommendations(wishes, for: targets, tally: tally))
    #expect(without[0][4] == .missing)
    #expect(try tally.total(in: Session()).unexplained == 1)
  }
}
