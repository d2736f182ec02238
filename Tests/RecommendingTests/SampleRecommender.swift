import Martlet

/// A recommender with factors as given, that folds users in by least squares with a fixed penalty.
struct SampleRecommender: RecommenderModel {
  static let kind = "sample-recommender"
  static let penalty = 0.5
  var parts: RecommenderParts
  var isImplicit = false
  var coldStart: ColdStart { .missing }

  init(parts: RecommenderParts) { self.parts = parts }
  init(_ saved: SavedStep) throws { throw Failure(.bug, "a sample is not stored") }
  var saved: SavedStep { SavedStep(settings: .null) }

  func fold(_ items: [Int32], _ values: [Float]) throws -> UserVector {
    guard let system = try system(items, values) else { return UserVector(factors: []) }
    var side = [Double](repeating: 0, count: factors.rank)
    for (item, weight) in zip(items, system.weights) {
      for (place, factor) in factors.items.row(Int(item)).enumerated() {
        side[place] += weight * Double(factor)
      }
    }
    return UserVector(factors: solved(system.matrix, side).map { Float($0) }, bias: 0.25)
  }

  func system(_ items: [Int32], _ values: [Float]) throws -> UserSystem? {
    let rank = factors.rank
    guard rank > 0 else { return nil }
    var matrix = Matrix<Double>(rowCount: rank, columnCount: rank)
    for place in 0..<rank { matrix[place, place] = Self.penalty }
    for item in items {
      let own = factors.items.row(Int(item)).map { Double($0) }
      for a in 0..<rank { for b in 0..<rank { matrix[a, b] += own[a] * own[b] } }
    }
    return UserSystem(matrix: matrix, weights: values.map { Double($0) })
  }
}

/// Gaussian elimination, as in a textbook.
func solved(_ matrix: Matrix<Double>, _ side: [Double]) -> [Double] {
  let count = side.count
  var rows = (0..<count).map { matrix.row($0) + [side[$0]] }
  for pivot in 0..<count {
    for row in 0..<count where row != pivot {
      let factor = rows[row][pivot] / rows[pivot][pivot]
      for column in pivot...count { rows[row][column] -= factor * rows[pivot][column] }
    }
  }
  return (0..<count).map { rows[$0][count] / rows[$0][$0] }
}

/// Models for the tests, the same for each seed.
enum Sample {
  static let userCount = 57
  static let itemCount = 41

  /// - Parameter rank: how many factors; with them come biases.
  static func model(
    rank: Int = 5, isText: Bool = true, userCount: Int = userCount, seed: UInt64 = 11
  ) throws -> SampleRecommender {
    var draw = Philox(seed: seed, stage: 0, row: 0)
    func numbers(_ count: Int) -> [Float] {
      // Coarse numbers, so that scores tie.
      (0..<count).map { _ in Float((draw.uniform() * 8).rounded(.down) - 4) / 4 }
    }
    let users = try identifiers("u", userCount, isText)
    let items = try identifiers("i", itemCount, isText)
    let factors = FactorTable(
      offset: 3.125,
      users: Matrix(rowCount: userCount, columnCount: rank, elements: numbers(userCount * rank)),
      items: Matrix(rowCount: itemCount, columnCount: rank, elements: numbers(itemCount * rank)),
      userBias: rank > 0 ? numbers(userCount) : nil, itemBias: numbers(itemCount))
    var offsets = [0]
    var (own, values) = ([Int32](), [Float]())
    for user in 0..<userCount {
      for item in 0..<itemCount where draw.uniform() < (user == 7 ? 2 : 0.2) && user != 9 {
        own.append(Int32(item))
        values.append(1 + Float((draw.uniform() * 5).rounded(.down)))
      }
      offsets.append(own.count)
    }
    return SampleRecommender(
      parts: RecommenderParts(
        columns: RatingColumns(user: "user", item: "item", rating: "rating"), users: users,
        items: items, factors: factors,
        history: RatingHistory(
          offsets: Buffer(offsets), items: Buffer(own), values: Buffer(values))))
  }

  /// Names in an order that is not their own.
  private static func identifiers(
    _ letter: String, _ count: Int, _ isText: Bool
  ) throws -> Identifiers {
    let numbers = (0..<count).map { $0 * 29 % count }
    if !isText { return try Identifiers(numbers.map { Int64($0 * 7 - 20) }) }
    let texts = numbers.map { "\(letter)\($0)" }
    var end: Int64 = 0
    let ends = texts.map { text -> Int64 in
      end += Int64(text.utf8.count)
      return end
    }
    return try Identifiers(bytes: texts.flatMap { Array($0.utf8) }, ends: ends)
  }
}

/// The rows of a table of lists.
func rows(_ lists: Dataset, threads: Int = 2) throws -> [[Value]] {
  let frame = try lists.collect(in: Session(threads: threads))
  return (0..<frame.rowCount).map { row in frame.columns.map { $0[row] } }
}

/// The best of some candidates: greater scores first, of equal ones the earlier place.
func best(_ candidates: [(place: Int, score: Double)], _ count: Int) -> [(
  place: Int, score: Double
)] {
  Array(
    candidates.sorted { $0.score != $1.score ? $0.score > $1.score : $0.place < $1.place }
      .prefix(count))
}
