import Martlet

/// A recommender whose factors are given.
struct GivenFactors: RecommenderModel {
  static let kind = "given-factors"
  var parts: RecommenderParts
  var isImplicit = true
  var coldStart: ColdStart { .missing }

  init(_ parts: RecommenderParts, isImplicit: Bool) {
    (self.parts, self.isImplicit) = (parts, isImplicit)
  }

  init(_ saved: SavedStep) throws { throw Failure(.data, "these models are not stored") }
  var saved: SavedStep { SavedStep(settings: .null) }

  func fold(_ items: [Int32], _ values: [Float]) throws -> UserVector {
    throw Failure(.usage, "these models take no new users")
  }
}

/// A model and test data drawn from a seed, small enough to be judged by hand.
struct RecommenderCase {
  var userCount = 9
  var itemCount = 12
  var isImplicit = true
  /// What each user had in training, repeated pairs and all.
  var history: [[(item: Int32, value: Float)]] = []
  var factors: FactorTable
  /// The rows of the test data: some of unknown users and items, some seen, some repeated.
  var rows: [(user: String?, item: String?, rating: Double?)] = []

  func userName(_ user: Int) -> String { "u\(user * 7)" }
  func itemName(_ item: Int) -> String { "\(item * 3 + 100)" }

  init(seed: UInt64, isImplicit: Bool, rank: Int = 3, hasBias: Bool = true) {
    var draw = Philox(seed: seed, stage: 9, row: 0)
    self.isImplicit = isImplicit
    func matrix(_ count: Int) -> Matrix<Float> {
      // Few different numbers, so that scores tie.
      Matrix(
        rowCount: count, columnCount: rank,
        elements: (0..<count * rank).map { _ in Float(draw.integer(below: 3)) - 1 })
    }
    let (users, items) = (matrix(userCount), matrix(itemCount))
    factors = FactorTable(
      offset: 3, users: users, items: items,
      userBias: hasBias ? (0..<userCount).map { _ in Float(draw.integer(below: 5)) / 4 } : nil,
      itemBias: hasBias ? (0..<itemCount).map { _ in Float(draw.integer(below: 3)) / 2 } : nil)
    for user in 0..<userCount {
      var own = (0..<(1 + draw.integer(below: 2 + user))).map { _ in
        (item: Int32(draw.integer(below: itemCount)), value: Float(1 + draw.integer(below: 5)))
      }
      own.sort { $0.item < $1.item }
      history.append(own)
    }
    for _ in 0..<60 {
      let (user, item) = (draw.integer(below: userCount + 1), draw.integer(below: itemCount + 2))
      rows.append((userName(user), itemName(item), Double(draw.integer(below: 7)) - 1))
    }
    rows.append((nil, itemName(1), 1))
    rows.append((userName(1), nil, 1))
    rows.append((userName(1), itemName(1), nil))
  }

  func model(remembers: Bool = true) throws -> GivenFactors {
    let texts = (0..<userCount).map { Array(userName($0).utf8) }
    var ends: [Int64] = []
    for text in texts { ends.append((ends.last ?? 0) + Int64(text.count)) }
    var offsets = [0]
    for own in history { offsets.append(offsets[offsets.count - 1] + own.count) }
    let flat = history.flatMap { $0 }
    return GivenFactors(
      RecommenderParts(
        columns: RatingColumns(user: "who", item: "what", rating: "stars"),
        users: try Identifiers(bytes: texts.flatMap { $0 }, ends: ends),
        items: try Identifiers((0..<itemCount).map { Int64($0 * 3 + 100) }),
        factors: factors,
        history: remembers
          ? RatingHistory(
            offsets: Buffer(offsets), items: Buffer(flat.map(\.item)),
            values: Buffer(flat.map(\.value))) : nil), isImplicit: isImplicit)
  }

  /// The test data, cut into splits.
  func data(rowsPerSplit: Int = 1000) -> Dataset {
    Dataset(
      FrameSource(
        Frame([
          ("who", Column(rows.map(\.user))), ("other", Column(rows.map { _ in Optional("x") })),
          ("what", Column(rows.map { $0.item.flatMap { Int64($0) } })),
          ("stars", Column(rows.map(\.rating))),
        ]), rowsPerSplit: rowsPerSplit))
  }

  // MARK: By hand

  /// The rows that say what someone did.
  var whole: [(user: String, item: String, rating: Double)] {
    rows.compactMap { row in
      if let user = row.user, let item = row.item, let rating = row.rating {
        return (user, item, rating)
      }
      return nil
    }
  }

  /// The score of a pair, in the order that models add in.
  func score(_ user: Int, _ item: Int) -> Float {
    var sum = factors.itemBias?[item] ?? 0
    for place in 0..<factors.rank { sum += factors.users[user, place] * factors.items[item, place] }
    return sum
  }

  func popularity(_ item: Int) -> Int {
    history.reduce(0) { $0 + $1.count { Int($0.item) == item } }
  }

  /// What could be shown to a user, best first.
  func ranked(_ user: Int, seen: Bool = false, by score: (Int) -> Float) -> [Int32] {
    let had = Set(history[user].map { Int($0.item) })
    let open = (0..<itemCount).filter { seen || !had.contains($0) }
    return open.sorted { score($0) != score($1) ? score($0) > score($1) : $0 < $1 }
      .map { Int32($0) }
  }

  /// What a user chose of what could be shown, from the greatest rating of each item.
  func chosen(_ user: Int, from least: Double?, seen: Bool = false) -> RelevantItems {
    var best: [String: Double] = [:]
    for row in whole where row.user == userName(user) {
      if let least {
        if row.rating < least { continue }
      } else if isImplicit, row.rating <= 0 {
        continue
      }
      best[row.item] = max(best[row.item] ?? -.infinity, row.rating)
    }
    let had = seen ? [] : Set(history[user].map { itemName(Int($0.item)) })
    let names = best.keys.sorted().filter { !had.contains($0) }
    let known = names.filter { name in (0..<itemCount).contains { itemName($0) == name } }
    let items = known.compactMap { name in (0..<itemCount).firstIndex { itemName($0) == name } }
    return RelevantItems(
      items.map { Int32($0) }, gains: known.compactMap { best[$0] },
      unknownGains: names.filter { !known.contains($0) }.compactMap { best[$0] })
  }
}
