public import Cluster
public import LinearAlgebra
internal import Platform

/// Some labelled rows, standardised and gathered on rank 0: what a Hessian nearby is made of.
///
/// Each row is (x - mean) / scale, and a 1 behind where there is an intercept. Points are given in
/// the same terms, one row of coefficients an output.
public struct ClassSample<Element: Scalar>: Sendable {
  /// Row-major.
  let rows: Matrix<Element>
  let places: [Double]
  /// The weight of each row times that of its class.
  let weights: [Double]
  let totalWeight: Double
  let threads: Int
  let level: KernelLevel

  /// How many numbers a row has, the 1 among them.
  public var dimension: Int { rows.columnCount }

  /// Loss, gradient and curvatures of the sample at a point, the first two in the mean.
  struct Terms {
    let loss: Double
    let gradient: Matrix<Double>
    /// One row an output.
    let curvatures: Matrix<Double>
  }

  /// What the model costs on the sample, and where.
  func terms(at point: Matrix<Double>) throws -> Terms {
    let (outputs, width, count) = (point.rowCount, dimension, rows.rowCount)
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
            rows.withRows(block) { rows in
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
            }
            for output in 0..<outputs {
              for row in block {
                curvatures[output * range.count + row - range.lowerBound] =
                  curved[output * 256 + row - first]
              }
            }
          }
        }
      }
      return (range, unsafe LogLoss.folded(lanes.pointer), sums, curvatures)
    }
    var (loss, gradient) = (0.0, Matrix<Double>(rowCount: outputs, columnCount: width))
    var curvatures = Matrix<Double>(rowCount: outputs, columnCount: count)
    for (range, part, sums, curved) in parts {
      loss += part
      for output in 0..<outputs {
        for column in 0..<width {
          gradient[output, column] += sums[output * stride + column] / totalWeight
        }
        for row in range {
          curvatures[output, row] = curved[output * range.count + row - range.lowerBound]
        }
      }
    }
    return Terms(loss: loss / totalWeight, gradient: gradient, curvatures: curvatures)
  }

  /// The weighted mean of y y' over the rows, all of it.
  func gram(weights: [Double]) throws -> Matrix<Double> {
    let order = dimension
    let parts = try mapConcurrently(Self.partCount, threads: threads) { part in
      let range = Self.range(part, of: rows.rowCount)
      let gram = GramAccumulator<Element>(dimension: order, level: level)
      let scales = Buffer(range.map { Element(weights[$0]) })
      rows.withRows(range) { unsafe gram.add($0, weights: scales.pointer) }
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
  public func classSample(
    count: Int, hasIntercept: Bool, means: [Double], scales: [Double], classWeights: [Double]?,
    random: RandomSource, in session: Session
  ) throws -> ClassSample<Element>? {
    var draw = random.stream()
    let numbers = count >= rowCount ? nil : draw.sample(count, of: rowCount)
    let mine = numbers.map { numbers in numbers.filter { rows.contains($0) } } ?? Array(rows)
    let width = columnCount + (hasIntercept ? 1 : 0)
    var (values, places, weights) = ([Element](), [Double](), [Double]())
    values.reserveCapacity(mine.count * width)
    for number in mine {
      let row = row(number)
      for column in 0..<columnCount {
        values.append(Element((Double(row[column]) - means[column]) / scales[column]))
      }
      if hasIntercept { values.append(1) }
      let place = label(ofRow: number) ?? 0
      places.append(place)
      weights.append(weight(ofRow: number) * (classWeights?[Int(place)] ?? 1))
    }
    let communicator = session.communicator
    let allValues = try communicator.gather(values, to: 0)
    let allPlaces = try communicator.gather(places, to: 0)
    let allWeights = try communicator.gather(weights, to: 0)
    guard session.isRoot else { return nil }
    let joined = allWeights.flatMap { $0 }
    return ClassSample(
      rows: Matrix(
        rowCount: joined.count, columnCount: width, elements: allValues.flatMap { $0 }),
      places: allPlaces.flatMap { $0 }, weights: joined,
      totalWeight: max(joined.reduce(0, +), .leastNormalMagnitude), threads: session.threads,
      level: try KernelLevel.current())
  }
}
