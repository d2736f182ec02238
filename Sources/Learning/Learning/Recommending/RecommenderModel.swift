public import Blocks
internal import Cluster
public import Datasets
internal import Frames
public import LinearAlgebra
internal import Platform

/// What learning from ratings leaves: a score for each pair of a user and an item.
///
/// As a step of a pipeline it adds the column `prediction` to rows of users and items. A pair scored
/// alone gets the bits that it gets in a batch and in a list of recommendations.
public protocol RecommenderModel: Step {
  /// Names, factors and history.
  var parts: RecommenderParts { get }
  /// Whether it learned that something happened, not how much it was liked.
  var isImplicit: Bool { get }
  /// What becomes of a row whose user or item was not there.
  var coldStart: ColdStart { get }

  /// The vector of a user who was not there, from items by their places and how they rated them.
  func fold(_ items: [Int32], _ values: [Float]) throws -> UserVector

  /// The system that such a vector solves, for reasons; nil where the vector is no solution of one.
  func system(_ items: [Int32], _ values: [Float]) throws -> UserSystem?
}

extension RecommenderModel {
  public func system(_ items: [Int32], _ values: [Float]) throws -> UserSystem? { nil }
}

/// What becomes of a pair of which the user or the item was not there when the model learned.
public enum ColdStart: String, CaseIterable, SettingValue {
  /// No prediction.
  case missing
  /// The row is taken out.
  case drop
}

/// A user as the model sees them.
public struct UserVector: Sendable, Equatable {
  public var factors: [Float]
  public var bias: Float

  public init(factors: [Float], bias: Float = 0) {
    self.factors = factors
    self.bias = bias
  }
}

/// What models of users and items have in common.
public struct RecommenderParts: Sendable {
  public var columns: RatingColumns
  public var users: Identifiers
  public var items: Identifiers
  public var factors: FactorTable
  /// What it learned from, by users; nil where it was told to forget.
  public var history: RatingHistory?

  public init(
    columns: RatingColumns, users: Identifiers, items: Identifiers, factors: FactorTable,
    history: RatingHistory?
  ) {
    self.columns = columns
    self.users = users
    self.items = items
    self.factors = factors
    self.history = history
  }
}

extension RecommenderParts {
  /// What a person wants to see of them, a line each.
  public var summary: [SummaryLine] {
    [
      SummaryLine("users", "\(users.count) (column \(columns.user))"),
      SummaryLine("items", "\(items.count) (column \(columns.item))"),
      SummaryLine(
        "history",
        history.map { "\($0.count) ratings (\(byteText($0.count * 8)))" } ?? "forgotten"),
    ]
  }
}

/// The numbers of a model of users and items: the score of a pair is
/// `offset + userBias[u] + itemBias[i] + users[u] . items[i]`.
public struct FactorTable: Sendable {
  public var offset: Double
  /// A row a user; no columns where only biases count.
  public var users: Matrix<Float>
  public var items: Matrix<Float>
  public var userBias: [Float]?
  public var itemBias: [Float]?

  public init(
    offset: Double = 0, users: Matrix<Float>, items: Matrix<Float>, userBias: [Float]? = nil,
    itemBias: [Float]? = nil
  ) {
    self.offset = offset
    self.users = users
    self.items = items
    self.userBias = userBias
    self.itemBias = itemBias
    require(
      users.columnCount == items.columnCount && userBias?.count ?? users.rowCount == users.rowCount
        && itemBias?.count ?? items.rowCount == items.rowCount,
      "factors of \(users.columnCount) and \(items.columnCount) numbers")
  }

  /// How many numbers stand for a user or an item.
  public var rank: Int { items.columnCount }

  /// A user of the model.
  public func vector(ofUser user: Int) -> UserVector {
    UserVector(factors: users.row(user), bias: userBias?[user] ?? 0)
  }

  /// The score of a pair.
  ///
  /// In single precision one chain from the item's bias on, each product fused with its addition;
  /// the user's part is added in double: so lists and pairs agree to the bit.
  public func score(user: Int, item: Int) -> Double {
    var chain = itemBias?[item] ?? 0
    users.withSpan { users in
      items.withSpan { items in
        let (from, to) = (user * rank, item * rank)
        for place in 0..<rank { chain.addProduct(users[from + place], items[to + place]) }
      }
    }
    return Double(chain) + (offset + Double(userBias?[user] ?? 0))
  }
}

/// Who rated what: for each user of a model the items, rising, and how much.
public struct RatingHistory: Sendable {
  /// The ratings of user `u` are `offsets[u]..<offsets[u + 1]`.
  public let offsets: Buffer<Int>
  public let items: Buffer<Int32>
  public let values: Buffer<Float>

  public init(offsets: Buffer<Int>, items: Buffer<Int32>, values: Buffer<Float>) {
    self.offsets = offsets
    self.items = items
    self.values = values
  }

  public var userCount: Int { offsets.count - 1 }
  public var count: Int { items.count }
  public func range(ofUser user: Int) -> Range<Int> { offsets[user]..<offsets[user + 1] }
}

extension RecommenderModel {
  public var users: Identifiers { parts.users }
  public var items: Identifiers { parts.items }
  public var factors: FactorTable { parts.factors }
  public var history: RatingHistory? { parts.history }
}
