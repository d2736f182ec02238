public import Cluster
internal import LinearAlgebra
internal import Platform

/// Mean and spread of each column, and the weight of the rows and of each class.
public struct ClassMoments: Sendable {
  /// The sum of the weights.
  public let weight: Double
  /// The sum of the squares of the weights.
  public let squaredWeight: Double
  /// The weight of each class.
  public let classWeights: [Double]
  public let means: [Double]
  /// The sum of weight times the square of (x - mean); exactly 0 for a column of one value.
  public let spreads: [Double]
}

extension BlockMatrix {
  /// Weights of classes, means and spreads of columns; one read of the data.
  ///
  /// Dense rows are taken relative to the first of all, so that a large offset costs no digits and a
  /// constant column has a spread of exactly 0.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func classMoments(
    classCount: Int, wide: WideColumns<Element>? = nil, in session: Session
  ) throws -> ClassMoments {
    let level = try KernelLevel.current()
    let width = columnCount
    let padded = wide != nil ? 0 : paddedToEight(width)
    let isDense = isDense
    let first = try firstRow(in: session)
    let shift = Buffer<Double>(count: paddedToEight(width))
    if isDense { for column in 0..<width { shift[column] = first[column] } }
    let total = unsafe try sum(
      "measuring the columns", count: 2 * padded + 2 + classCount, in: session,
      scratch: { LinearScratch<Element>(outputs: 1, sparseCount: 0) }
    ) { block, scratch, sums in
      let squares = unsafe sums + padded
      if wide == nil {
        switch block.rows {
        case .dense(let rows):
          unsafe rows.addMoments(
            shift: shift, weights: block.weights, sums: sums, squares: squares, level: level)
        case .sparse(let rows):
          unsafe rows.addMoments(
            weights: block.weights, sums: sums, squares: squares, level: level)
        case .coded(let rows):
          scratch.coded.take(rows)
          unsafe scratch.coded.block.addMoments(
            weights: block.weights, sums: sums, squares: squares, level: level)
        }
      }
      let tail = unsafe sums + 2 * padded
      for row in 0..<block.rowCount {
        let weight = unsafe block.weights?[row] ?? 1
        unsafe tail[0] += weight
        unsafe tail[1].addProduct(weight, weight)
        if classCount > 0 { unsafe tail[2 + Int(block.labels?[row] ?? 0)] += weight }
      }
    }
    let weight = total[2 * padded]
    if let wide {
      let sums = try self.sums("measuring the columns", wide, factors: weightValues, in: session)
      let squares = try self.sums(
        "measuring the columns", wide, factors: weightValues, squared: true, in: session)
      let means = sums.map { weight > 0 ? $0 / weight : 0 }
      return ClassMoments(
        weight: weight, squaredWeight: total[1], classWeights: Array(total[2...]), means: means,
        spreads: (0..<width).map { max(0, squares[$0] - means[$0] * sums[$0]) })
    }
    let sums = (0..<width).map { weight > 0 ? total[$0] / weight : 0 }
    return ClassMoments(
      weight: weight, squaredWeight: total[2 * padded + 1],
      classWeights: Array(total[(2 * padded + 2)...]),
      means: (0..<width).map { sums[$0] + shift[$0] },
      spreads: (0..<width).map { max(0, total[padded + $0] - sums[$0] * total[$0]) })
  }

  /// The first row of all, on every worker; zeros where there is none.
  private func firstRow(in session: Session) throws -> [Double] {
    guard isDense else { return [] }
    let own = rows.contains(0) ? row(0).map { Double($0) } : []
    let all = try session.communicator.allGather(own)
    return all.first { !$0.isEmpty } ?? [Double](repeating: 0, count: columnCount)
  }

  /// Whether rows are held with all their zeros.
  public var isDense: Bool { !isSparse && !isCoded }
}
