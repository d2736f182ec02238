internal import Frames
internal import LinearAlgebra

extension Generator {
  /// Ratings of items by users, from hidden factors.
  ///
  /// The mean is 3.5; user and item have a leaning and eight factors each, and the rating is their
  /// sum and inner product with noise, rounded to half stars from 0.5 to 5. Some items are far more
  /// popular than others; no user rates one twice. Who rates what depends on the number of rows.
  static let ratings = Generator(
    "ratings", "user, item, rating, time: half stars from eight hidden factors", rowCount: 100_000
  ) { rowCount, seed in
    let taste = RatingTaste(rowCount: rowCount, seed: seed)
    return GeneratedSource(
      "ratings", rowCount: rowCount, recipe: "seed \(seed), version 1",
      [("user", .int64), ("item", .int64), ("rating", .float64), ("time", .timestamp)]
    ) { rows in
      let events = rows.map { taste.event($0) }
      return [
        Column(events.map { Optional(Int64($0.user)) }),
        Column(events.map { Optional(Int64($0.item)) }), Column(events.map { Optional($0.rating) }),
        Column(timestamps: events.map { Optional($0.time) }),
      ]
    }
  }
}

/// What users like, as a function of the seed.
private struct RatingTaste {
  let userCount: Int
  let itemCount: Int
  let perUser: Int
  let random: RandomSource

  private static let rank = 8
  private enum Round { static let user = 0, item = 1, event = 2 }

  init(rowCount: Int, seed: UInt64) {
    userCount = max(1, rowCount / 40)
    perUser = max(1, (rowCount + userCount - 1) / userCount)
    // Two items at least for the narrowest of a user's strata.
    itemCount = max(2 * perUser * perUser, userCount / 2, 1)
    random = RandomSource(seed: seed, purpose: "generate.ratings")
  }

  func event(_ row: Int) -> (user: Int, item: Int, rating: Double, time: Int64) {
    var draw = random.stream(round: Round.event, row: row)
    let user = scattered(row % userCount, of: userCount)
    // Each rating of a user lies in a stratum of popularity of its own, so no item comes twice.
    let (userLeaning, userFactors, firstStratum) = factors(Round.user, user)
    let stratum = (row / userCount + firstStratum) % perUser
    let low = itemCount * stratum * stratum / (perUser * perUser)
    let high = itemCount * (stratum + 1) * (stratum + 1) / (perUser * perUser)
    let item = scattered(low + draw.integer(below: max(1, high - low)), of: itemCount)
    let (itemLeaning, itemFactors, _) = factors(Round.item, item)
    var value = 3.5 + 0.35 * userLeaning + 0.45 * itemLeaning
    for place in 0..<Self.rank { value += 0.28 * userFactors[place] * itemFactors[place] }
    value += 0.3 * draw.normal()
    let stars = min(5, max(0.5, (value * 2).rounded() / 2))
    // From 2024-01-01 on, 90 seconds apart on average.
    let second = 1_704_067_200 + Int64(row) * 90 + Int64(draw.integer(below: 90))
    return (user + 1, item + 1, stars, second * 1_000_000)
  }

  private func factors(_ round: Int, _ row: Int) -> (
    leaning: Double, factors: [Double], firstStratum: Int
  ) {
    var draw = random.stream(round: round, row: row)
    let factors = (0..<Self.rank).map { _ in draw.normal() }
    return (draw.normal(), factors, draw.integer(below: perUser))
  }
}
