public import Blocks
public import Cluster
public import Datasets
internal import Frames
internal import LinearAlgebra
internal import Platform

/// Ratings that a model did not learn from, of users who were there or were not.
///
/// Their users are seen by the model as if it had known: what it knows of a user, and these ratings,
/// are folded into a vector. Nothing is learned anew.
public struct NewRatings: Sendable {
  /// The users, in order of how many ratings they have here, the most first.
  public let users: Identifiers
  /// Their ratings of items that the model knows, by its places.
  let history: RatingHistory
  /// Ratings of items that the model does not know.
  public let unknownItemCount: Int
  /// What came up while they were read.
  public let report: RatingReport

  /// Reads a table of them, with the columns that the model learned from; a collective call.
  public init(
    _ data: Dataset, for model: any RecommenderModel, unusable: UnusableRows = .error,
    in session: Session
  ) throws {
    let ratings: Ratings
    let report: RatingReport
    do {
      (ratings, report) = try data.ratings(
        model.columns(of: try data.expectedSchema().names),
        repeated: model.isImplicit ? .summed : .kept, unusable: unusable,
        in: session)
    } catch {
      // Columns without any value have types that name nothing; but nothing is no fault here.
      guard Failure(error).kind == .data, try data.count(in: session) == 0 else { throw error }
      self.init(
        RatingHistory(offsets: Buffer([0]), items: Buffer(count: 0), values: Buffer(count: 0)),
        try Identifiers([]), try Identifiers([]), model, RatingReport())
      return
    }
    self.init(try ratings.history(in: session), ratings.users, ratings.items, model, report)
  }

  private init(
    _ given: RatingHistory, _ users: Identifiers, _ items: Identifiers,
    _ model: any RecommenderModel, _ report: RatingReport
  ) {
    let places = model.items.places(of: items.column((0..<Int32(items.count)).map { $0 }))
    var offsets = [0]
    var (known, values) = ([Int32](), [Float]())
    for user in 0..<users.count {
      let range = given.range(ofUser: user).filter { places[Int(given.items[$0])] >= 0 }
      // The model has its items in another order.
      let ordered = range.sorted { a, b in
        let (left, right) = (places[Int(given.items[a])], places[Int(given.items[b])])
        return left != right ? left < right : a < b
      }
      known += ordered.map { places[Int(given.items[$0])] }
      values += ordered.map { given.values[$0] }
      offsets.append(known.count)
    }
    self.users = users
    self.report = report
    unknownItemCount = given.count - known.count
    history = RatingHistory(
      offsets: Buffer(offsets), items: Buffer(known), values: Buffer(values))
  }
}

extension NewRatings {
  /// All that one of these users is known to have rated, by the model and here, by item; nil where
  /// nothing here is of use.
  ///
  /// What somebody did several times adds up, what they thought several times counts each time.
  func ratings(
    ofUser user: Int, knownAs place: Int?, to model: any RecommenderModel
  ) -> (items: [Int32], values: [Float])? {
    let newer = history.ratings(ofUser: user)
    guard !newer.items.isEmpty else { return nil }
    guard let place, let known = model.history else { return newer }
    let older = known.ratings(ofUser: place)
    let (items, values) = (older.items + newer.items, older.values + newer.values)
    let order = items.indices.sorted { (items[$0], $0) < (items[$1], $1) }
    var result: (items: [Int32], values: [Float]) = ([], [])
    for place in order {
      if model.isImplicit, items[place] == result.items.last {
        result.values[result.values.count - 1] += values[place]
      } else {
        result.items.append(items[place])
        result.values.append(values[place])
      }
    }
    return result
  }
}

extension RecommenderModel {
  /// The columns to read ratings from, of a table that has some: that something happened can be seen
  /// without a number.
  package func columns(of names: [String]) -> RatingColumns {
    var columns = parts.columns
    if let rating = columns.rating, isImplicit,
      !names.contains(where: { $0.utf8.elementsEqual(rating.utf8) })
    {
      columns.rating = nil
    }
    return columns
  }
}

extension RatingHistory {
  /// A user's items and ratings.
  func ratings(ofUser user: Int) -> (items: [Int32], values: [Float]) {
    let range = range(ofUser: user)
    return (range.map { items[$0] }, range.map { values[$0] })
  }
}
