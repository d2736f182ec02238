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

/// What a thread needs for itself while it compares rows with centres.
struct NearestScratch<Element: Scalar> {
  let panel = PanelScratch<Element>()
  let best = Buffer<Int32>(count: Block<Element>.rowLimit)
  let distances = Buffer<Double>(count: Block<Element>.rowLimit)
}

extension Block {
  /// The rows as kernels take them.
  var kernelRows: RowBlock<Element> {
    unsafe RowBlock(values, rowCount: rowCount, columnCount: columnCount)
  }
}

extension BlockMatrix {
  /// The weighted sum of each column, and the sum of the weights behind them.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func columnSums(in session: Session) throws -> [Double] {
    let level = try KernelLevel.current()
    let width = columnCount
    return unsafe try sum("summing the rows", count: width + 1, in: session) { block, sums in
      unsafe block.kernelRows.addColumns(
        weights: block.weights, to: sums, weightSum: &sums[width], level: level)
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

  /// The sum of weight times squared distance of the rows to one point.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func spread(around point: [Double], in session: Session) throws -> Double {
    let level = try KernelLevel.current()
    let center = Matrix(rowCount: 1, columnCount: columnCount, elements: point)
    return unsafe try sum(
      "measuring the spread", count: 1, in: session,
      scratch: { Buffer<Double>(count: Block<Element>.rowLimit) }
    ) { block, distances, total in
      unsafe block.kernelRows.squaredDistances(
        to: center, into: distances.pointer, level: level)
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
    let scorer = PanelScorer<Element>(
      centres: centers, shift: shift.map { Element($0) }, level: try KernelLevel.current())
    let (clusters, width) = (centers.rowCount, columnCount)
    let total = unsafe try sum(
      "assigning rows to centres", count: clusters * (width + 1), in: session,
      scratch: { NearestScratch<Element>() }
    ) { block, scratch, sums in
      let tally = unsafe ClusterSums(
        sums: sums, weights: sums + clusters * width, counts: nil, clusterCount: clusters,
        dimension: width)
      unsafe scorer.assign(
        block.kernelRows, best: scratch.best.pointer, weights: block.weights, adding: tally,
        scratch: scratch.panel)
    }
    return ClusterTally(
      sums: Matrix(
        rowCount: clusters, columnCount: width, elements: Array(total.prefix(clusters * width))),
      weights: Array(total.suffix(clusters)))
  }

  /// The exact inertia of some centres, and the rows of each.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func quality(
    of centers: Matrix<Double>, shift: [Double], in session: Session
  ) throws -> ClusterQuality {
    let level = try KernelLevel.current()
    let scorer = PanelScorer<Element>(
      centres: centers, shift: shift.map { Element($0) }, level: level)
    let clusters = centers.rowCount
    let total = unsafe try sum(
      "measuring the inertia", count: 1 + clusters, in: session,
      scratch: { NearestScratch<Element>() }
    ) { block, scratch, sums in
      unsafe scorer.assign(
        block.kernelRows, best: scratch.best.pointer, scratch: scratch.panel)
      unsafe block.kernelRows.squaredDistances(
        to: centers, chosen: scratch.best.pointer, into: scratch.distances.pointer, level: level)
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
