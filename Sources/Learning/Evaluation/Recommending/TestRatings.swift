internal import Blocks
internal import Cluster
internal import Datasets
internal import Frames
internal import Learning
internal import LinearAlgebra
internal import Platform

/// The test data of a recommender as one worker holds them: what its users chose.
///
/// User `u` belongs to worker `u mod workers`, which spreads active users evenly.
struct TestRatings: Sendable {
  /// By user, then by item.
  let ratings: [TestRating]
  /// Where each user's ratings begin and end in `ratings`, users rising.
  let users: [(place: Int, range: Range<Int>)]
  /// Ratings beside predictions, of the rows that this worker read.
  let predictions: RegressionEvaluation
  /// The items that those are of.
  let predictedItems: [Int32]
  let counts: Counts

  /// What the rows of all workers were.
  struct Counts: Sendable {
    var rows = 0
    var incomplete = 0
    var ofUnknownUsers = 0
    var ofUnknownItems = 0
    var unreadable = 0

    var judged: Int { rows - incomplete - ofUnknownUsers }
  }

  /// Reads the test data and brings each rating to the worker of its user; a collective call.
  init(
    _ data: Dataset, of model: any RecommenderModel, by users: FoldedUsers, in session: Session
  ) throws {
    let columns = model.columns(of: try data.expectedSchema().names)
    let (items, isImplicit) = (model.parts.items, model.isImplicit)
    let read = try data.mapSplits(in: session, "evaluating", columns: columns.names) {
      try TestPart($0.frame, columns, users, items, predicts: !isImplicit)
    }
    let communicator = session.communicator
    let held = try communicator.agree("reading the test data") {
      let count = read.parts.reduce(0) { $0 + $1.ratings.count }
      return try session.memory.reserve(count * 96, for: "\(count) ratings of the test data")
    }
    defer { withExtendedLifetime(held) {} }
    var own = [Int64](repeating: 0, count: 4)
    for part in read.parts {
      for (place, count) in part.counts.enumerated() { own[place] += Int64(count) }
    }
    let totals = try communicator.allReduce(own, by: .sum).map { Int($0) }
    counts = Counts(
      rows: totals[0], incomplete: totals[1], ofUnknownUsers: totals[2],
      ofUnknownItems: totals[3], unreadable: read.skippedRowCount)
    var predictions = RegressionEvaluation(hasWeights: false)
    for part in read.parts {
      predictions.labels += part.labels
      predictions.predictions += part.predictions
    }
    self.predictions = predictions
    predictedItems = read.parts.flatMap(\.predictedItems)
    var outgoing = [[TestRating]](repeating: [], count: communicator.size)
    for part in read.parts {
      for rating in part.ratings { outgoing[Int(rating.user) % communicator.size].append(rating) }
    }
    let sorted = try communicator.allToAll(outgoing).flatMap { $0 }.sorted { $0 < $1 }
    ratings = sorted
    var judged: [(place: Int, range: Range<Int>)] = []
    var first = 0
    for place in sorted.indices
    where place + 1 == sorted.count || sorted[place + 1].user != sorted[place].user {
      judged.append((Int(sorted[place].user), first..<place + 1))
      first = place + 1
    }
    self.users = judged
  }
}

/// The test ratings of one split.
private struct TestPart: Sendable {
  var ratings: [TestRating] = []
  var labels: [Double] = []
  var predictions: [Double] = []
  var predictedItems: [Int32] = []
  /// All rows, then those without a user, item or rating, of unknown users, and of unknown items.
  var counts = [0, 0, 0, 0]

  init(
    _ frame: Frame, _ columns: RatingColumns, _ known: FoldedUsers, _ knownItems: Identifiers,
    predicts: Bool
  ) throws {
    let (userColumn, itemColumn) = (try frame.column(columns.user), try frame.column(columns.item))
    let users = known.places(of: userColumn)
    let items = knownItems.places(of: itemColumn)
    let values = try columns.rating.map { try frame.column($0).numbers(for: "ratings") }
    let ratingColumn = try columns.rating.map { try frame.column($0) }
    counts[0] = frame.rowCount
    for row in 0..<frame.rowCount {
      let value = values?[row] ?? 1
      if userColumn.isMissing(row) || itemColumn.isMissing(row) || !value.isFinite
        || ratingColumn?.isMissing(row) == true
      {
        counts[1] += 1
        continue
      }
      guard users[row] >= 0 else {
        counts[2] += 1
        continue
      }
      var item = Int64(items[row])
      if item < 0 {
        counts[3] += 1
        // A number for the text, so that one chosen twice is one item.
        item = -1 - Int64(XXH64.hash(itemColumn.fieldText(at: row)) >> 1)
      } else if predicts {
        labels.append(value)
        predictedItems.append(items[row])
        predictions.append(known.factors.score(user: Int(users[row]), item: Int(item)))
      }
      ratings.append(TestRating(user: users[row], item: item, value: value))
    }
  }
}
