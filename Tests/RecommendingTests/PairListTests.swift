import Martlet
import Testing

@Suite struct PairListTests {
  private func cosine(_ a: [Float], _ b: [Float]) -> Double {
    func dot(_ a: [Float], _ b: [Float]) -> Double {
      zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let lengths = (dot(a, a) * dot(b, b)).squareRoot()
    return lengths > 0 ? dot(a, b) / lengths : 0
  }

  @Test func `things alike are those of the greatest cosine, themselves left out`() throws {
    var model = try Sample.model(rank: 9, seed: 5)
    // Nothing is known of this one: as far from all as from each.
    for place in 0..<9 { model.parts.factors.items[6, place] = 0 }
    let wanted = [6, 0, 33]
    let targets = ListTargets(
      Column(wanted.map { model.items.text($0) } + ["unheard of"]), among: model.items)
    let tally = ListTally()
    let wishes = ListWishes { $0.top = 5 }
    let found = try rows(model.similarItems(to: targets, wishes, tally: tally))
    #expect(found.count == 15)
    #expect(try tally.total(in: Session()).unknown == 1)
    for (list, item) in wanted.enumerated() {
      let cosines = (0..<Sample.itemCount).filter { $0 != item }.map {
        cosine(model.factors.items.row(item), model.factors.items.row($0))
      }.sorted(by: >)
      for (rank, row) in found[list * 5..<list * 5 + 5].enumerated() {
        #expect(row[0] == model.items[item])
        #expect(row[1] != model.items[item])
        #expect(row[2] == .integer(Int64(rank + 1)))
        guard case .number(let score) = row[3] else {
          Issue.record("no score")
          continue
        }
        #expect(abs(score - cosines[rank]) < 1e-6)
      }
    }
    let users = ListTargets(Column([model.users.text(1)]), among: model.users)
    let alike = try rows(model.similarUsers(to: users, wishes))
    let cosines = (0..<Sample.userCount).filter { $0 != 1 }.map {
      cosine(model.factors.users.row(1), model.factors.users.row($0))
    }.sorted(by: >)
    #expect(alike.count == 5)
    for (row, expected) in zip(alike, cosines) {
      guard case .number(let score) = row[3] else { continue }
      #expect(abs(score - expected) < 1e-6)
    }
  }

  @Test func `only items that may be listed are alike`() throws {
    let model = try Sample.model()
    let targets = ListTargets(Column([model.items.text(3)]), among: model.items)
    let wishes = ListWishes { $0.allowedItems = [1, 3, 4] }
    let found = try rows(model.similarItems(to: targets, wishes))
    #expect(Set(found.map { "\($0[1])" }) == [model.items.text(1), model.items.text(4)])
  }

  @Test func `a model without factors knows nothing alike`() throws {
    let model = try Sample.model(rank: 0)
    #expect(throws: Failure.self) { try model.similarItems(to: ListTargets(all: model.items)) }
  }

  @Test(arguments: [0, 3])
  func `users for an item are those with the greatest scores who lack it`(rank: Int) throws {
    let model = try Sample.model(rank: rank)
    let history = try #require(model.history)
    let wanted = [5, 0, 40, 5]
    let targets = ListTargets(
      Column(wanted.map { model.items.text($0) }), among: model.items)
    for includesSeen in [false, true] {
      let wishes = ListWishes {
        $0.top = 1000
        $0.includesSeen = includesSeen
      }
      var expected: [[Value]] = []
      for item in wanted {
        let users = (0..<Sample.userCount).filter { user in
          includesSeen || !history.range(ofUser: user).contains { history.items[$0] == item }
        }
        let list = best(
          users.map { ($0, model.factors.score(user: $0, item: item)) }, wishes.top)
        for (rank, entry) in list.enumerated() {
          expected.append([
            model.items[item], model.users[entry.place], .integer(Int64(rank + 1)),
            .number(entry.score),
          ])
        }
      }
      #expect(try rows(model.users(for: targets, wishes)) == expected)
    }
  }
}
