public import Cluster
public import LinearAlgebra
internal import Platform

/// Some labelled rows, standardised and gathered on rank 0: what a Hessian nearby is made of.
///
/// Each row is (x - mean) / scale, and a 1 behind where there is an intercept. Points are given in
/// the same terms, one row of coefficients an output.
public struct ClassSample<Element: Scalar>: Sendable {
  /// Row-major.
  let values: Buffer<Element>
  /// How many numbers a row has, the 1 among them.
  public let dimension: Int
  let places: [Double]
  /// The weight of each row times that of its class.
  let weights: [Double]
  let totalWeight: Double
  let threads: Int
  let level: KernelLevel

  /// How many rows there are.
  var rowCount: Int { weights.count }

  /// Loss, gradient and curvatures of the sample at a point, the first two in the mean.
  struct Terms {
    let loss: Double
    let gradient: Matrix<Double>
    /// One row an output.
    let curvatures: Matrix<Double>
  }

  /// What the model costs on the sample, and where.
  func terms(at point: Matrix<Double>) throws -> Terms {
    let (outputs, width, count) = (point.rowCount, dimension, rowCount)
    let stride = paddedToEight(width)
    let scorer = LinearScorer(
      coefficients: point, intercepts: Array(repeating: 0, count: outputs), isSparse: false,
      level: level)
    let parts = try mapConcurrently(Self.partCount, threads: threads) { part in
      let range = Self.range(part, of: count)
      let sums = Buffer<Double>(count: outputs * stride)
      let curvatures = Buffer<Double>(count: outputs * max(1, range.count))
      let lanes = Buffer<Double>(count: LogLoss.laneCount(outputs: outputs))
      let (margins, residuals, curved) = (
        Buffer<Double>(count: outputs * 256), Buffer<Double>(count: outputs * 256),
        Buffer<Double>(count: outputs * 256)
      )
      unsafe places.withUnsafeBufferPointer { places in
        unsafe weights.withUnsafeBufferPointer { weights in
          guard let places = places.baseAddress, let weights = weights.baseAddress else { return }
          for first in Swift.stride(from: range.lowerBound, to: range.upperBound, by: 256) {
            let block = first..<min(range.upperBound, first + 256)
            let rows = self.rows(block)
            unsafe scorer.scores(rows, into: margins.pointer, stride: 256)
            unsafe LogLoss(
              places: places + first, weights: weights + first, classWeights: nil,
              outputs: outputs
            ).terms(
              rows: 0, count: block.count, margins: margins.pointer, stride: 256,
              residuals: residuals.pointer, curvatures: curved.pointer, lanes: lanes.pointer,
              level: level)
            unsafe rows.addProducts(
              factors: residuals.pointer, factorsStride: 256, outputs: outputs,
              to: sums.pointer, sumsStride: stride, level: level)
            for output in 0..<outputs {
              unsafe (curvatures.pointer + output * range.count + first - range.lowerBound)
                .update(from: curved.pointer + output * 256, count: block.count)
            }
          }
        }
      }
      return (range, unsafe LogLoss.folded(lanes.pointer), sums, curvatures)
    }
    var (loss, gradient) = (0.0, Matrix<Double>(rowCount: outputs, columnCount: width))
    var curvatures = [Double](repeating: 0, count: outputs * count)
    for (range, part, sums, curved) in parts {
      loss += part
      for output in 0..<outputs {
        for column in 0..<width {
          gradient[output, column] += sums[output * stride + column] / totalWeight
        }
        for row in range {
          curvatures[output * count + row] = curved[output * range.count + row - range.lowerBound]
        }
      }
    }
    return Terms(
      loss: loss / totalWeight, gradient: gradient,
      curvatures: Matrix(rowCount: outputs, columnCount: count, elements: curvatures))
  }

  /// The weighted mean of y y' over the rows, all of it.
  func gram(weights: [Double]) throws -> Matrix<Double> {
    let order = dimension
    let parts = try mapConcurrently(Self.partCount, threads: threads) { part in
      let range = Self.range(part, of: rowCount)
      let gram = GramAccumulator<Element>(dimension: order, level: level)
      let scales = Buffer(range.map { Element(weights[$0]) })
      unsafe gram.add(rows(range), weights: scales.pointer)
      gram.finish()
      return gram.upper
    }
    var sum = Matrix<Double>(rowCount: order, columnCount: order)
    sum.withMutableSpan { sum in
      for part in parts {
        part.withSpan { part in
          for row in 0..<order {
            for column in row..<order { sum[row * order + column] += part[row * order + column] }
          }
        }
      }
      for row in 0..<order {
        for column in row..<order {
          let mean = sum[row * order + column] / totalWeight
          (sum[row * order + column], sum[column * order + row]) = (mean, mean)
        }
      }
    }
    return sum
  }

  private func rows(_ range: Range<Int>) -> RowBlock<Element> {
    unsafe RowBlock(
      values.pointer + range.lowerBound * dimension, rowCount: range.count,
      columnCount: dimension)
  }

  // A number of its own, so that threads do not show in the bits.
  private static var partCount: Int { 4 }

  private static func range(_ part: Int, of count: Int) -> Range<Int> {
    // Whole eights, as kernels take them.
    func edge(_ part: Int) -> Int {
      part == partCount ? count : part * (count / partCount) / 8 * 8
    }
    return edge(part)..<edge(part + 1)
  }
}

extension BlockMatrix {
  /// Draws rows by their numbers and gathers them, standardised, on rank 0; nil elsewhere.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func classSample(
    count: Int, hasIntercept: Bool, means: [Double], scales: [Double], classWeights: [Double]?,
    random: RandomSource, in session: Session
  ) throws -> ClassSample<Element>? {
    var draw = random.stream()
    let numbers = count >= rowCount ? nil : draw.sample(count, of: rowCount)
    let mine = numbers.map { numbers in numbers.filter { rows.contains($0) } } ?? Array(rows)
    let width = columnCount + (hasIntercept ? 1 : 0)
    let values = Buffer<Element>(count: mine.count * width)
    let threads = session.threads
    try concurrently(threads) { thread in
      let part = mine.count * thread / threads..<mine.count * (thread + 1) / threads
      for place in part {
        let to = unsafe values.pointer + place * width
        unsafe copyRow(mine[place], means: means, scales: scales, to: to)
        if hasIntercept { unsafe to[columnCount] = 1 }
      }
    }
    let places = mine.map { label(ofRow: $0) ?? 0 }
    let weights = zip(mine, places).map { weight(ofRow: $0) * (classWeights?[Int($1)] ?? 1) }
    let communicator = session.communicator
    var (joined, allPlaces, allWeights) = (values, places, weights)
    if communicator.size > 1 {
      joined = try Self.gathered(values, by: communicator)
      allPlaces = try communicator.gather(places, to: 0).flatMap { $0 }
      allWeights = try communicator.gather(weights, to: 0).flatMap { $0 }
    }
    guard session.isRoot else { return nil }
    return ClassSample(
      values: joined, dimension: width, places: allPlaces, weights: allWeights,
      totalWeight: max(allWeights.reduce(0, +), .leastNormalMagnitude), threads: threads,
      level: try KernelLevel.current())
  }

  /// The numbers of all workers behind each other on rank 0, straight from memory to memory; none
  /// elsewhere.
  private static func gathered(
    _ values: Buffer<Element>, by communicator: Communicator
  ) throws -> Buffer<Element> {
    try communicator.allToAll(
      values, counts: (0..<communicator.size).map { $0 == 0 ? values.count : 0 })
  }

  /// Writes a row that this worker holds: each number less the mean, over the scale.
  private func copyRow(
    _ number: Int, means: [Double], scales: [Double], to target: UnsafeMutablePointer<Element>
  ) {
    if case .dense(let values) = storage {
      let from = unsafe values.pointer + (number - rows.lowerBound) * columnCount
      unsafe means.withUnsafeBufferPointer { means in
        unsafe scales.withUnsafeBufferPointer { scales in
          for column in 0..<columnCount {
            unsafe target[column] = Element(
              (Double(from[column]) - means[column]) / scales[column])
          }
        }
      }
    } else {
      for (column, value) in row(number).enumerated() {
        unsafe target[column] = Element((Double(value) - means[column]) / scales[column])
      }
    }
  }
}
