internal import CKernels
internal import Platform

/// One worker's slice of the state of L-BFGS, for points so long that they are cut over workers.
///
/// Variables are scaled so that the metric of the caller's is 1, which leaves products of vectors
/// and sums of them: all products of a step are made in one read, all sums in another (Chen, Wang
/// and Zhou, "Large-scale L-BFGS using MapReduce", 2014). Products are given for each block of a
/// fixed length, so that neither threads nor workers show when they are added in order. Steps and
/// changes are kept in single precision: they shape the way, not where it ends.
///
/// ```swift
/// let parts = try state.advance(sums, factor: 1 / weight, step: step)  // to StepProducts, on rank 0
/// let more = try state.descend(weights, into: direction)
/// try state.move(step, along: direction)
/// ```
/// Cost: 8 x memory + 40 bytes a variable; two reads of them a step.
public struct SlicedDescent: Sendable {
  /// How many variables this worker holds.
  public let count: Int
  /// The variables as they are, not scaled.
  public let point: Buffer<Double>
  /// What a variable is divided by its scale for: 0 for one that stays where it is.
  public let scales: Buffer<Double>
  /// The price of half the square of each variable.
  let prices: Buffer<Double>
  /// The gradient of scaled variables, and the one before.
  var gradient: Buffer<Double>
  var last: Buffer<Double>
  let direction: Buffer<Double>
  /// Steps and changes, the oldest first.
  var pairs: [(step: Buffer<Float>, change: Buffer<Float>)] = []
  let memory: Int
  let threads: Int
  let level: KernelLevel

  /// Variables in a block.
  public static var blockCount: Int { 1 << 16 }

  /// - Parameters:
  ///   - point: where the search begins.
  ///   - prices: of half the square of each variable.
  ///   - memory: how many steps are kept.
  public init(
    _ point: ArraySlice<Double>, prices: ArraySlice<Double>, memory: Int, threads: Int,
    level: KernelLevel
  ) {
    require(point.count == prices.count && memory > 0, "\(prices.count) prices")
    count = point.count
    self.point = Buffer(Array(point))
    self.prices = Buffer(Array(prices))
    scales = Buffer(count: count)
    (gradient, last) = (Buffer(count: count), Buffer(count: count))
    direction = Buffer(count: count)
    (self.memory, self.threads, self.level) = (memory, threads, level)
  }

  /// Drops all steps, for a metric that is no longer that of their scales.
  public mutating func forget() { pairs = [] }

  /// Takes the gradient at the point, and remembers the step that led here.
  /// - Parameters:
  ///   - sums: the gradient of the loss before `factor`, of variables as they are.
  ///   - start: where that of the first variable lies.
  ///   - step: the part of the direction that was gone; nil where nothing is to be remembered.
  /// - Returns: for each block the square of the gradient, then for each pair the products of its
  ///   step with the gradient, the last step and the last change, and those of its change.
  public mutating func advance(
    _ sums: Buffer<Double>, from start: Int = 0, factor: Double, step: Double?
  ) throws -> [[Double]] {
    require(sums.count >= start + count, "sums of \(sums.count) from \(start)")
    swap(&gradient, &last)
    if step != nil {
      let oldest = pairs.count == memory ? pairs.removeFirst() : nil
      pairs.append(oldest ?? (Buffer(count: count), Buffer(count: count)))
    }
    let state = self
    return try eachBlock { range in
      unsafe state.products(of: range, sums.pointer + start, factor: factor, step: step)
    }
  }

  private func products(
    of range: Range<Int>, _ sums: UnsafePointer<Double>, factor: Double, step: Double?
  ) -> [Double] {
    let lanes = Buffer<Double>(count: 48 * max(1, pairs.count))
    var square = 0.0
    let (new, old) = unsafe (gradient.pointer, last.pointer)
    for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.chunkCount) {
      let part = first..<min(range.upperBound, first + Self.chunkCount)
      unsafe takeGradient(part, sums, factor)
      if let step, let pair = pairs.last {
        let (toStep, toChange, way) = unsafe (
          pair.step.pointer, pair.change.pointer, direction.pointer
        )
        for place in part {
          unsafe toStep[place] = Float(step * way[place])
          unsafe toChange[place] = Float(new[place] - old[place])
        }
      }
      unsafe square += martlet_dot(level.rawValue, new + first, new + first, part.count)
      guard let newest = pairs.last else { continue }
      for (place, pair) in pairs.enumerated() {
        for (side, vector) in [pair.step, pair.change].enumerated() {
          unsafe martlet_kept_products(
            level.rawValue, vector.pointer + first, new + first, newest.step.pointer + first,
            newest.change.pointer + first, part.count,
            lanes.pointer + 48 * place + 24 * side)
        }
      }
    }
    return [square]
      + (0..<6 * pairs.count).map { unsafe LogLoss.folded(lanes.pointer + 8 * $0) }
  }

  private func takeGradient(_ part: Range<Int>, _ sums: UnsafePointer<Double>, _ factor: Double) {
    let (to, scales, prices, point) = unsafe (
      gradient.pointer, scales.pointer, prices.pointer, point.pointer
    )
    for place in part {
      unsafe to[place] = scales[place] * (sums[place] * factor + prices[place] * point[place])
    }
  }

  /// Makes the direction, and writes it in terms of variables as they are.
  /// - Returns: for each block the products of the scaled direction with the gradient, and of the
  ///   priced direction with the point and with itself.
  public func descend(
    _ weights: StepWeights, into all: Buffer<Double>, from start: Int = 0
  ) throws -> [[Double]] {
    require(all.count >= start + count, "room for \(all.count) from \(start)")
    require(weights.pairs.count == pairs.count, "\(weights.pairs.count) weights")
    return try eachBlock { range in
      let target = unsafe all.pointer + start
      let priced = Buffer<Double>(count: Self.chunkCount)
      var numbers = [0.0, 0, 0]
      let (way, from) = unsafe (direction.pointer, gradient.pointer)
      let (scales, prices) = unsafe (scales.pointer, prices.pointer)
      for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.chunkCount) {
        let part = first..<min(range.upperBound, first + Self.chunkCount)
        for place in part { unsafe way[place] = weights.gradient * from[place] }
        for (pair, weight) in zip(pairs, weights.pairs) {
          unsafe martlet_add_kept(
            level.rawValue, weight.step, pair.step.pointer + first, way + first, part.count)
          unsafe martlet_add_kept(
            level.rawValue, weight.change, pair.change.pointer + first, way + first, part.count)
        }
        for place in part {
          let move = unsafe scales[place] * way[place]
          unsafe target[place] = move
          unsafe priced.pointer[place - first] = prices[place] * move
        }
        let product = { (a: UnsafePointer<Double>, b: UnsafePointer<Double>) in
          unsafe martlet_dot(level.rawValue, a, b, part.count)
        }
        unsafe numbers[0] += product(way + first, from + first)
        unsafe numbers[1] += product(priced.pointer, point.pointer + first)
        unsafe numbers[2] += product(priced.pointer, target + first)
      }
      return numbers
    }
  }

  /// Goes a part of a direction, given in terms of variables as they are.
  public func move(
    _ step: Double, along direction: Buffer<Double>, from start: Int = 0
  ) throws {
    require(direction.count >= start + count, "\(direction.count) numbers from \(start)")
    _ = try eachBlock { range in
      unsafe martlet_axpy(
        level.rawValue, step, direction.pointer + start + range.lowerBound,
        point.pointer + range.lowerBound, range.count)
      return []
    }
  }

  /// Writes the variables where the first of them lies at `start`.
  public func copyPoint(to all: Buffer<Double>, from start: Int) {
    require(all.count >= start + count, "room for \(all.count) from \(start)")
    unsafe (all.pointer + start).update(from: point.pointer, count: count)
  }

  // What a read of all vectors keeps in the first-level cache.
  private static var chunkCount: Int { 2048 }

  private func eachBlock(_ body: @Sendable (Range<Int>) -> [Double]) throws -> [[Double]] {
    let (length, count) = (Self.blockCount, count)
    return try mapConcurrently((count + length - 1) / length, threads: threads) { block in
      body(block * length..<min(count, (block + 1) * length))
    }
  }
}
