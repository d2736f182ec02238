import Cluster
import Datasets
import Frames
import Learning
import LinearAlgebra
import Recommendation

/// Ratings for a test, by numbers of users and items.
struct RatingTable {
  var ratings: [(user: Int, item: Int, value: Double)]

  init(_ ratings: [(user: Int, item: Int, value: Double)]) { self.ratings = ratings }

  /// Ratings whose means are products of planted factors; some users have few, some many.
  init(
    users: Int, items: Int, share: Double, rank: Int = 2, noise: Double = 0.3, level: Double = 3,
    seed: UInt64
  ) {
    func factor(_ side: Int, _ row: Int) -> [Double] {
      var draw = RandomSource(seed: seed, purpose: "test").stream(round: side, row: row)
      return (0..<rank).map { _ in draw.normal() }
    }
    var draw = RandomSource(seed: seed, purpose: "test").stream(round: 3)
    ratings = []
    for user in 0..<users {
      for item in 0..<items {
        let part = share * 2 * Double(users - user) / Double(users)
        let value =
          level + zip(factor(1, user), factor(2, item)).reduce(0) { $0 + $1.0 * $1.1 }
          + noise * draw.normal()
        if draw.uniform() < part { ratings.append((user, item, value)) }
      }
    }
  }

  var data: Dataset {
    Dataset(
      Frame([
        ("user", Column(ratings.map { Int64($0.user) as Int64? })),
        ("item", Column(ratings.map { "item \($0.item)" as String? })),
        ("rating", Column(ratings.map { Float($0.value) as Float? })),
      ]))
  }

  /// The ratings by places of a model.
  func placed(_ model: ALSModel) -> [(user: Int, item: Int, value: Double)] {
    ratings.compactMap { rating in
      guard let user = model.parts.users.place(of: "\(rating.user)"),
        let item = model.parts.items.place(of: "item \(rating.item)")
      else { return nil }
      return (Int(user), Int(item), Double(Float(rating.value)))
    }
  }
}

/// Leaves so small that a test has several.
func smallLeaves(_ communicator: Communicator = .solo(), threads: Int = 2) -> Session {
  Session(
    communicator: communicator, threads: threads, seed: 7,
    leaves: LeafPolicy(byteCount: 256, rowCount: 2))
}

/// The root of the mean squared error of a model on ratings.
func error(_ model: ALSModel, on table: RatingTable) -> Double {
  let placed = table.placed(model)
  let sum = placed.reduce(0) { sum, rating in
    let apart = model.factors.score(user: rating.user, item: rating.item) - rating.value
    return sum + apart * apart
  }
  return (sum / Double(placed.count)).squareRoot()
}
