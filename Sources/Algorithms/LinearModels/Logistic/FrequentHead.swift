internal import Blocks
internal import LinearAlgebra
internal import Platform

/// The coefficients of the columns that most rows have, and the intercept, on rank 0.
///
/// Scaled so that their part of the Hessian is 1, by a Cholesky factor U of it: what the solver
/// sees is U times the coefficients.
struct FrequentHead<Element: Scalar> {
  let columns: [Int]
  let hasIntercept: Bool
  private let sample: ClassSample<Element>
  private let prices: [Double]
  private(set) var coefficients: [Double]
  /// What the coefficients change by along the direction.
  private(set) var direction: [Double]
  var state: SlicedDescent
  /// U, or the roots of the diagonal where there is no factor.
  private var factor: Matrix<Double>

  init?(
    _ frequent: FrequentColumns<Element>, _ problem: LogisticProblem<Element>, memory: Int,
    level: KernelLevel
  ) {
    guard let sample = frequent.sample else { return nil }
    let layout = problem.layout
    self.sample = sample
    columns = frequent.columns
    hasIntercept = layout.hasIntercept
    let tail = hasIntercept ? [problem.start[layout.intercept(0)]] : []
    prices = columns.map { problem.penalties.squares[$0] } + (hasIntercept ? [0] : [])
    coefficients = columns.map { problem.start[$0] } + tail
    direction = coefficients.map { _ in 0 }
    state = SlicedDescent(
      direction[...], prices: direction[...], memory: memory, threads: 1, level: level)
    for place in direction.indices { state.scales[place] = 1 }
    factor = Matrix(rowCount: direction.count, columnCount: direction.count)
  }

  /// Takes the Hessian where the curvatures of the sample's rows are these.
  mutating func renew(curvatures: [Double]) throws {
    state.forget()
    if let found = try sample.factor(curvatures: curvatures, penalties: prices) {
      factor = found.factor
    } else {
      factor = Matrix(rowCount: prices.count, columnCount: prices.count)
      for place in prices.indices { factor[place, place] = 1 }
    }
  }

  /// Takes the gradient of the loss; gives the products of `SlicedDescent.advance`.
  mutating func advance(_ slope: [Double], step: Double?) throws -> [[Double]] {
    var side = slope.indices.map { slope[$0] + prices[$0] * coefficients[$0] }
    // Uᵀ x = side, from the front.
    factor.withSpan { u in
      let order = side.count
      for row in 0..<order {
        side[row] /= u[row * order + row]
        for column in row + 1..<max(order, row + 1) {
          side[column] -= u[row * order + column] * side[row]
        }
      }
    }
    let sums = Buffer(side)
    return try state.advance(sums, factor: 1, step: step)
  }

  /// Makes the direction; gives the products of `SlicedDescent.descend`.
  mutating func descend(_ weights: StepWeights) throws -> [Double] {
    let scaled = Buffer<Double>(count: direction.count)
    let products = try state.descend(weights, into: scaled)
    var way = scaled.array
    // U x = way, from the back.
    factor.withSpan { u in
      let order = way.count
      for row in (0..<order).reversed() {
        for column in row + 1..<max(order, row + 1) {
          way[row] -= u[row * order + column] * way[column]
        }
        way[row] /= u[row * order + row]
      }
    }
    direction = way
    var numbers = [products.reduce(0) { $0 + $1[0] }, 0, 0]
    for place in way.indices {
      numbers[1] += prices[place] * coefficients[place] * way[place]
      numbers[2] += prices[place] * way[place] * way[place]
    }
    return numbers
  }

  mutating func move(_ step: Double) {
    for place in coefficients.indices { coefficients[place] += step * direction[place] }
  }
}
