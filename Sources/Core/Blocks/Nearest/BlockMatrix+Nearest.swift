public import Cluster
public import LinearAlgebra
internal import Platform

/// The mean of the rows, and the sum of their weights.
public struct ColumnMeans: Sendable {
  /// One a column, rounded to the element type of the rows so that subtracting it is the same
  /// wherever it is done.
  public let values: [Double]
  /// The sum of the weights of all rows.
  public let weight: Double
}

/// The rows of each cluster, summed: what a step of Lloyd's method needs.
public struct ClusterTally: Sendable {
  /// The sum of weight times (row - shift), one row a cluster.
  public let sums: Matrix<Double>
  /// The sum of the weights, one a cluster.
  public let weights: [Double]

  /// The clusters that got no weight.
  public var emptyClusters: [Int] { weights.indices.filter { weights[$0] <= 0 } }

  /// The mean of each cluster; an empty one keeps its old centre.
  public func means(orKeeping old: Matrix<Double>, shift: [Double]) -> Matrix<Double> {
    var means = old
    for cluster in weights.indices where weights[cluster] > 0 {
      for column in shift.indices {
        means[cluster, column] = shift[column] + sums[cluster, column] / weights[cluster]
      }
    }
    return means
  }

  /// The part of the rows' spread around the shift that the cluster means explain: the inertia
  /// around those means is the spread less this.
  public var explained: Double {
    var total = 0.0
    for cluster in weights.indices where weights[cluster] > 0 {
      var square = 0.0
      for column in 0..<sums.columnCount {
        square += sums[cluster, column] * sums[cluster, column]
      }
      total += square / weights[cluster]
    }
    return total
  }
}

/// How well some centres stand for the rows.
public struct ClusterQuality: Sendable {
  /// The sum of weight times squared distance to the nearest centre.
  public var inertia = 0.0
  /// Rows a cluster.
  public var counts: [Int] = []

  public init() {}
}

extension BlockMatrix {
  /// The weighted sum of each column, and the sum of the weights behind them.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func columnSums(in session: Session) throws -> [Double] {
    let level = try KernelLevel.current()
    let width = columnCount
    return unsafe try sum("summing the rows", count: width + 1, in: session) { block, sums in
      switch block.rows {
      case .dense(let rows):
        unsafe rows.addColumns(
          weights: block.weights, to: sums, weightSum: &sums[width], level: level)
      case .sparse(let rows):
        unsafe ClusterSums(
          sums: sums, weights: sums + width, counts: nil, clusterCount: 1, dimension: width
        ).add(rows, to: nil, weights: block.weights, level: level)
      case .coded(let rows):
        unsafe sums[width] += rows.addColumns(weights: block.weights, to: sums)
      }
    }
  }

  /// The weighted mean of each column.
  public func columnMeans(in session: Session) throws -> ColumnMeans {
    let total = try columnSums(in: session)
    let weight = total[columnCount]
    return ColumnMeans(
      values: total.prefix(columnCount).map { weight > 0 ? Double(Element($0 / weight)) : 0 },
      weight: weight)
  }

  /// What to subtract from rows before they are compared with points, and the weight of all.
  ///
  /// The mean of dense rows, so that large offsets cost no digits; nothing of sparse ones, whose
  /// zeros would be lost.
  public func origin(in session: Session) throws -> ColumnMeans {
    guard isSparse else { return try columnMeans(in: session) }
    let weight = unsafe try sum("summing the weights", count: 1, in: session) { block, sums in
      for row in 0..<block.rowCount { unsafe sums[0] += block.weights?[row] ?? 1 }
    }
    return ColumnMeans(values: Array(repeating: 0, count: columnCount), weight: weight[0])
  }

  /// The sum of weight times squared distance of the rows to one point.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func spread(around point: [Double], in session: Session) throws -> Double {
    let level = try KernelLevel.current()
    let center = Matrix(rowCount: 1, columnCount: columnCount, elements: point)
    let sparse = isSparse ? SparseScorer<Element>(.dense(center), level: level) : nil
    return unsafe try sum(
      "measuring the spread", count: 1, in: session,
      scratch: { Buffer<Double>(count: Block<Element>.rowLimit) }
    ) { block, distances, total in
      switch block.rows {
      case .dense(let rows):
        unsafe rows.squaredDistances(to: center, into: distances.pointer, level: level)
      case .sparse(let rows):
        unsafe sparse?.squaredDistances(rows, into: distances.pointer)
      case .coded: throw Block<Element>.denseOnly
      }
      for row in 0..<block.rowCount {
        unsafe total[0] += distances[row] * (block.weights?[row] ?? 1)
      }
    }[0]
  }

  /// Assigns each row to its nearest centre and sums the rows of each.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func tally(
    nearest centers: Matrix<Double>, shift: [Double], in session: Session
  ) throws -> ClusterTally {
    let scorer = try NearestScorer<Element>(.dense(centers), shift: shift, for: self)
    let (clusters, width) = (centers.rowCount, columnCount)
    let total = unsafe try sum(
      "assigning rows to centres", count: clusters * (width + 1), in: session,
      scratch: { NearestScratch<Element>() }
    ) { block, scratch, sums in
      let tally = unsafe ClusterSums(
        sums: sums, weights: sums + clusters * width, counts: nil, clusterCount: clusters,
        dimension: width)
      unsafe scorer.assign(
        block.rows, best: scratch.best.pointer, weights: block.weights, adding: tally,
        scratch: scratch.panel)
    }
    return ClusterTally(
      sums: Matrix(
        rowCount: clusters, columnCount: width, elements: Array(total.prefix(clusters * width))),
      weights: Array(total.suffix(clusters)))
  }

  /// The weight of the rows that are nearest to each of some points.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func weights(
    nearest points: Points, shift: [Double], in session: Session
  ) throws -> [Double] {
    let scorer = try NearestScorer<Element>(points, shift: shift, for: self)
    return unsafe try sum(
      "weighing points", count: points.count, in: session, scratch: { NearestScratch<Element>() }
    ) { block, scratch, sums in
      unsafe scorer.assign(block.rows, best: scratch.best.pointer, scratch: scratch.panel)
      for row in 0..<block.rowCount {
        unsafe sums[Int(scratch.best[row])] += block.weights?[row] ?? 1
      }
    }
  }

  /// The exact inertia of some centres, and the rows of each.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func quality(
    of centers: Matrix<Double>, shift: [Double], in session: Session
  ) throws -> ClusterQuality {
    let scorer = try NearestScorer<Element>(.dense(centers), shift: shift, for: self)
    let clusters = centers.rowCount
    let total = unsafe try sum(
      "measuring the inertia", count: 1 + clusters, in: session,
      scratch: { NearestScratch<Element>() }
    ) { block, scratch, sums in
      unsafe scorer.assign(block.rows, best: scratch.best.pointer, scratch: scratch.panel)
      unsafe scorer.squaredDistances(
        block.rows, chosen: scratch.best.pointer, into: scratch.distances.pointer)
      for row in 0..<block.rowCount {
        unsafe sums[0] += scratch.distances[row] * (block.weights?[row] ?? 1)
        unsafe sums[1 + Int(scratch.best[row])] += 1
      }
    }
    var quality = ClusterQuality()
    quality.inertia = total[0]
    quality.counts = total.dropFirst().map { Int($0) }
    return quality
  }
}
