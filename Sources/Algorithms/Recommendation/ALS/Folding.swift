internal import Learning
internal import LinearAlgebra
internal import Platform
internal import Synchronization

/// Finds factors for users who were not there, from the items' factors of a model.
final class Folding: Sendable {
  private let settings: ALS
  private let factors: FactorTable
  private let shape: FactorShape
  /// The items' factors as solving wants them, made when they are first asked for.
  private let prepared = Mutex<Prepared?>(nil)

  private struct Prepared: Sendable {
    let table: Buffer<Float>
    let common: CommonPart?
    let level: KernelLevel
  }

  init(_ settings: ALS, _ factors: FactorTable) {
    self.settings = settings
    self.factors = factors
    shape = FactorShape(rank: settings.rank, hasBias: settings.biases)
  }

  func fold(_ items: [Int32], _ values: [Float]) throws -> UserVector {
    let order = items.indices.sorted { (items[$0], $0) < (items[$1], $1) }
    let problem = try problem(order.map { items[$0] }, order.map { values[$0] })
    let solver = RowSolver(problem)
    let solution = Buffer<Float>(count: shape.stride)
    let ratings = 0..<items.count
    if ratings.count <= FactorSystems.pieceLimit {
      _ = solver.solve([ratings], in: solution, at: [0])
    } else {
      let sums = FactorSums(dimension: shape.dimension)
      for piece in RowSolver.pieces(of: ratings) { solver.form(piece, into: sums) }
      _ = solver.solve(sums, of: ratings, in: solution, at: 0)
    }
    return UserVector(
      factors: (0..<shape.rank).map { solution[$0] },
      bias: shape.hasBias ? solution[shape.bias] : 0)
  }

  /// The system that `fold` solves, its sums in double; unknowns are the factors and the bias.
  func system(_ items: [Int32], _ values: [Float]) throws -> UserSystem {
    let problem = try problem(items, values)
    let dimension = shape.dimension
    let sums = FactorSums(dimension: dimension)
    sums.addExactly(0..<items.count, of: problem.observations, level: problem.level)
    if let common = problem.common { sums.add(common) }
    var matrix = Matrix(rowCount: dimension, columnCount: dimension, elements: sums.upper.array)
    let ridge = settings.ridge(of: items.count)
    for place in 0..<dimension { matrix[place, place] += ridge }
    return UserSystem(
      matrix: matrix, weights: zip(items, values).map { weight(of: $1, item: Int($0)) },
      hasBias: shape.hasBias)
  }

  /// How often the vector of an item goes into the right side for a rating of it.
  private func weight(of value: Float, item: Int) -> Double {
    if settings.implicit {
      return value > 0 ? 1 + Double(Float(settings.alpha)) * Double(value) : 0
    }
    return Double(value) - Double(Float(factors.offset)) - Double(factors.itemBias?[item] ?? 0)
  }

  /// The ratings of a user as a row to be solved.
  private func problem(_ items: [Int32], _ values: [Float]) throws -> RowProblem {
    let prepared = try prepare()
    return RowProblem(
      settings: settings, shape: shape,
      observations: FactorObservations(
        factors: prepared.table, stride: shape.stride, dimension: shape.dimension,
        indices: Buffer(items), values: Buffer(values),
        target: settings.implicit
          ? .preference(alpha: Float(settings.alpha))
          : .value(shift: Float(factors.offset), bias: shape.hasBias ? shape.bias : nil)),
      common: prepared.common, level: prepared.level, steps: 0)
  }

  private func prepare() throws -> Prepared {
    try prepared.withLock { prepared in
      if let prepared { return prepared }
      let level = try KernelLevel.current()
      let count = factors.items.rowCount
      let table = Buffer<Float>(count: count * shape.stride)
      for item in 0..<count {
        let start = shape.place(item)
        for place in 0..<shape.rank { table[start + place] = factors.items[item, place] }
        if shape.hasBias {
          table[start + shape.one] = 1
          table[start + shape.bias] = factors.itemBias?[item] ?? 0
        }
      }
      var common: CommonPart?
      if settings.implicit, count > 0 {
        let gram = GramAccumulator<Float>(dimension: shape.dimension, level: level)
        gram.add(rows: 0..<count, of: factors.items.buffer, stride: shape.rank)
        gram.finish()
        common = CommonPart(dimension: shape.dimension, upper: gram.upper.elements)
      }
      let made = Prepared(table: table, common: common, level: level)
      prepared = made
      return made
    }
  }
}
