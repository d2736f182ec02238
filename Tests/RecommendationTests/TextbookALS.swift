import Cluster
import Learning
import LinearAlgebra
import Recommendation

/// Alternating least squares as the papers write it, in double and without a thought for speed.
struct TextbookALS {
  var settings: ALS
  var ratings: [(user: Int, item: Int, value: Double)]
  var userCount: Int
  var itemCount: Int
  /// Factors, then the bias where there are biases.
  var users: [[Double]] = []
  var items: [[Double]] = []
  var mean = 0.0

  init(
    _ settings: ALS, _ ratings: [(user: Int, item: Int, value: Double)], userCount: Int,
    itemCount: Int, seed: UInt64
  ) {
    (self.settings, self.ratings) = (settings, ratings)
    (self.userCount, self.itemCount) = (userCount, itemCount)
    let level = ratings.reduce(0) { $0 + $1.value } / Double(ratings.count)
    let square = ratings.reduce(0) { $0 + $1.value * $1.value } / Double(ratings.count)
    if settings.biases { mean = level }
    let isLevel = settings.implicit || 2 * level * level > square
    let source = RandomSource(seed: seed, purpose: "als.users")
    users = (0..<userCount).map { user in
      var stream = source.stream(row: user)
      var direction = (0..<settings.rank).map { _ in stream.normal() }
      if settings.nonnegative || isLevel && !settings.biases {
        direction = direction.map { abs($0) }
      }
      let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return direction.map { Double(Float($0 / length)) } + (settings.biases ? [0] : [])
    }
    let width = settings.rank + (settings.biases ? 1 : 0)
    items = [[Double]](repeating: [Double](repeating: 0, count: width), count: itemCount)
    for _ in 0..<settings.maxIterations {
      items = (0..<itemCount).map { item in
        solve(ratings.filter { $0.item == item }.map { ($0.user, $0.value) }, users)
      }
      users = (0..<userCount).map { user in
        solve(ratings.filter { $0.user == user }.map { ($0.item, $0.value) }, items)
      }
    }
  }

  func ridge(_ count: Int) -> Double {
    settings.regularization
      * (settings.regularizationScaling == .count ? Double(max(1, count)) : 1)
  }

  /// The best vector for ratings of others.
  private func solve(_ ratings: [(other: Int, value: Double)], _ others: [[Double]]) -> [Double] {
    let width = settings.rank + (settings.biases ? 1 : 0)
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: width), count: width)
    var right = [Double](repeating: 0, count: width)
    func add(_ y: [Double], weight: Double, target: Double) {
      for i in 0..<width {
        for j in 0..<width { matrix[i][j] += weight * y[i] * y[j] }
        right[i] += target * y[i]
      }
    }
    if settings.implicit { for y in others { add(y, weight: 1, target: 0) } }
    for (other, value) in ratings {
      var y = others[other]
      if settings.implicit {
        let confidence = 1 + settings.alpha * abs(value)
        add(y, weight: confidence - 1, target: value > 0 ? confidence : 0)
      } else if settings.biases {
        let target = value - mean - y[settings.rank]
        y[settings.rank] = 1
        add(y, weight: 1, target: target)
      } else {
        add(y, weight: 1, target: value)
      }
    }
    for i in 0..<width { matrix[i][i] += ridge(ratings.count) }
    return settings.nonnegative ? nonnegative(matrix, right) : eliminate(matrix, right)
  }

  /// Tries every set of unknowns that are 0 and takes the one that satisfies the conditions of
  /// Karush, Kuhn and Tucker; a bias is free.
  private func nonnegative(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var best: (x: [Double], value: Double)?
    for set in 0..<(1 << settings.rank) {
      let kept = right.indices.filter { $0 >= settings.rank || set >> $0 & 1 == 1 }
      let part = eliminate(kept.map { i in kept.map { matrix[i][$0] } }, kept.map { right[$0] })
      var x = [Double](repeating: 0, count: right.count)
      for (place, value) in zip(kept, part) { x[place] = value }
      guard x.prefix(settings.rank).allSatisfy({ $0 >= 0 }) else { continue }
      var value = 0.0
      for i in x.indices {
        value -= 2 * right[i] * x[i]
        for j in x.indices { value += x[i] * matrix[i][j] * x[j] }
      }
      if value < best?.value ?? .infinity { best = (x, value) }
    }
    return best?.x ?? right.map { _ in .nan }
  }

  /// Gauss with pivots.
  private func eliminate(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var (rows, side) = (matrix, right)
    let count = side.count
    for k in 0..<count {
      let pivot = (k..<count).max { abs(rows[$0][k]) < abs(rows[$1][k]) } ?? k
      rows.swapAt(k, pivot)
      side.swapAt(k, pivot)
      for i in (k + 1)..<max(k + 1, count) {
        let factor = rows[i][k] / rows[k][k]
        for j in k..<count { rows[i][j] -= factor * rows[k][j] }
        side[i] -= factor * side[k]
      }
    }
    for k in (0..<count).reversed() {
      for j in (k + 1)..<max(k + 1, count) { side[k] -= rows[k][j] * side[j] }
      side[k] /= rows[k][k]
    }
    return side
  }

  /// What a pair is predicted to be.
  func score(_ user: Int, _ item: Int) -> Double {
    let (x, y) = (users[user], items[item])
    let product = (0..<settings.rank).reduce(0) { $0 + x[$1] * y[$1] }
    return settings.biases ? mean + x[settings.rank] + y[settings.rank] + product : product
  }

  /// The loss of a model's factors by its definition, over all pairs where ratings are implicit.
  static func loss(
    _ settings: ALS, _ factors: FactorValues,
    _ ratings: [(user: Int, item: Int, value: Double)]
  ) -> Double {
    var loss = 0.0
    var (ofUser, ofItem) = ([Int: Int](), [Int: Int]())
    for rating in ratings {
      let score = factors.score(rating.user, rating.item)
      if settings.implicit {
        let confidence = 1 + settings.alpha * abs(rating.value)
        let preference = rating.value > 0 ? 1.0 : 0
        loss += confidence * (preference - score) * (preference - score) - score * score
      } else {
        loss += (rating.value - score) * (rating.value - score)
      }
      ofUser[rating.user, default: 0] += 1
      ofItem[rating.item, default: 0] += 1
    }
    if settings.implicit {
      for user in factors.users.indices {
        for item in factors.items.indices {
          let score = factors.score(user, item)
          loss += score * score
        }
      }
    }
    func price(_ rows: [[Double]], _ counts: [Int: Int]) -> Double {
      rows.enumerated().reduce(0) { sum, row in
        let count = settings.regularizationScaling == .count ? max(1, counts[row.offset] ?? 0) : 1
        return sum + settings.regularization * Double(count)
          * row.element.reduce(0) { $0 + $1 * $1 }
      }
    }
    return loss + price(factors.users, ofUser) + price(factors.items, ofItem)
  }
}

/// A model's numbers in double, biases behind the factors.
struct FactorValues {
  let users: [[Double]]
  let items: [[Double]]
  let offset: Double
  let hasBiases: Bool

  init(_ table: FactorTable) {
    hasBiases = table.userBias != nil
    offset = table.offset
    users = (0..<table.users.rowCount).map { row in
      table.users.row(row).map { Double($0) } + (table.userBias.map { [Double($0[row])] } ?? [])
    }
    items = (0..<table.items.rowCount).map { row in
      table.items.row(row).map { Double($0) } + (table.itemBias.map { [Double($0[row])] } ?? [])
    }
  }

  func score(_ user: Int, _ item: Int) -> Double {
    let rank = users[user].count - (hasBiases ? 1 : 0)
    let product = (0..<rank).reduce(0) { $0 + users[user][$1] * items[item][$1] }
    return hasBiases ? offset + users[user][rank] + items[item][rank] + product : product
  }
}
