internal import Cluster
public import Datasets
public import LinearAlgebra

/// What a recommender learns from: who rated what, and how much, by rows of users and of items.
///
/// Users and items stand in order of how many ratings they have, the most first, and among equals
/// by their identifiers; a rating is stored twice, with its user's row and with its item's, each on
/// the worker that owns the row. Which worker owns what never shows in a result.
public struct Ratings: Sendable {
  public let columns: RatingColumns
  public let users: Identifiers
  public let items: Identifiers
  /// The ratings over all workers; those added up count once.
  public let count: Int
  /// This worker's users, each with the items that they rated.
  public let byUser: RatingRows
  /// This worker's items, each with the users who rated them.
  public let byItem: RatingRows
}

/// Some rows of a matrix of ratings by their entries: users with their items, or the other way.
public struct RatingRows: Sendable {
  /// How many rows all workers have together.
  public let rowCount: Int
  public let columnCount: Int
  /// The rows of each leaf, cut at even sums of rows and ratings.
  ///
  /// A power of two of them, some of which may be empty. A leaf is taken by one thread, and sums go
  /// over leaves in order.
  public let leaves: RatingLeaves
  /// The rows of this worker.
  public let rows: Range<Int>
  /// The entries of own row `i` are `offsets[i]..<offsets[i + 1]`.
  public let offsets: Buffer<Int>
  /// The columns of a row, rising; equal ones in the order of the data.
  public let indices: Buffer<Int32>
  public let values: Buffer<Float>
  /// What they take in the budget, for as long as they are held.
  let reservation: MemoryReservation

  /// How many ratings this worker's rows have.
  public var entryCount: Int { offsets[offsets.count - 1] }
}
