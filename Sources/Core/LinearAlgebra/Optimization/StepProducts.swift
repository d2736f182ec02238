internal import Platform

/// How steps, changes and the gradient add up to a direction.
public struct StepWeights: Sendable, Equatable {
  public var gradient: Double
  /// One a pair, the oldest first.
  public var pairs: [Pair]

  public struct Pair: Sendable, Equatable {
    public var step: Double
    public var change: Double
  }

  /// As numbers that go from worker to worker.
  public var numbers: [Double] { [gradient] + pairs.flatMap { [$0.step, $0.change] } }

  public init(numbers: [Double]) {
    gradient = numbers[0]
    pairs = stride(from: 1, to: numbers.count, by: 2).map {
      Pair(step: numbers[$0], change: numbers[$0 + 1])
    }
  }

  init(gradient: Double, pairs: [Pair]) {
    self.gradient = gradient
    self.pairs = pairs
  }
}

/// The products of the vectors of L-BFGS with each other: all that its direction hangs on.
///
/// Held where decisions are made; the vectors themselves lie in `SlicedDescent`.
public struct StepProducts: Sendable {
  private let memory: Int
  /// Of each pair (row): its step with each change, its change with each change.
  private var stepChange: [[Double]] = []
  private var changeChange: [[Double]] = []
  private var stepGradient: [Double] = []
  private var changeGradient: [Double] = []

  public init(memory: Int) { self.memory = memory }

  public mutating func forget() { self = StepProducts(memory: memory) }

  /// Takes what `SlicedDescent.advance` gave, added over all blocks.
  public mutating func take(_ numbers: [Double]) {
    let count = (numbers.count - 1) / 6
    require(count <= memory && numbers.count == 1 + 6 * count, "\(numbers.count) products")
    if count > 0 {
      if stepChange.count == memory {
        (stepChange, changeChange) = (
          stepChange.dropFirst().map { Array($0.dropFirst()) },
          changeChange.dropFirst().map { Array($0.dropFirst()) }
        )
      }
      if stepChange.count == count - 1 { append(numbers, count) }
      require(stepChange.count == count, "\(count) pairs after \(stepChange.count)")
    }
    stepGradient = (0..<count).map { numbers[1 + 6 * $0] }
    changeGradient = (0..<count).map { numbers[4 + 6 * $0] }
  }

  private mutating func append(_ numbers: [Double], _ count: Int) {
    let newest = count - 1
    for pair in 0..<newest {
      stepChange[pair].append(numbers[3 + 6 * pair])
      changeChange[pair].append(numbers[6 + 6 * pair])
    }
    // Products of a pair with the newest step and change.
    stepChange.append(
      (0..<newest).map { numbers[5 + 6 * $0] } + [numbers[3 + 6 * newest]])
    changeChange.append((0..<count).map { numbers[6 + 6 * $0] })
  }

  /// The way down: minus the gradient times the inverse Hessian, as far as the steps tell it.
  ///
  /// The two loops of L-BFGS from a metric of 1, on products in place of vectors.
  public func descent() -> StepWeights {
    let count = stepChange.count
    // What is lost in rounding would poison the metric.
    let isUsable = (0..<count).map { pair in
      stepChange[pair][pair] > 1e-12 * changeChange[pair][pair]
    }
    var change = [Double](repeating: 0, count: count)
    for pair in (0..<count).reversed() where isUsable[pair] {
      var product = stepGradient[pair]
      for newer in pair + 1..<max(count, pair + 1) {
        product -= change[newer] * stepChange[pair][newer]
      }
      change[pair] = product / stepChange[pair][pair]
    }
    var step = [Double](repeating: 0, count: count)
    for pair in 0..<count where isUsable[pair] {
      var product = changeGradient[pair]
      for other in 0..<count { product -= change[other] * changeChange[pair][other] }
      for older in 0..<pair { product += step[older] * stepChange[older][pair] }
      step[pair] = change[pair] - product / stepChange[pair][pair]
    }
    return StepWeights(
      gradient: -1, pairs: (0..<count).map { .init(step: -step[$0], change: change[$0]) })
  }
}
