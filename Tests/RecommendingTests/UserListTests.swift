import Martlet
import Testing

@Suite struct UserListTests {
  /// The list of a user by scoring every item as a pair and sorting.
  private func slowList(
    _ model: SampleRecommender, user: Int, _ wishes: ListWishes
  ) throws -> [(place: Int, score: Double)] {
    let history = try #require(model.history)
    let seen = Set(history.range(ofUser: user).map { Int(history.items[$0]) })
    let allowed = wishes.allowedItems.map { Set($0.map { Int($0) }) }
    let candidates = (0..<model.items.count).filter {
      (wishes.includesSeen || !seen.contains($0)) && allowed?.contains($0) != false
    }
    return best(
      candidates.map { ($0, model.factors.score(user: user, item: $0)) }, wishes.top)
  }

  @Test(arguments: [0, 1, 5, 16], [1, 10, 1000])
  func `lists are those of scoring all pairs, to the bit`(rank: Int, top: Int) throws {
    for isText in [true, false] {
      let model = try Sample.model(rank: rank, isText: isText)
      for includesSeen in [false, true] {
        for allowed in [nil, (0..<Int32(Sample.itemCount)).filter { $0 % 3 != 0 }] {
          let wishes = ListWishes {
            $0.top = top
            $0.includesSeen = includesSeen
            $0.allowedItems = allowed
          }
          var expected: [[Value]] = []
          for user in model.users.ascending.map({ Int($0) }) {
            for (rank, entry) in try slowList(model, user: user, wishes).enumerated() {
              expected.append([
                model.users[user], model.items[entry.place], .integer(Int64(rank + 1)),
                .number(entry.score),
              ])
            }
          }
          #expect(try rows(model.recommendations(wishes)) == expected)
        }
      }
    }
  }

  @Test func `users come in the order of their identifiers`() throws {
    let model = try Sample.model(isText: false)
    let names = try rows(model.recommendations(ListWishes { $0.top = 1 })).map { $0[0] }
    let expected = (0..<Sample.userCount).map { Value.integer(Int64($0 * 7 - 20)) }
    // User 7 of the history has every item.
    #expect(names == expected.filter { $0 != model.users[7] })
  }

  @Test func `a user alone gets the list that they get among others`() throws {
    let model = try Sample.model(rank: 7)
    let all = try rows(model.recommendations(top: 4))
    for user in 0..<Sample.userCount {
      let name = model.users.text(user)
      let alone = try model.recommend(4, for: name)
      let among = all.filter { $0[0] == .text(name) }
      #expect(alone.map { Value.text($0.item) } == among.map { $0[1] })
      #expect(alone.map { Value.number($0.score ?? .nan) } == among.map { $0[3] })
    }
  }

  @Test func `users come as they were asked for, some of them twice`() throws {
    let model = try Sample.model()
    let asked = [model.users.text(5), model.users.text(3), model.users.text(5)]
    let targets = ListTargets(Column(asked + [nil]), among: model.users)
    let lists = try rows(model.recommendations(top: 2, for: targets))
    #expect(lists.map { $0[0] } == asked.flatMap { [.text($0), .text($0)] })
    #expect(lists[0..<2].map { $0[1] } == lists[4..<6].map { $0[1] })
  }

  @Test func `a user who is not known gets what was wished for them`() throws {
    let model = try Sample.model()
    let known = model.users.text(2)
    let targets = ListTargets(Column(["nobody", known]), among: model.users)
    func lists(_ unknown: UnknownUsers, allowed: [Int32]? = nil) throws
      -> (rows: [[Value]], counts: ListTally.Counts)
    {
      let tally = ListTally()
      let wishes = ListWishes {
        $0.top = 3
        $0.unknownUsers = unknown
        $0.allowedItems = allowed
      }
      let found = try rows(model.recommendations(wishes, for: targets, tally: tally))
      return (found, try tally.total(in: Session()))
    }
    let popular = try lists(.popularity)
    #expect(
      Array(popular.rows.prefix(3))
        == [0, 1, 2].map {
          [.text("nobody"), model.items[$0], .integer(Int64($0 + 1)), .missing]
        })
    #expect(popular.rows.count == 6)
    #expect(popular.counts.unknown == 1)
    #expect(
      try lists(.popularity, allowed: [4, 9]).rows.prefix(2).map { $0[1] } == [
        model.items[4], model.items[9],
      ])
    #expect(try lists(.missing).rows.first == [.text("nobody"), .missing, .missing, .missing])
    #expect(try lists(.missing).rows.count == 4)
    #expect(try lists(.drop).rows.map { $0[0] } == [.text(known), .text(known), .text(known)])
    #expect(throws: Failure.self) { try model.recommend(for: "nobody") }
  }

  @Test func `a user who has everything gets nothing, and one who has nothing gets the best`()
    throws
  {
    let model = try Sample.model()
    let targets = ListTargets(
      Column([model.users.text(7), model.users.text(9)]), among: model.users)
    let tally = ListTally()
    let lists = try rows(
      model.recommendations(ListWishes { $0.top = Sample.itemCount }, for: targets, tally: tally))
    #expect(lists.count == Sample.itemCount)
    #expect(lists.allSatisfy { $0[0] == model.users[9] })
    let counts = try tally.total(in: Session())
    #expect(counts.empty == 1)
    #expect(counts.short == 0)
  }

  @Test func `without a history nothing counts as seen`() throws {
    var model = try Sample.model()
    model.parts.history = nil
    let wishes = ListWishes { $0.top = 6 }
    var all = wishes
    all.includesSeen = true
    let withHistory = try Sample.model()
    #expect(try rows(model.recommendations(wishes)) == rows(withHistory.recommendations(all)))
  }

  @Test func `no item to list makes empty lists`() throws {
    let model = try Sample.model()
    let tally = ListTally()
    let wishes = ListWishes { $0.allowedItems = [] }
    #expect(try rows(model.recommendations(wishes, tally: tally)).isEmpty)
    #expect(try tally.total(in: Session()).empty == Sample.userCount)
  }

  @Test func `every crew writes the same bytes`() throws {
    // More users than are served together.
    let model = try Sample.model(userCount: 2500)
    let wishes = ListWishes {
      $0.top = 3
      $0.reasons = 1
    }
    let folder = try TemporaryFolder()
    var first: [UInt8]?
    for ranks in [1, 2, 3, 4] {
      for threads in [1, 2] {
        let path = "\(folder.path)/\(ranks)-\(threads).csv"
        _ = try Communicator.withThreads(ranks) { communicator in
          try model.recommendations(wishes).write(
            csv: path, in: Session(communicator: communicator, threads: threads))
        }
        let bytes = try folder.bytes("\(ranks)-\(threads).csv")
        #expect(bytes == first ?? bytes, "\(ranks) workers, \(threads) threads")
        first = bytes
      }
    }
    #expect((first?.count ?? 0) > 100_000)
  }
}
