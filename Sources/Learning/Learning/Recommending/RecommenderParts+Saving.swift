public import Blocks
internal import Datasets
internal import LinearAlgebra
internal import Platform

extension RecommenderParts {
  /// What of them is stored, for `SavedStep.tensors`.
  public var tensors: [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for (name, identifiers) in [("users", users), ("items", items)] {
      switch identifiers.contents {
      case .integers(let integers): tensors["\(name).ids"] = Tensor(integers)
      case .texts(let bytes, let ends):
        tensors["\(name).bytes"] = Tensor(bytes)
        tensors["\(name).ends"] = Tensor(ends)
      }
    }
    if factors.rank > 0 {
      tensors["users.factors"] = Tensor(factors.users)
      tensors["items.factors"] = Tensor(factors.items)
    }
    tensors["offset"] = Tensor([factors.offset])
    if let bias = factors.userBias { tensors["users.bias"] = Tensor(bias) }
    if let bias = factors.itemBias { tensors["items.bias"] = Tensor(bias) }
    if let history {
      tensors["history.ends"] = Tensor(history.offsets.array.dropFirst().map { Int64($0) })
      tensors["history.items"] = Tensor(
        shape: [history.count], storage: .int32(history.items))
      tensors["history.values"] = Tensor(history.values.array)
    }
    return tensors
  }

  /// Takes back what was stored, trusting none of it.
  public init(_ saved: SavedStep, columns: RatingColumns) throws {
    let users = try Self.identifiers("users", saved)
    let items = try Self.identifiers("items", saved)
    let factors = try Self.factors(saved, userCount: users.count, itemCount: items.count)
    self.init(
      columns: columns, users: users, items: items, factors: factors,
      history: try Self.history(saved, userCount: users.count, itemCount: items.count))
  }

  private static func identifiers(_ name: String, _ saved: SavedStep) throws -> Identifiers {
    if let integers = saved.tensors["\(name).ids"]?.int64s { return try Identifiers(integers) }
    guard let bytes = saved.tensors["\(name).bytes"]?.uint8s,
      let ends = saved.tensors["\(name).ends"]?.int64s
    else { throw Failure(.data, "the model lacks the names of its \(name)") }
    return try Identifiers(bytes: bytes, ends: ends)
  }

  private static func factors(
    _ saved: SavedStep, userCount: Int, itemCount: Int
  ) throws -> FactorTable {
    func matrix(_ name: String, _ rowCount: Int) throws -> Matrix<Float> {
      guard let tensor = saved.tensors[name] else {
        return Matrix(rowCount: rowCount, columnCount: 0)
      }
      guard let matrix = tensor.matrix(of: Float.self), matrix.rowCount == rowCount else {
        throw Failure(.data, "'\(name)' is no matrix of \(rowCount) rows")
      }
      return matrix
    }
    func bias(_ name: String, _ count: Int) throws -> [Float]? {
      guard let tensor = saved.tensors[name] else { return nil }
      guard let bias = tensor.floats, bias.count == count else {
        throw Failure(.data, "'\(name)' is no vector of \(count) numbers")
      }
      return bias
    }
    let users = try matrix("users.factors", userCount)
    let items = try matrix("items.factors", itemCount)
    guard users.columnCount == items.columnCount else {
      throw Failure(.data, "the factors of users and items have different lengths")
    }
    return FactorTable(
      offset: try saved.vector("offset", count: 1)[0], users: users, items: items,
      userBias: try bias("users.bias", userCount), itemBias: try bias("items.bias", itemCount))
  }

  private static func history(
    _ saved: SavedStep, userCount: Int, itemCount: Int
  ) throws -> RatingHistory? {
    guard let ends = saved.tensors["history.ends"]?.int64s else { return nil }
    guard let items = saved.tensors["history.items"]?.int32s,
      let values = saved.tensors["history.values"]?.floats, ends.count == userCount,
      items.count == values.count, ends.last ?? 0 == items.count
    else { throw Failure(.data, "the history of the model is not whole") }
    let offsets = [0] + ends.map { Int($0) }
    guard zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 }) else {
      throw Failure(.data, "the history of the model is out of order")
    }
    for user in 0..<userCount {
      var last: Int32 = 0
      for item in items[offsets[user]..<offsets[user + 1]] {
        guard item >= last, item < itemCount else {
          throw Failure(.data, "the history of the model names an item that is not there")
        }
        last = item
      }
    }
    return RatingHistory(
      offsets: Buffer(offsets), items: Buffer(items), values: Buffer(values))
  }
}
