internal import CKernels
internal import Platform

/// Compares sparse rows with points: which is nearest, and how far it is.
///
/// A row's entries are walked in order and in `Double`, so its results depend on nothing but the
/// row and the points. The points lie feature by feature: an entry needs one line of memory for
/// eight of them. Built once an iteration, shared by all threads.
/// Cost: 2 k operations an entry; 64 bytes for each eight points and feature that any has.
public struct SparseScorer<Element: Scalar>: Sendable {
  public let level: KernelLevel
  /// How many points there are.
  public let count: Int
  public let dimension: Int
  private let points: PackedPoints

  public init(_ points: Points, level: KernelLevel) {
    require(
      points.count >= 1 && points.count < Int(Int32.max), "\(points.count) points to compare with")
    self.level = level
    count = points.count
    dimension = points.columnCount
    self.points =
      switch points {
      case .dense(let matrix): PackedPoints(matrix)
      case .sparse(let rows): PackedPoints(rows)
      }
  }

  /// The memory that it takes for so many points.
  public static func byteCount(points: Int, dimension: Int) -> Int {
    dimension * (PackedPoints.stride(points) * 8 + 4)
  }

  /// The nearest point of each row, the first of equals; point 0 for a row with a NaN.
  /// - Parameter best: room for one index a row.
  public func assign(_ rows: SparseRowBlock<Element>, best: UnsafeMutablePointer<Int32>) {
    check(rows)
    var (rows, points) = unsafe (rows.forBridge(), points.forBridge())
    unsafe martlet_sparse_best(level.rawValue, Element.kernelPrecision, &rows, &points, best)
    withExtendedLifetime(self) {}
  }

  /// The squared distance of each row to its own point; exactly 0 for a row that is the point.
  /// - Parameters:
  ///   - chosen: which point each row takes; nil: point 0 for all.
  ///   - distances: room for one number a row.
  public func squaredDistances(
    _ rows: SparseRowBlock<Element>, chosen: UnsafePointer<Int32>? = nil,
    into distances: UnsafeMutablePointer<Double>
  ) {
    check(rows)
    if let chosen = unsafe chosen {
      require(
        unsafe martlet_all_within(chosen, rows.count, count) == 1, "a point outside of \(count)")
    }
    var (rows, points) = unsafe (rows.forBridge(), points.forBridge())
    unsafe martlet_sparse_distances(
      level.rawValue, Element.kernelPrecision, &rows, &points, chosen, distances)
    withExtendedLifetime(self) {}
  }

  private func check(_ rows: SparseRowBlock<Element>) {
    require(
      rows.columnCount == dimension,
      "rows of \(rows.columnCount) columns against points of \(dimension)")
  }
}

extension ClusterSums {
  /// Adds sparse rows to given clusters, in order.
  /// - Parameters:
  ///   - chosen: the cluster of each row; nil: cluster 0 for all.
  ///   - rowWeights: one a row; nil: all 1, to the same bits.
  public func add<Element: Scalar>(
    _ rows: SparseRowBlock<Element>, to chosen: UnsafePointer<Int32>?,
    weights rowWeights: UnsafePointer<Double>? = nil, level: KernelLevel
  ) {
    check(count: clusterCount, dimension: rows.columnCount)
    if let chosen = unsafe chosen {
      require(
        unsafe martlet_all_within(chosen, rows.count, clusterCount) == 1,
        "a cluster outside of \(clusterCount)")
    }
    var bridged = unsafe rows.forBridge()
    var sums = unsafe forBridge(weights: rowWeights)
    unsafe martlet_sparse_add(
      level.rawValue, Element.kernelPrecision, &bridged, chosen, dimension, &sums)
  }
}

/// The numbers of points feature by feature; features that no point has are left out.
private struct PackedPoints: Sendable {
  let count: Int
  let slots: Buffer<Int32>
  let packed: Buffer<Double>
  let squares: Buffer<Double>

  static func stride(_ count: Int) -> Int { (count + 7) / 8 * 8 }

  init(_ matrix: Matrix<Double>) {
    let (rows, width) = (matrix.rowCount, matrix.columnCount)
    let stride = Self.stride(rows)
    count = rows
    slots = Buffer(count: width)
    squares = Buffer(count: stride)
    // Pages behind the last feature in use are never touched.
    packed = Buffer(count: width * stride)
    var used = 0
    let (from, to, lengths) = unsafe (matrix.pointer, packed.pointer, squares.pointer)
    for feature in 0..<width {
      let line = unsafe to + used * stride
      var any = false
      for point in 0..<rows {
        let number = unsafe from[point * width + feature]
        if number == 0 { continue }
        any = true
        unsafe line[point] = number
        unsafe lengths[point] = lengths[point].addingProduct(number, number)
      }
      unsafe slots.pointer[feature] = any ? Int32(truncatingIfNeeded: used) : -1
      if any { used += 1 }
    }
    withExtendedLifetime(matrix) {}
  }

  init(_ rows: SparseRows<Double>) {
    let stride = Self.stride(rows.rowCount)
    count = rows.rowCount
    slots = Buffer(count: rows.columnCount)
    squares = Buffer(count: stride)
    for feature in 0..<rows.columnCount { slots[feature] = -1 }
    var used = 0
    for entry in 0..<rows.entryCount where slots[Int(rows.indices[entry])] < 0 {
      slots[Int(rows.indices[entry])] = Int32(truncatingIfNeeded: used)
      used += 1
    }
    packed = Buffer(count: used * stride)
    for point in 0..<rows.rowCount {
      for (feature, number) in rows.entries(ofRow: point) {
        packed[Int(slots[feature]) * stride + point] = number
        squares[point] = squares[point].addingProduct(number, number)
      }
    }
  }

  func forBridge() -> martlet_points {
    unsafe martlet_points(
      slots: slots.pointer, packed: packed.pointer, squares: squares.pointer, count: count,
      stride: Self.stride(count))
  }
}
